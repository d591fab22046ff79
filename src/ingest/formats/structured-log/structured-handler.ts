import { offsetLabel } from "../../../base/time.js";
import type { RecordOutlet } from "../../evidence-format.js";
import type { Line } from "../../source/split-lines.js";
import type { Fate, LineContext, LineHandler } from "../line-parser.js";
import { emitFact } from "../server-facts.js";
import { CommandBook, failed } from "./command-book.js";
import { CsvAssembler } from "./csv-assembler.js";
import { type LogRecord, logRecord } from "./log-record.js";
import { EVENT } from "./record-layout.js";

/** Severities as in every Perforce error: 1 info, 2 warning, 3 failed, 4 fatal. */
const FAILED = 3;
const FATAL = 4;

/** What a server event says, and the kind the text log's life-cycle lines have for it. */
const LIFE_CYCLE: readonly (readonly [string, RegExp])[] = [
  ["restarted", /\brestart(?:ed|ing)?\b/i], // Perforce Server restarted
  ["starting", /\bstart(?:ed|ing|up)?\b/i], // Perforce Server starting
  ["shutdown", /\bshut(?:ting)? ?down\b|\bstop(?:ped|ping)?\b/i], // Perforce Server shutting down
  ["checkpoint", /\bcheckpoint/i], // Checkpointing to checkpoint.12
  ["journal-rotation", /\bjournal\b.{0,40}\brotat|\brotat.{0,40}\bjournal\b/i], // Rotating journal to journal.12
];

const COMMAND_EVENTS: ReadonlySet<number> = new Set([
  EVENT.commandStart,
  EVENT.computeEnd,
  EVENT.commandEnd,
  EVENT.usage,
  EVENT.network,
  EVENT.database,
  EVENT.trigger,
]);

/** Records of a structured log into the rows that the text log would have given. */
export class StructuredHandler implements LineHandler {
  private readonly assembler = new CsvAssembler();
  private readonly book: CommandBook;
  private lastError = "";
  private told = false;
  private lastCited = 0;
  isInside = false;

  constructor(
    private readonly context: LineContext,
    outlet: RecordOutlet,
  ) {
    const { sourceId } = context.source;
    this.book = new CommandBook(
      sourceId,
      (batch) => outlet.commands(batch),
      (record) => this.cite(record),
    );
  }

  get commandRecords(): number {
    return this.book.records;
  }

  line(line: Line): Fate {
    if (!this.isInside && (line.text.trim() === "" || line.text.startsWith("#"))) return "noise";
    const found = this.assembler.add(line);
    this.isInside = found === "inside";
    if (found === "inside") return "parsed";
    if (found === "unknown") return "unknown";
    const record = logRecord(found.record, this.context.source.logSchemas);
    if (record === "short") {
      this.context.warn("bad-record", "record with too few fields", line);
      return "unknown";
    }
    if (record === "layout") {
      this.context.warn("unknown-layout", "record whose fields are not known; p4 logschema -a would tell", line);
      return "unknown";
    }
    return this.take(record);
  }

  end(): void {
    this.assembler.end();
    for (let torn = 0; torn < this.assembler.torn; torn++) {
      this.context.warn("torn-record", "record whose quotes don't close", null);
    }
    this.book.end();
  }

  private take(record: LogRecord): Fate {
    this.context.sawTime(record.timeS);
    this.tellServer(record);
    if (COMMAND_EVENTS.has(record.type)) return this.command(record);
    if (record.type >= EVENT.anyError && record.type <= EVENT.fatalError) return this.error(record);
    if (record.type === EVENT.serverEvent) return this.serverEvent(record);
    return "noise"; // audit, user, integrity, login …: nothing that a diagnosis uses
  }

  private command(record: LogRecord): Fate {
    const taken = this.book.add(record);
    const reason = record.type === EVENT.commandEnd ? record.text("reason") : "";
    if (failed(reason) && !/^error$/i.test(reason)) this.writeError(record, `ended by ${reason}`);
    return taken ? "parsed" : "noise";
  }

  /** all.csv has a failure twice, as "any error" and as what it is; warnings are in the first only. */
  private error(record: LogRecord): Fate {
    const severity = record.number("severity");
    if (severity < FAILED) return "noise";
    const text = record.text("text").trim();
    const key = `${record.pid}|${record.timeS}|${record.nanos}|${record.text("cmdno")}|${text}`;
    if (key === this.lastError) return "parsed";
    this.lastError = key;
    this.book.markError(record, severity >= FATAL || record.type === EVENT.fatalError);
    this.writeError(record, text);
    return "parsed";
  }

  private writeError(record: LogRecord, text: string): void {
    const { pid, timeS, source } = record;
    const row = { time_s: timeS, pid, operation: record.text("func"), text: text.slice(0, 2000) };
    this.context.emit("server_error", source.line, row);
    this.cite(record);
  }

  private serverEvent(record: LogRecord): Fate {
    const text = record.source.fields.slice(13).join(" ").trim();
    const kind = LIFE_CYCLE.find(([, pattern]) => pattern.test(text.slice(0, 500)))?.[0];
    if (kind === undefined) return "noise";
    const { pid, timeS, nanos } = record;
    const row = { time_s: timeS, nanos, pid, kind, text: text.slice(0, 2000) };
    this.context.emit("server_event", record.source.line, row);
    return "parsed";
  }

  /** Name of the server and offset of its clock, once a file. */
  private tellServer(record: LogRecord): void {
    if (this.told) return;
    this.told = true;
    const facts = [
      ["ServerID", record.text("serverid")],
      ["zone", record.zoneMinutes === null ? "" : offsetLabel(record.zoneMinutes)],
    ] as const;
    for (const [name, value] of facts) {
      if (value !== "")
        emitFact(this.context, record.source.line, { kind: "structured-log", name, value, origin: null });
    }
  }

  private cite(record: LogRecord): void {
    const { line, text } = record.source;
    if (line.lineNo === this.lastCited) return;
    this.lastCited = line.lineNo;
    this.context.emit("evidence_line", line, { byte_length: line.byteLength, text });
  }
}
