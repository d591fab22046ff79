import type { Line } from "../../source/split-lines.js";
import { timeInLine } from "../capture-time.js";
import type { Fate, LineContext, LineHandler } from "../line-parser.js";
import { type CompanionClass, errorClass, ruleClass } from "./message-class.js";
import { ProxyTraffic, totalsOf } from "./proxy-traffic.js";

/** `Perforce proxy info:`, `Perforce broker error:` (the broker's header is UNCONFIRMED: no public sample of its log). */
export const HEADER = /^Perforce (proxy|broker) (info|error|warning):\s*$/i;
/** `--- proxytotals files/size svr+cache 1403+203/25.6M+254M` */
export const TOTALS = /^--- proxytotals files\/size svr\+cache /;
/** `--- proxy faults 12 MB 345 other 0 flushes 1 cached 0`: cache misses fetched from the server. */
const FAULTS = /^--- proxy faults (\d{1,12}) MB \d/;
/** `\t2025/05/14 00:08:26 pid 1867385 completed .921s`, `\t2025/05/14 00:08:26 pid 12 nina@ws 10.1.2.3 [p4v/v93] 'user-sync'` */
const MESSAGE = /^\t(\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}) pid (\d{1,10}) (.*)$/;
/** `\tDate 2025/05/13 23:49:05:` */
const DATE = /^\tDate (\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}):?\s*$/;
const PID = /^\tPid (\d{1,10})\s*$/; // \tPid 1867385
/** `Perforce Proxy starting 2025/05/14 00:00:01 pid 12 P4P/LINUX26X86_64/2024.2/2697822.` */
const START = /^\s?Perforce (?:proxy|broker|server) (?:starting|restarted|shutting down)\b.{0,300}$/i;

interface Block {
  readonly severity: string;
  timeS: number | null;
  pid: number | null;
  /** First line of the message text, and all of it. */
  line: Line | null;
  texts: string[];
}

const MOST_TEXT_LINES = 50;

/** Blocks of p4p and p4broker: errors, what a rule of the broker did, and what the proxy fetched. The rest is chatter. */
export class CompanionHandler implements LineHandler {
  private block: Block | null = null;
  private readonly traffic: ProxyTraffic;

  constructor(
    private readonly context: LineContext,
    private readonly program: "proxy" | "broker",
  ) {
    this.traffic = new ProxyTraffic(context);
  }

  line(line: Line): Fate {
    const { text } = line;
    const header = HEADER.exec(text);
    if (header !== null) {
      this.release();
      this.block = { severity: (header[2] ?? "").toLowerCase(), timeS: null, pid: null, line: null, texts: [] };
      return "parsed";
    }
    if (text.trim() === "") return "noise";
    if (START.test(text)) return this.start(line);
    if (text.startsWith("---")) return this.track(line);
    if (!text.startsWith("\t") && !text.startsWith(" ")) {
      this.release();
      return "unknown";
    }
    return this.inBlock(line);
  }

  end(): void {
    this.release();
    this.traffic.release();
  }

  private start(line: Line): Fate {
    this.release();
    const found = /\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}/.exec(line.text)?.[0]; // starting 2025/05/14 00:00:01 pid 12
    const timeS = this.seconds(found ?? "");
    this.emit(line, `${this.program}-start`, line.text.trim(), timeS, null);
    return "parsed";
  }

  private inBlock(line: Line): Fate {
    const { block } = this;
    if (block === null) return "unknown";
    const { text } = line;
    const message = MESSAGE.exec(text);
    const date = DATE.exec(text);
    if (block.texts.length === 0 && (message !== null || date !== null)) {
      block.timeS = this.seconds(message?.[1] ?? date?.[1] ?? "");
      if (message === null) return "parsed";
      block.pid = Number(message[2]);
      const rule = this.program === "broker" ? ruleClass(message[3] ?? "") : null;
      if (rule === null) return block.severity === "info" ? "noise" : "parsed";
      this.emit(line, rule, text.trim(), block.timeS, block.pid);
      return "parsed";
    }
    const pid = PID.exec(text);
    if (block.texts.length === 0 && pid !== null) {
      block.pid = Number(pid[1]);
      return "parsed";
    }
    block.line ??= line;
    if (block.texts.length < MOST_TEXT_LINES) block.texts.push(text.trim());
    return "parsed";
  }

  private track(line: Line): Fate {
    const { text } = line;
    const { timeS = null, pid = null } = this.block ?? {};
    const totals = TOTALS.test(text) ? totalsOf(text) : null;
    if (totals !== null) {
      this.traffic.add(line, timeS, totals);
      if (totals.serverFiles > 0) this.emit(line, "proxy-totals", text, timeS, pid);
      return "parsed";
    }
    const faults = Number(FAULTS.exec(text)?.[1] ?? 0);
    if (faults === 0) return "noise";
    this.emit(line, "proxy-faults", text, timeS, pid);
    return "parsed";
  }

  /** Writes the message of an error block; that of an info block only where it tells of a rule. */
  private release(): void {
    const { block } = this;
    this.block = null;
    if (block === null || block.line === null) return;
    const text = block.texts.join("\n");
    const name = block.severity === "info" ? ruleClass(text) : errorClass(this.program, text);
    if (name === null || (block.severity === "info" && this.program === "proxy")) return;
    this.emit(block.line, name, text, block.timeS, block.pid);
  }

  private seconds(text: string): number | null {
    const time = timeInLine(text);
    if (time !== null) this.context.sawTime(time.seconds);
    return time?.seconds ?? null;
  }

  private emit(line: Line, name: CompanionClass, text: string, timeS: number | null, pid: number | null): void {
    this.context.emit("syslog_line", line, {
      time_s: timeS,
      time_is_utc: timeS === null ? null : 0,
      pid,
      host: "",
      tag: this.program === "proxy" ? "p4p" : "p4broker",
      class: name,
      text: text.slice(0, 2000),
    });
  }
}
