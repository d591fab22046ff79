import type Database from "better-sqlite3";
import { CommandColumns, NO_SECOND } from "./command-columns.js";
import { KIND_TEXT } from "./command-kinds.js";
import { orderByStart } from "./command-order.js";
import type { ServerScope } from "./server-scope.js";

/** Commands read at a time: their pages stay in SQLite's cache for the second statement. */
const CHUNK = 4096;
/** Durations are kept in 32 bits: 24 days. */
const MOST_MS = 0x7fffffff;

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

/** Reads the commands of each server once, when somebody asks for them. */
export class ColumnStore {
  private readonly known = new Map<number, CommandColumns>();
  private readonly orders = new Map<string, Uint32Array>();

  constructor(
    private readonly db: Database.Database,
    private readonly scope: ServerScope,
  ) {}

  of(serverId: number): CommandColumns {
    let columns = this.known.get(serverId);
    if (columns === undefined) {
      columns = this.read(serverId);
      this.known.set(serverId, columns);
    }
    return columns;
  }

  /** Rows by start, then pid and line; those without a start come first. */
  byStart(serverId: number): Uint32Array {
    const { pid, lineNo } = this.of(serverId);
    return this.order(serverId, "pid", (a, b) => (pid[a] ?? 0) - (pid[b] ?? 0) || (lineNo[a] ?? 0) - (lineNo[b] ?? 0));
  }

  /** Rows by start, then line. */
  byStartAndLine(serverId: number): Uint32Array {
    const { lineNo } = this.of(serverId);
    return this.order(serverId, "line", (a, b) => (lineNo[a] ?? 0) - (lineNo[b] ?? 0));
  }

  private order(serverId: number, by: string, within: (a: number, b: number) => number): Uint32Array {
    const known = this.orders.get(`${serverId} ${by}`) ?? orderByStart(this.of(serverId), within);
    this.orders.set(`${serverId} ${by}`, known);
    return known;
  }

  private read(serverId: number): CommandColumns {
    const files = this.scope.in(serverId);
    const [first, last, count] = this.db
      .prepare(`SELECT min(id), max(id), count(*) FROM command WHERE ${files}`)
      .raw()
      .get() as [number | null, number | null, number];
    const columns = new CommandColumns(count);
    if (first === null || last === null) return columns;
    // One text a column: a value as text costs less than a row as an object.
    const numbers = this.db
      .prepare(
        `SELECT ${COLUMNS.map((column) => `json_group_array(${column})`).join(", ")} FROM command
         WHERE id BETWEEN ? AND ? AND ${this.filter(files)}`,
      )
      .raw();
    const texts = this.db
      .prepare(`SELECT ${KIND_TEXT} FROM command WHERE id BETWEEN ? AND ? AND ${this.filter(files)} ORDER BY id`)
      .pluck();
    let at = 0;
    for (let from = first; from <= last; from += CHUNK) {
      const to = Math.min(from + CHUNK - 1, last);
      const values = (numbers.get(from, to) as string[]).map((text) => JSON.parse(text) as number[]);
      columns.fill(at, values);
      for (const text of texts.all(from, to) as string[]) columns.kinds.set(at++, text);
    }
    return columns;
  }

  /** The unary plus keeps SQLite on the range of ids, where it would rather use the index by file. */
  private filter(files: string): string {
    return `+${files}`;
  }
}
