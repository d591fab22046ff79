import type { IngestWarning } from "../../../contracts/evidence.js";
import type { LineTable } from "./line-table.js";

const TEXTS: Readonly<Record<string, string>> = {
  "unknown-line": "lines of no known kind",
  "unknown-track-line": "`---` lines of no known kind",
  "unknown-message": "server messages of no known kind",
  "malformed-command": "command lines without user, address, program and function",
  "line-cut": "lines longer than the limit were cut",
  "foreign-log": "blocks of a proxy or broker log",
  "edge-overflow": "more blocks about earlier commands than can be kept for joining rotations",
};

/** LogStats as plain values. */
export interface StatsMemory {
  readonly bytes: readonly [number, number, number];
  /** First, last and first exact time. */
  readonly times: readonly (number | null)[];
  readonly problems: readonly (readonly [string, { count: number; lineNo: number; byteOffset: number }])[];
}

/** How the bytes of a log were spent, its first and last time, and what was odd about it. */
export class LogStats {
  parsedBytes = 0;
  noiseBytes = 0;
  unknownBytes = 0;
  firstS = Number.NaN;
  lastS = Number.NaN;
  private exactFirstS = Number.NaN;
  private readonly problems = new Map<string, { count: number; lineNo: number; byteOffset: number }>();

  parsed(table: LineTable, line: number): void {
    this.parsedBytes += table.lengths[line] as number;
    if (table.cuts[line] === 1) this.warn("line-cut", table, line);
  }

  /** Lines [from, to), none of which was cut. */
  parsedAll(table: LineTable, from: number, to: number): void {
    const { lengths } = table;
    for (let line = from; line < to; line++) this.parsedBytes += lengths[line] as number;
  }

  noise(table: LineTable, line: number): void {
    this.noiseBytes += table.lengths[line] as number;
  }

  unknown(table: LineTable, line: number, code: string): void {
    this.unknownBytes += table.lengths[line] as number;
    this.warn(code, table, line);
  }

  warn(code: string, table: LineTable, line: number): void {
    const known = this.problems.get(code);
    if (known !== undefined) known.count++;
    else {
      const lineNo = table.lineNos[line] as number;
      this.problems.set(code, { count: 1, lineNo, byteOffset: table.offsets[line] as number });
    }
  }

  /** A time at which the log was being written. */
  see(timeS: number): void {
    if (Number.isNaN(timeS)) return;
    if (Number.isNaN(this.exactFirstS)) this.exactFirstS = timeS;
    this.estimate(timeS);
  }

  /** About such a time: a track block is written its lapse after the start it carries. */
  estimate(timeS: number): void {
    if (Number.isNaN(this.firstS)) this.firstS = timeS;
    this.lastS = timeS;
  }

  get hasExactTime(): boolean {
    return !Number.isNaN(this.exactFirstS);
  }

  /** What began before this began before the file; an estimate as long as there is nothing better. */
  get fileStartS(): number {
    return Number.isNaN(this.exactFirstS) ? this.firstS : this.exactFirstS;
  }

  memory(): StatsMemory {
    const { parsedBytes, noiseBytes, unknownBytes, firstS, lastS, exactFirstS } = this;
    const bytes = [parsedBytes, noiseBytes, unknownBytes] as const;
    const times = [firstS, lastS, exactFirstS].map((timeS) => (Number.isNaN(timeS) ? null : timeS));
    return { bytes, times, problems: [...this.problems].map(([code, at]) => [code, { ...at }] as const) };
  }

  resume({ bytes, times, problems }: StatsMemory): void {
    [this.parsedBytes, this.noiseBytes, this.unknownBytes] = bytes;
    const [firstS, lastS, exactFirstS] = times.map((timeS) => timeS ?? Number.NaN) as [number, number, number];
    this.firstS = firstS;
    this.lastS = lastS;
    this.exactFirstS = exactFirstS;
    for (const [code, at] of problems) this.problems.set(code, { ...at });
  }

  warnings(): IngestWarning[] {
    return [...this.problems].map(([code, at]) => ({ code, text: TEXTS[code] ?? code, ...at }));
  }
}
