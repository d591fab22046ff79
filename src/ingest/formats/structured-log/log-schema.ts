import type { Line } from "../../source/split-lines.js";
import type { Fate, LineContext, LineHandler } from "../line-parser.js";
import { emitFact } from "../server-facts.js";
import { tagOf } from "../tagged.js";
import type { LogSchemas } from "./record-layout.js";

/** `... f_recordType 4`, `... f_recordVersion 58`, `... f_field 16`, `... f_name f_severity`: one field of one record. */
export function isSchemaTag(name: string): boolean {
  return name === "f_recordType" || name === "f_recordVersion";
}

/**
 * Output of `p4 logschema -a`: what the fields of each record are called. Logs of the same ingest that are read later
 * use it; in the case it stands as `server_fact` of kind `log-schema`, name TYPE.VERSION, value the names.
 */
export class SchemaHandler implements LineHandler {
  private readonly names = new Map<string, { line: Line; title: string; fields: string[] }>();
  private tags = new Map<string, string>();

  constructor(
    private readonly context: LineContext,
    private readonly schemas: LogSchemas | undefined,
  ) {}

  line(line: Line): Fate {
    const tag = tagOf(line.text);
    if (tag === null) {
      if (line.text.trim() === "" || line.text.startsWith("#")) return "noise";
      return /\bp4\b.{0,200}\blogschema\b/.test(line.text) ? "noise" : "unknown"; // "$ p4 logschema -a"
    }
    if (tag.name === "f_recordType") this.tags = new Map();
    this.tags.set(tag.name, tag.value);
    if (tag.name === "f_name") this.field(line);
    return "parsed";
  }

  end(): void {
    for (const [key, { line, title, fields }] of this.names) {
      this.schemas?.set(key, fields);
      const value = fields.join(",");
      emitFact(this.context, line, { kind: "log-schema", name: key, value: value.slice(0, 4000), origin: title });
    }
  }

  private field(line: Line): void {
    const at = Number(this.tags.get("f_field"));
    const type = this.tags.get("f_recordType");
    // More fields than any record has: not a schema.
    if (type === undefined || !Number.isInteger(at) || at < 0 || at > 500) return;
    const key = `${Number(type)}.${Number(this.tags.get("f_recordVersion") ?? 0)}`;
    const record = this.names.get(key) ?? { line, title: this.tags.get("f_recordName") ?? "", fields: [] };
    record.fields[at] = this.tags.get("f_name") ?? "";
    this.names.set(key, record);
  }
}
