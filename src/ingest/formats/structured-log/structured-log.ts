import type { EvidenceFormat, RecordOutlet, RecordParser, SourceInfo } from "../../evidence-format.js";
import { headLines } from "../../source/split-lines.js";
import { lineParser } from "../line-parser.js";
import { tagOf } from "../tagged.js";
import { beginsRecord } from "./csv-assembler.js";
import { isSchemaTag, SchemaHandler } from "./log-schema.js";
import { StructuredHandler } from "./structured-handler.js";

export const structuredLogFormat: EvidenceFormat = {
  id: "structured-log",
  title: "structured log (CSV), or p4 logschema",
  sniff(head) {
    const lines = headLines(head).filter((line) => line.trim() !== "");
    const records = lines.filter(beginsRecord).length;
    if (records > 0) return records * 5 >= lines.length ? 0.95 : 0.6;
    return lines.some((line) => isSchemaTag(tagOf(line)?.name ?? "")) ? 0.9 : 0;
  },
  open: (source, outlet) => openStructured(source, outlet),
};

/** The two forms can't be told apart before the first line; the handler is chosen with it. */
function openStructured(source: SourceInfo, outlet: RecordOutlet): RecordParser {
  let handler: StructuredHandler | null = null;
  const parser = lineParser(source, outlet, (context) => {
    const records = new StructuredHandler(context, outlet);
    const schema = new SchemaHandler(context, source.logSchemas);
    handler = records;
    return {
      line: (line) => (tagOf(line.text) !== null && !records.isInside ? schema.line(line) : records.line(line)),
      end: () => {
        records.end();
        schema.end();
      },
    };
  });
  return {
    push: (chunk) => parser.push(chunk),
    abort: () => parser.abort(),
    end: async () => {
      const outcome = await parser.end();
      return { ...outcome, records: outcome.records + (handler?.commandRecords ?? 0) };
    },
  };
}
