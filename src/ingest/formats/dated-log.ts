import type { Line } from "../source/split-lines.js";
import { type CaptureTime, timeInLine } from "./capture-time.js";
import type { LineContext } from "./line-parser.js";

/** A line worth keeping, and which of the dated lines around it stands for its time. */
export interface Remark {
  readonly class: string;
  /** `before`: it begins something; `after`: it says that something is over. */
  readonly near: "before" | "after";
}

const MOST_TEXT = 1000;

/**
 * Logs of scripts, where some lines carry the time and the output of programs between them does not. Rows go to
 * `syslog_line` under a tag of their own.
 */
export class DatedLog {
  private last: CaptureTime | null = null;
  private readonly waiting: { readonly line: Line; readonly class: string }[] = [];

  constructor(
    private readonly context: LineContext,
    private readonly tag: string,
  ) {}

  /** The time at the front of a line; what waited for it is written. */
  takeTime(line: Line): boolean {
    const time = timeInLine(line.text);
    if (time === null) return false;
    this.release(time);
    this.last = time;
    if (!time.isUtc) this.context.sawTime(time.seconds);
    return true;
  }

  add(line: Line, remark: Remark, isDated: boolean): void {
    if (isDated || remark.near === "before") this.write(line, remark.class, this.last);
    else this.waiting.push({ line, class: remark.class });
  }

  end(): void {
    this.release(this.last);
  }

  private release(time: CaptureTime | null): void {
    for (const { line, class: name } of this.waiting.splice(0)) this.write(line, name, time);
  }

  private write(line: Line, name: string, time: CaptureTime | null): void {
    this.context.emit("syslog_line", line, {
      time_s: time?.seconds ?? null,
      time_is_utc: time === null ? null : Number(time.isUtc),
      pid: null,
      host: "",
      tag: this.tag,
      class: name,
      text: line.text.trim().slice(0, MOST_TEXT),
    });
  }
}
