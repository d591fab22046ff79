import type Database from "better-sqlite3";
import { type CommandColumns, NO_SECOND } from "./command-columns.js";
import { KIND_TEXT } from "./command-kinds.js";

/** Commands read at a time: their pages stay in SQLite's cache for the second statement. */
const CHUNK = 4096;
/** Durations are kept in 32 bits: 24 days. */
export const MOST_MS = 0x7fffffff;

/** What stands in the columns, in the order that CommandColumns.fill wants them in. */
const COLUMNS = [
  "id",
  "source_id",
  "line_no",
  "pid",
  `coalesce(start_s, ${NO_SECOND})`,
  `coalesce(end_s, ${NO_SECOND})`,
  "flags",
  "longest_ms",
  clamped("coalesce(cpu_user_ms, 0) + coalesce(cpu_system_ms, 0)"),
  clamped("coalesce(rpc_snd_ms, 0) + coalesce(rpc_rcv_ms, 0)"),
  clamped("paused_ms"),
  clamped("compute_ms"),
  clamped("max(coalesce(mem_peak_mb, 0), coalesce(mem_mb, 0), coalesce(max_rss_kb, 0) / 1024)"),
];

function clamped(expression: string): string {
  return `min(${expression}, ${MOST_MS})`;
}

/** Fills columns with whatever SQLite can read, wherever it lies. `files`: condition on source_id. */
export class SqlColumns {
  private readonly numbers: Database.Statement;
  private readonly texts: Database.Statement;
  private readonly some: { readonly numbers: Database.Statement; readonly texts: Database.Statement };

  constructor(db: Database.Database, files: string) {
    // One text a column: a value as text costs less than a row as an object.
    const numbers = COLUMNS.map((column) => `json_group_array(${column})`).join(", ");
    // The unary plus keeps SQLite on the range of ids, where it would rather use the index by file.
    const range = `FROM command WHERE id BETWEEN ? AND ? AND +${files}`;
    const list = "FROM json_each(?) AS wanted CROSS JOIN command ON command.id = wanted.value";
    this.numbers = db.prepare(`SELECT ${numbers} ${range}`).raw();
    this.texts = db.prepare(`SELECT ${KIND_TEXT} ${range} ORDER BY id`).pluck();
    this.some = {
      numbers: db.prepare(`SELECT ${numbers.replaceAll("(id)", "(command.id)")} ${list}`).raw(),
      texts: db.prepare(`SELECT ${KIND_TEXT} ${list}`).pluck(),
    };
  }

  /** All commands of the files, whose ids lie in [first, last]. */
  fill(columns: CommandColumns, first: number, last: number): void {
    let at = 0;
    for (let from = first; from <= last; from += CHUNK) {
      const to = Math.min(from + CHUNK - 1, last);
      columns.fill(at, this.parsed(this.numbers.get(from, to)));
      for (const text of this.texts.all(from, to) as string[]) columns.kinds.setText(at++, text);
    }
  }

  /** Single commands into their rows. */
  fillSome(columns: CommandColumns, rows: readonly number[], ids: readonly number[]): void {
    for (let from = 0; from < ids.length; from += CHUNK) {
      const chunk = JSON.stringify(ids.slice(from, from + CHUNK));
      const values = this.parsed(this.some.numbers.get(chunk));
      const texts = this.some.texts.all(chunk) as string[];
      texts.forEach((text, i) => {
        const row = rows[from + i] ?? 0;
        columns.fill(
          row,
          values.map((column) => [column[i] ?? 0]),
        );
        columns.kinds.setText(row, text);
      });
    }
  }

  private parsed(texts: unknown): number[][] {
    return (texts as string[]).map((text) => JSON.parse(text) as number[]);
  }
}
