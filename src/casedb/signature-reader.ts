import type Database from "better-sqlite3";
import type { CommandSignature } from "../contracts/case-reader.js";
import type { ColumnStore } from "./column-store.js";
import { type CommandColumns, NO_SECOND } from "./command-columns.js";
import { MOST_PATTERN } from "./command-kinds.js";
import { firstFrom } from "./command-order.js";

interface Row {
  readonly id: number;
  readonly source_id: number;
  readonly line_no: number;
  readonly byte_offset: number;
  readonly user: string | null;
  readonly app: string | null;
  readonly ip: string | null;
  readonly cmd: string | null;
  readonly args: string | null;
}

/** What is counted of each kind, by its number. */
class Tally {
  readonly count: Int32Array;
  readonly firstRow: Int32Array;
  readonly lastS: Int32Array;
  readonly latestEndS: Float64Array;
  readonly openCount: Int32Array;
  readonly overlapCount: Int32Array;
  readonly totalLapseMs: Float64Array;
  readonly longestMs: Float64Array;

  constructor(kinds: number) {
    this.count = new Int32Array(kinds);
    this.firstRow = new Int32Array(kinds);
    this.lastS = new Int32Array(kinds);
    this.latestEndS = new Float64Array(kinds);
    this.openCount = new Int32Array(kinds);
    this.overlapCount = new Int32Array(kinds);
    this.totalLapseMs = new Float64Array(kinds);
    this.longestMs = new Float64Array(kinds);
  }

  add(columns: CommandColumns, row: number): void {
    const kind = columns.kinds.of[row] ?? 0;
    const startS = columns.startS[row] ?? 0;
    const endS = columns.endS[row] === NO_SECOND ? Number.POSITIVE_INFINITY : (columns.endS[row] ?? 0);
    const lapseMs = columns.longestMs[row] ?? 0;
    const before = this.count[kind] ?? 0;
    if (before === 0) this.firstRow[kind] = row;
    else if (startS < (this.latestEndS[kind] ?? 0)) this.overlapCount[kind] = (this.overlapCount[kind] ?? 0) + 1;
    this.count[kind] = before + 1;
    this.lastS[kind] = startS;
    this.latestEndS[kind] = before === 0 ? endS : Math.max(this.latestEndS[kind] ?? 0, endS);
    this.totalLapseMs[kind] = (this.totalLapseMs[kind] ?? 0) + lapseMs;
    this.longestMs[kind] = Math.max(this.longestMs[kind] ?? 0, lapseMs);
    if (columns.isOpen(row)) this.openCount[kind] = (this.openCount[kind] ?? 0) + 1;
  }
}

/** Which commands are the same but for numbers: what scripts and pollers look like. */
export class SignatureReader {
  private readonly rows: Database.Statement;

  constructor(
    db: Database.Database,
    private readonly columns: ColumnStore,
  ) {
    this.rows = db.prepare(
      `SELECT id, source_id, line_no, byte_offset, user, app, ip, cmd, substr(args, 1, ${MOST_PATTERN}) AS args
       FROM command WHERE id IN (SELECT value FROM json_each(?))`,
    );
  }

  groups(serverId: number, fromMs: number, toMs: number, minCount: number, limit: number): CommandSignature[] {
    const columns = this.columns.of(serverId);
    const tally = this.tally(serverId, columns, Math.floor(fromMs / 1000), Math.floor(toMs / 1000));
    const { count, firstRow } = tally;
    const kinds: number[] = [];
    for (let kind = 0; kind < count.length; kind++) {
      if ((count[kind] ?? 0) >= Math.max(1, minCount)) kinds.push(kind);
    }
    const startOf = (kind: number) => columns.startS[firstRow[kind] ?? 0] ?? 0;
    kinds.sort(
      (a, b) => (count[b] ?? 0) - (count[a] ?? 0) || startOf(a) - startOf(b) || (firstRow[a] ?? 0) - (firstRow[b] ?? 0),
    );
    return this.signatures(columns, tally, kinds.slice(0, limit));
  }

  /** Commands that started in these seconds, in order. */
  private tally(serverId: number, columns: CommandColumns, fromS: number, toS: number): Tally {
    const tally = new Tally(columns.kinds.count);
    const order = this.columns.byStartAndLine(serverId);
    const { startS } = columns;
    for (let i = firstFrom(order, startS, Math.max(fromS, NO_SECOND + 1)); i < order.length; i++) {
      const row = order[i] ?? 0;
      if ((startS[row] ?? 0) > toS) break;
      if (columns.isCounted(row)) tally.add(columns, row);
    }
    return tally;
  }

  private signatures(columns: CommandColumns, tally: Tally, kinds: readonly number[]): CommandSignature[] {
    const ids = kinds.map((kind) => columns.id[tally.firstRow[kind] ?? 0] ?? 0);
    const rows = new Map((this.rows.all(JSON.stringify(ids)) as Row[]).map((row) => [row.id, row]));
    return kinds.flatMap((kind, index) => {
      const first = rows.get(ids[index] ?? 0);
      return first === undefined ? [] : [signatureOf(first, columns, tally, kind)];
    });
  }
}

function signatureOf(first: Row, columns: CommandColumns, tally: Tally, kind: number): CommandSignature {
  return {
    user: first.user ?? "",
    app: first.app ?? "",
    ip: first.ip ?? "",
    cmd: first.cmd ?? "",
    pattern: masked(first.args ?? ""),
    count: tally.count[kind] ?? 0,
    totalLapseMs: tally.totalLapseMs[kind] ?? 0,
    longestMs: tally.longestMs[kind] ?? 0,
    firstMs: (columns.startS[tally.firstRow[kind] ?? 0] ?? 0) * 1000,
    lastMs: (tally.lastS[kind] ?? 0) * 1000,
    openCount: tally.openCount[kind] ?? 0,
    overlapCount: tally.overlapCount[kind] ?? 0,
    ref: { sourceId: first.source_id, lineNo: first.line_no, byteOffset: first.byte_offset },
  };
}

/** `-m1 //depot/main/...@4711` and `-m1 //depot/main/...@4712` are one pattern. */
function masked(args: string): string {
  return args.replace(/\d+/g, "#");
}
