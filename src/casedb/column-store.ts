import type Database from "better-sqlite3";
import { fillFromPages } from "./column-pages.js";
import { SqlColumns } from "./column-sql.js";
import { CommandColumns } from "./command-columns.js";
import { orderByStart } from "./command-order.js";
import type { ServerScope } from "./server-scope.js";

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
    const sql = new SqlColumns(this.db, files);
    const isFilled = fillFromPages(this.db, columns, new Set(this.scope.filesOf(serverId)), sql);
    if (isFilled) return columns;
    // Whatever was filled until then is in the way of numbering the kinds.
    const anew = new CommandColumns(count);
    sql.fill(anew, first, last);
    return anew;
  }
}
