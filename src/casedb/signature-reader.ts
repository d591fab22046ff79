import type Database from "better-sqlite3";
import type { CommandSignature } from "../contracts/case-reader.js";
import { END_S, IS_COUNTED, IS_OPEN } from "./command-state.js";
import type { ServerScope } from "./server-scope.js";

const MOST_PATTERN = 200;
/** Groups kept while counting; the rarest beyond this are forgotten, which only ever loses small ones. */
const MOST_GROUPS = 200_000;

interface Group {
  readonly first: Row;
  readonly pattern: string;
  count: number;
  totalLapseMs: number;
  longestMs: number;
  lastS: number;
  openCount: number;
  overlapCount: number;
  latestEndS: number;
}

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
  readonly start_s: number;
  readonly ended_s: number | null;
  readonly longest_ms: number;
  readonly is_open: number;
}

/** Which commands are the same but for numbers: what scripts and pollers look like. */
export class SignatureReader {
  constructor(
    private readonly db: Database.Database,
    private readonly scope: ServerScope,
  ) {}

  groups(serverId: number, fromMs: number, toMs: number, minCount: number, limit: number): CommandSignature[] {
    const rows = this.db
      .prepare(
        `SELECT id, source_id, line_no, byte_offset, user, app, ip, cmd, substr(args, 1, ${MOST_PATTERN}) AS args, start_s,
           ${END_S} AS ended_s, longest_ms, (${IS_OPEN}) AS is_open
         FROM command WHERE ${this.scope.in(serverId)} AND ${IS_COUNTED} AND start_s BETWEEN ? AND ? ORDER BY start_s, line_no`,
      )
      .iterate(Math.floor(fromMs / 1000), Math.floor(toMs / 1000)) as IterableIterator<Row>;
    const groups = new Map<string, Group>();
    for (const row of rows) {
      const pattern = masked(row.args ?? "");
      const key = `${row.user}\0${row.app}\0${row.ip}\0${row.cmd}\0${pattern}`;
      const known = groups.get(key);
      if (known !== undefined) add(known, row);
      else if (groups.size < MOST_GROUPS) groups.set(key, begin(row, pattern));
    }
    const largest = [...groups.values()]
      .filter((group) => group.count >= minCount)
      .sort((a, b) => b.count - a.count || a.first.start_s - b.first.start_s || a.first.id - b.first.id);
    return largest.slice(0, limit).map((group) => this.toSignature(group));
  }

  private toSignature(group: Group): CommandSignature {
    const { first } = group;
    return {
      user: first.user ?? "",
      app: first.app ?? "",
      ip: first.ip ?? "",
      cmd: first.cmd ?? "",
      pattern: group.pattern,
      count: group.count,
      totalLapseMs: group.totalLapseMs,
      longestMs: group.longestMs,
      firstMs: first.start_s * 1000,
      lastMs: group.lastS * 1000,
      openCount: group.openCount,
      overlapCount: group.overlapCount,
      ref: { sourceId: first.source_id, lineNo: first.line_no, byteOffset: first.byte_offset },
    };
  }
}

/** `-m1 //depot/main/...@4711` and `-m1 //depot/main/...@4712` are one pattern. */
function masked(args: string): string {
  return args.replace(/\d+/g, "#");
}

function begin(row: Row, pattern: string): Group {
  return {
    first: row,
    pattern,
    count: 1,
    totalLapseMs: row.longest_ms,
    longestMs: row.longest_ms,
    lastS: row.start_s,
    openCount: row.is_open,
    overlapCount: 0,
    latestEndS: row.ended_s ?? Number.POSITIVE_INFINITY,
  };
}

function add(group: Group, row: Row): void {
  group.count++;
  group.totalLapseMs += row.longest_ms;
  group.longestMs = Math.max(group.longestMs, row.longest_ms);
  group.lastS = row.start_s;
  group.openCount += row.is_open;
  if (row.start_s < group.latestEndS) group.overlapCount++;
  group.latestEndS = Math.max(group.latestEndS, row.ended_s ?? Number.POSITIVE_INFINITY);
}
