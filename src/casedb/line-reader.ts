import type Database from "better-sqlite3";
import { logTime } from "../base/time.js";
import type { EvidenceRef } from "../contracts/lock-facts.js";
import { COMMAND_FLAG } from "../contracts/record-batch.js";

type Row = Record<string, number | string | null>;

/** Tables that keep the text of the very line they were read from. */
const LINE_TABLES = ["monitor_row", "os_lock", "open_file", "syslog_line", "server_event", "measurement", "os_process"];

/** The text of a line: as it was kept, or put together again where the columns hold all of it. */
export class LineReader {
  private readonly kept: Database.Statement;
  private readonly command: Database.Statement;
  private readonly lines: readonly Database.Statement[];

  constructor(db: Database.Database) {
    this.kept = db.prepare("SELECT text FROM evidence_line WHERE source_id = ? AND line_no = ?").pluck();
    this.command = db.prepare("SELECT * FROM command WHERE source_id = ? AND line_no = ? ORDER BY id LIMIT 1");
    this.lines = LINE_TABLES.map((table) =>
      db.prepare(`SELECT text FROM ${table} WHERE source_id = ? AND line_no = ? ORDER BY id LIMIT 1`).pluck(),
    );
  }

  text(ref: EvidenceRef): string | null {
    const kept = this.kept.get(ref.sourceId, ref.lineNo) as string | null | undefined;
    if (kept !== undefined && kept !== null) return kept;
    const command = this.command.get(ref.sourceId, ref.lineNo) as Row | undefined;
    if (command !== undefined) return startLine(command);
    for (const statement of this.lines) {
      const text = statement.get(ref.sourceId, ref.lineNo) as string | null | undefined;
      if (text !== undefined && text !== null) return text;
    }
    return null;
  }
}

/**
 * The start line of a command, byte for byte, or null where the columns can't give it: a cut line, no start, bytes that
 * are no text. The logged length is the proof; it may count the line's end.
 */
function startLine(row: Row): string | null {
  const flags = row.flags as number;
  if ((flags & COMMAND_FLAG.hasStart) === 0 || (flags & COMMAND_FLAG.truncated) !== 0) return null;
  const args = (row.args as string | null) ?? "";
  const newline = args.indexOf("\n");
  const words = newline < 0 ? (args === "" ? "'" : ` ${args}'`) : ` ${args.slice(0, newline)}`;
  const when = logTime((row.start_s as number) * 1000);
  const line = `\t${when} pid ${row.pid} ${row.user}@${row.workspace} ${row.ip} [${row.app}] '${row.cmd}${words}`;
  const lineEnd = (row.byte_length as number) - Buffer.byteLength(line);
  return lineEnd >= 0 && lineEnd <= 2 ? line : null;
}
