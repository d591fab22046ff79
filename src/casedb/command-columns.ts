import { COMMAND_FLAG } from "../contracts/record-batch.js";
import { CommandKinds } from "./command-kinds.js";
import { ENDED, UNCOUNTED } from "./command-state.js";

/** Stands for a second that is not known. */
export const NO_SECOND = -0x80000000;

/**
 * All commands of a server, in order of their ids, one typed array a fact: what questions about a whole log need of each
 * command. About 75 bytes a command. Seconds are local, `NO_SECOND` where unknown; other numbers are 0 where unknown.
 */
export class CommandColumns {
  readonly id: Float64Array;
  readonly sourceId: Int32Array;
  readonly lineNo: Uint32Array;
  readonly pid: Uint32Array;
  readonly startS: Int32Array;
  /** Second it ended in, as END_S tells it. */
  readonly endS: Int32Array;
  readonly flags: Uint16Array;
  readonly longestMs: Float64Array;
  readonly cpuMs: Int32Array;
  readonly peerMs: Int32Array;
  readonly pausedMs: Int32Array;
  readonly computeMs: Int32Array;
  readonly memoryMb: Int32Array;
  readonly kinds: CommandKinds;

  constructor(readonly count: number) {
    this.id = new Float64Array(count);
    this.sourceId = new Int32Array(count);
    this.lineNo = new Uint32Array(count);
    this.pid = new Uint32Array(count);
    this.startS = new Int32Array(count);
    this.endS = new Int32Array(count);
    this.flags = new Uint16Array(count);
    this.longestMs = new Float64Array(count);
    this.cpuMs = new Int32Array(count);
    this.peerMs = new Int32Array(count);
    this.pausedMs = new Int32Array(count);
    this.computeMs = new Int32Array(count);
    this.memoryMb = new Int32Array(count);
    this.kinds = new CommandKinds(count);
  }

  /** Not a kind that never completes, and somebody's. As IS_COUNTED. */
  isCounted(row: number): boolean {
    return ((this.flags[row] ?? 0) & UNCOUNTED) === 0;
  }

  /** Started, and nothing in the evidence says that it ended. As IS_OPEN. */
  isOpen(row: number): boolean {
    return (
      this.endS[row] === NO_SECOND && this.longestMs[row] === 0 && ((this.flags[row] ?? 0) & (ENDED | UNCOUNTED)) === 0
    );
  }

  select(test: (row: number) => boolean): number[] {
    const rows: number[] = [];
    for (let row = 0; row < this.count; row++) if (test(row)) rows.push(row);
    return rows;
  }

  idsOf(rows: readonly number[]): number[] {
    return rows.map((row) => this.id[row] ?? 0);
  }

  hasCompletions(): boolean {
    return this.flags.some((flags) => (flags & COMMAND_FLAG.hasCompletion) !== 0);
  }

  /** Where a command stands, -1 where it is none of this server's. */
  rowOf(id: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.id[middle] ?? 0;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** `values`: one array a column in the order of the arrays below; they become the rows from `at` on. */
  fill(at: number, values: readonly (readonly number[])[]): void {
    const arrays = [
      this.id,
      this.sourceId,
      this.lineNo,
      this.pid,
      this.startS,
      this.endS,
      this.flags,
      this.longestMs,
      this.cpuMs,
      this.peerMs,
      this.pausedMs,
      this.computeMs,
      this.memoryMb,
    ];
    arrays.forEach((array, index) => {
      array.set(values[index] ?? [], at);
    });
    for (let row = at; row < at + (values[0]?.length ?? 0); row++) this.settleEnd(row);
  }

  /** After its figures are set. */
  settleEnd(row: number): void {
    this.endS[row] = this.endOf(row);
  }

  private endOf(row: number): number {
    const endS = this.endS[row] ?? NO_SECOND;
    const startS = this.startS[row] ?? NO_SECOND;
    if (endS !== NO_SECOND || startS === NO_SECOND) return endS;
    const longestMs = this.longestMs[row] ?? 0;
    if (longestMs > 0) return startS + Math.floor(longestMs / 1000);
    return ((this.flags[row] ?? 0) & ENDED) === 0 ? NO_SECOND : startS;
  }
}
