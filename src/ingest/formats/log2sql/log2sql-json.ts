import { COMMAND_FLAG } from "../../../contracts/record-batch.js";
import type { EvidenceFormat, RecordOutlet, RecordParser, SourceInfo } from "../../evidence-format.js";
import { headLines, type Line } from "../../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "../line-parser.js";
import { BatchBuilder } from "../p4d-text/batch-builder.js";
import { COMMAND } from "../p4d-text/columns.js";
import { commandOf, LOST_BY_LOG2SQL } from "./log2sql-command.js";
import type { Values } from "./log2sql-values.js";
import { eventRows } from "./server-events.js";

/** `{"processKey":"0dba4b2d4bf9…","cmd":"user-sync","pid":4101,"lineNo":2,…` */
const COMMAND_LINE = /^\{"processKey":"[0-9a-f]{1,40}[^"]{0,20}","cmd":/;
/** `{"eventTime":"2024-03-05T14:07:03Z","lineNo":17,"activeThreads":55,…` */
const EVENT_LINE = /^\{"eventTime":"\d{4}-\d{2}-\d{2}T[^"]{0,40}","lineNo":/;
const CITED_MS = 1000;
const CITED_CHARS = 2000;

export const log2sqlJsonFormat: EvidenceFormat = {
  id: "log2sql-json",
  title: "JSON of log2sql",
  sniff(head) {
    const lines = headLines(head).filter((line) => line.trim() !== "");
    const own = lines.filter((line) => COMMAND_LINE.test(line) || EVENT_LINE.test(line)).length;
    return own > 0 && own * 2 >= lines.length ? 0.95 : 0;
  },
  open: openJson,
};

function openJson(source: SourceInfo, outlet: RecordOutlet): RecordParser {
  const builder = new BatchBuilder((batch) => outlet.commands(batch));
  const parser = lineParser(source, outlet, (context) => new JsonHandler(context, builder));
  return {
    push: (chunk) => parser.push(chunk),
    abort: () => parser.abort(),
    end: async () => {
      const outcome = await parser.end();
      return { ...outcome, records: outcome.records + builder.records, notes: LOST_BY_LOG2SQL };
    },
  };
}

/** A line an object. A command cites its line here; the line of the log it was made from is in the text. */
class JsonHandler implements LineHandler {
  constructor(
    private readonly context: LineContext,
    private readonly builder: BatchBuilder,
  ) {}

  line(line: Line): Fate {
    if (line.text.trim() === "") return "noise";
    const values = parsed(line.text);
    if (values === null) return "unknown";
    const events = eventRows(values);
    for (const row of events) this.context.emit("server_event", line, { ...row });
    if (events.length > 0) return "parsed";
    const tables = Array.isArray(values.tables) ? (values.tables as unknown[]).filter(isObject) : [];
    const { sourceId } = this.context.source;
    const { lineNo, byteOffset, byteLength } = line;
    const command = commandOf(values, tables, { sourceId, lineNo, byteOffset, byteLength });
    if (command === null) return values.eventTime === undefined ? "unknown" : "noise";
    this.context.sawTime(command.startS);
    if (!Number.isNaN(command.endS)) this.context.sawTime(command.endS);
    const lapse = command.columns()[COMMAND.lapse_ms] as number;
    if (lapse >= CITED_MS || !command.has(COMMAND_FLAG.hasCompletion)) {
      this.context.emit("evidence_line", line, { byte_length: byteLength, text: line.text.slice(0, CITED_CHARS) });
    }
    this.builder.add(command);
    return "parsed";
  }

  end(): void {
    this.builder.flush();
  }
}

function parsed(text: string): Values | null {
  if (!text.startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
