import type Database from "better-sqlite3";
import type { QuietStretch } from "../contracts/case-reader.js";
import type { EvidenceRef } from "../contracts/lock-facts.js";
import type { ColumnStore } from "./column-store.js";
import { type CommandColumns, NO_SECOND } from "./command-columns.js";
import type { ServerScope } from "./server-scope.js";

/** No line between these seconds. */
interface Gap {
  readonly fromS: number;
  readonly toS: number;
  readonly running: number;
}

type ServerLine = readonly [second: number, sourceId: number, lineNo: number | null, byteOffset: number | null];
type Place = "start" | "end";
const NOWHERE: EvidenceRef = { sourceId: 0, lineNo: 0, byteOffset: 0 };

/** When nothing was logged: seconds without a start, an end, a server event or an error. */
export class QuietReader {
  private readonly gaps = new Map<number, readonly Gap[]>();
  private readonly places: Readonly<Record<Place, Database.Statement>>;

  constructor(
    private readonly db: Database.Database,
    private readonly scope: ServerScope,
    private readonly columns: ColumnStore,
  ) {
    const place = (columns: string) => db.prepare(`SELECT ${columns} FROM command WHERE id = ?`).raw();
    this.places = {
      start: place("source_id, line_no, byte_offset"),
      end: place(
        "coalesce(end_source_id, source_id), coalesce(end_line_no, line_no), coalesce(end_byte_offset, byte_offset)",
      ),
    };
  }

  /** Stretches of at least `minMs`, which is a second or more. */
  stretches(serverId: number, minMs: number): QuietStretch[] {
    const columns = this.columns.of(serverId);
    const long = this.gapsOf(serverId, columns).filter(({ fromS, toS }) => (toS - fromS) * 1000 >= minMs);
    if (long.length === 0) return [];
    const lines = this.serverLines(serverId);
    const lastLine = new Map(lines.map((line) => [line[0], line]));
    const firstLine = new Map(lines.toReversed().map((line) => [line[0], line]));
    const edges = new Edges(columns, long);
    return long.map(({ fromS, toS, running }) => ({
      fromMs: fromS * 1000,
      toMs: toS * 1000,
      before:
        this.refOf("end", edges.lastEnd.get(fromS)) ??
        lineRef(lastLine.get(fromS)) ??
        this.refOf("start", edges.lastStart.get(fromS)) ??
        NOWHERE,
      after:
        this.refOf("start", edges.firstStart.get(toS)) ??
        lineRef(firstLine.get(toS)) ??
        this.refOf("end", edges.firstEnd.get(toS)) ??
        NOWHERE,
      running,
    }));
  }

  private gapsOf(serverId: number, columns: CommandColumns): readonly Gap[] {
    let gaps = this.gaps.get(serverId);
    if (gaps === undefined) {
      gaps = findGaps(
        secondsOf(columns, columns.startS),
        secondsOf(columns, columns.endS),
        Int32Array.from(this.serverLines(serverId), ([second]) => second).sort(),
      );
      this.gaps.set(serverId, gaps);
    }
    return gaps;
  }

  private serverLines(serverId: number): ServerLine[] {
    const lines = (table: string) =>
      this.db
        .prepare(
          `SELECT time_s, source_id, line_no, byte_offset FROM ${table}
           WHERE ${this.scope.in(serverId)} AND time_s IS NOT NULL ORDER BY id`,
        )
        .raw()
        .all() as ServerLine[];
    return [...lines("server_event"), ...lines("server_error")];
  }

  private refOf(place: Place, commandId: number | undefined): EvidenceRef | null {
    const found = commandId === undefined ? undefined : this.places[place].get(commandId);
    return found === undefined ? null : toRef(found as (number | null)[]);
  }
}

function lineRef(line: ServerLine | undefined): EvidenceRef | null {
  return line === undefined ? null : toRef(line.slice(1));
}

function toRef([sourceId, lineNo, byteOffset]: readonly (number | null)[]): EvidenceRef {
  return { sourceId: sourceId ?? 0, lineNo: lineNo ?? 0, byteOffset: byteOffset ?? 0 };
}

/** Ids of the commands whose lines stand at the edges of gaps, by second: those that come first and last in their file. */
class Edges {
  readonly firstStart: ReadonlyMap<number, number>;
  readonly lastStart: ReadonlyMap<number, number>;
  readonly firstEnd: ReadonlyMap<number, number>;
  readonly lastEnd: ReadonlyMap<number, number>;

  constructor(
    private readonly columns: CommandColumns,
    gaps: readonly Gap[],
  ) {
    const { startS, endS, count } = columns;
    const seconds = new Set(gaps.flatMap(({ fromS, toS }) => [fromS, toS]));
    const rows = { firstStart: new Map(), lastStart: new Map(), firstEnd: new Map(), lastEnd: new Map() };
    for (let row = 0; row < count; row++) {
      if (!columns.isCounted(row)) continue;
      const [start, end] = [startS[row] ?? 0, endS[row] ?? 0];
      if (seconds.has(start)) this.note(rows.firstStart, rows.lastStart, start, row);
      if (seconds.has(end)) this.note(rows.firstEnd, rows.lastEnd, end, row);
    }
    this.firstStart = this.ids(rows.firstStart);
    this.lastStart = this.ids(rows.lastStart);
    this.firstEnd = this.ids(rows.firstEnd);
    this.lastEnd = this.ids(rows.lastEnd);
  }

  private note(first: Map<number, number>, last: Map<number, number>, second: number, row: number): void {
    const [known, latest] = [first.get(second), last.get(second)];
    if (known === undefined || this.isBefore(row, known)) first.set(second, row);
    if (latest === undefined || !this.isBefore(row, latest)) last.set(second, row);
  }

  private isBefore(a: number, b: number): boolean {
    const { sourceId, lineNo } = this.columns;
    return ((sourceId[a] ?? 0) - (sourceId[b] ?? 0) || (lineNo[a] ?? 0) - (lineNo[b] ?? 0)) < 0;
  }

  private ids(rows: ReadonlyMap<number, number>): Map<number, number> {
    return new Map([...rows].map(([second, row]) => [second, this.columns.id[row] ?? 0]));
  }
}

function secondsOf(columns: CommandColumns, seconds: Int32Array): Int32Array {
  const known = new Int32Array(seconds.length);
  let count = 0;
  for (let row = 0; row < seconds.length; row++) {
    if (seconds[row] !== NO_SECOND && columns.isCounted(row)) known[count++] = seconds[row] as number;
  }
  return known.subarray(0, count).sort();
}

/** All of them ascending. */
function findGaps(starts: Int32Array, ends: Int32Array, lines: Int32Array): Gap[] {
  const gaps: Gap[] = [];
  const at = { start: 0, end: 0, line: 0 };
  let last: number | null = null;
  for (;;) {
    const next = Math.min(
      starts[at.start] ?? Number.POSITIVE_INFINITY,
      ends[at.end] ?? Number.POSITIVE_INFINITY,
      lines[at.line] ?? Number.POSITIVE_INFINITY,
    );
    if (last !== null && next > last && next < Number.POSITIVE_INFINITY) {
      gaps.push({ fromS: last, toS: next, running: at.start - at.end });
    }
    if (next === Number.POSITIVE_INFINITY) return gaps;
    while (starts[at.start] === next) at.start++;
    while (ends[at.end] === next) at.end++;
    while (lines[at.line] === next) at.line++;
    last = next;
  }
}
