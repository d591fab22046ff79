import { type BlockHead, blockHead, nextBlock } from "./log-block.js";
import { LOOK_AHEAD_S, type TimeWindow } from "./time-window.js";

/** A stretch of the file that the parser is to see. */
export type Give = (bytes: Buffer, lineNo: number, byteOffset: number, newlines: number) => void;

interface OpenStart {
  readonly bytes: Buffer;
  readonly lineNo: number;
  readonly byteOffset: number;
  readonly newlines: number;
}

/** A block longer than this is given in parts, undecided. */
const MAX_BLOCK_BYTES = 8 << 20;
/** So many blocks in a row behind the window mean that it is over. */
const SURELY_OVER = 1000;
/** Commands of one process that can be open at once: submit, its dm-SubmitChange, its dm-CommitSubmit, and one more. */
const MAX_NESTED = 4;
/** Processes with open commands kept in mind: in a log without completions everything ever started is open. */
const MAX_OPEN = 200_000;

/**
 * Lets through what a time window wants of a P4LOG: before it the start blocks of commands still open where it begins
 * (as far back as `frontBytes`; what is older shows itself when it ends), within it everything, behind it what completes
 * the commands that were open where it ended.
 */
export class WindowSieve {
  /** Nothing behind this point is wanted: reading may stop. */
  finished = false;
  skippedBytes = 0;
  private phase: "before" | "within" | "behind" = "before";
  private carry: Buffer = Buffer.alloc(0);
  private byteOffset = 0;
  private lineNo = 1;
  private overInRow = 0;
  private readonly open = new Map<number, OpenStart[]>();

  constructor(
    private readonly window: TimeWindow,
    /** Known to lie before the window, whatever time a line there bears: only what is open is followed. */
    private readonly earlyBytes: number,
    /** So many of these lie so far in front that what began there and is still open is not looked for. */
    private readonly frontBytes: number,
    private readonly give: Give,
  ) {
    if (window.fromS === null) this.phase = "within";
  }

  push(chunk: Uint8Array): void {
    const early = Math.min(chunk.length, this.frontBytes - this.byteOffset);
    if (early > 0) this.skip(chunk.subarray(0, early));
    const bytes = Buffer.concat([this.carry, early > 0 ? chunk.subarray(early) : chunk]);
    const done = this.blocks(bytes, false);
    this.carry = bytes.subarray(done);
  }

  end(): void {
    this.blocks(this.carry, true);
    this.carry = Buffer.alloc(0);
  }

  /** Bytes that are not even looked at, but for their line ends. */
  private skip(early: Uint8Array): void {
    this.pass(Buffer.from(early.buffer, early.byteOffset, early.length), 0, early.length);
    this.skippedBytes += early.length;
  }

  /** Handles whole blocks; answers how many bytes that were. */
  private blocks(bytes: Buffer, atEnd: boolean): number {
    let start = 0;
    for (;;) {
      const next = nextBlock(bytes, start + 1);
      const overlong = next < 0 && bytes.length - start > MAX_BLOCK_BYTES;
      if (next < 0 && !atEnd && !overlong) return start;
      const end = next < 0 ? bytes.length : next;
      if (end > start) this.block(bytes, start, end);
      start = end;
      if (start >= bytes.length) return start;
    }
  }

  private block(bytes: Buffer, start: number, end: number): void {
    const head = blockHead(bytes, start, end);
    if (head !== null && this.byteOffset >= this.earlyBytes) this.advance(head);
    const wanted = this.phase === "within" || (this.phase === "behind" && head !== null && this.completes(head));
    const { lineNo, byteOffset } = this;
    const newlines = this.pass(bytes, start, end);
    if (wanted) this.give(bytes.subarray(start, end), lineNo, byteOffset, newlines);
    else this.skippedBytes += end - start;
    if (head !== null && this.phase !== "behind") {
      // Only in front of the window will the bytes be needed again.
      const own = this.phase === "before" ? Buffer.from(bytes.subarray(start, end)) : bytes.subarray(0, 0);
      this.follow(head, { bytes: own, lineNo, byteOffset, newlines });
    }
  }

  private advance(head: BlockHead): void {
    const { fromS, toS } = this.window;
    if (this.phase === "before" && fromS !== null && head.timeS >= fromS) {
      this.phase = "within";
      this.giveOpen();
    }
    // A track block says nothing about now. Nor does one late time end the window: the clock may go back, and a
    // user's text may look like a log.
    if (toS === null || this.phase === "before" || head.what === "track") return;
    this.phase = head.timeS > toS ? "behind" : "within";
    const over = head.timeS > toS + (this.open.size === 0 ? 0 : LOOK_AHEAD_S);
    this.overInRow = over ? this.overInRow + 1 : 0;
    this.finished = this.overInRow >= SURELY_OVER;
  }

  /** The starts of commands open at the front edge, in their order. */
  private giveOpen(): void {
    const starts = [...this.open.values()].flat().sort((a, b) => a.byteOffset - b.byteOffset);
    for (const start of starts) {
      this.give(start.bytes, start.lineNo, start.byteOffset, start.newlines);
      this.skippedBytes -= start.bytes.length;
    }
  }

  /** Keeps book of what is open; a process that takes a new user command has ended all before it. */
  private follow(head: BlockHead, start: OpenStart): void {
    if (head.what === "completed") {
      const nested = this.open.get(head.pid);
      nested?.pop();
      if (nested?.length === 0) this.open.delete(head.pid);
    } else if (head.what === "start") {
      const nested = head.isUserCommand ? [] : (this.open.get(head.pid) ?? []);
      this.open.delete(head.pid); // so that the map stays in order of the last start
      this.open.set(head.pid, [...nested, start].slice(-MAX_NESTED));
      if (this.open.size > MAX_OPEN) this.forgetOldest();
    }
  }

  /** Behind the window: the end of a command that was open at its edge. A track block bears its command's start. */
  private completes(head: BlockHead): boolean {
    const { toS } = this.window;
    if (!this.open.has(head.pid) || toS === null) return false;
    if (head.what === "start" && head.timeS > toS) {
      this.open.delete(head.pid);
      return false;
    }
    return head.what !== "track" || head.timeS <= toS;
  }

  private forgetOldest(): void {
    const [oldest] = this.open.keys();
    if (oldest !== undefined) this.open.delete(oldest);
  }

  private pass(bytes: Buffer, start: number, end: number): number {
    let newlines = 0;
    for (let at = bytes.indexOf(10, start); at >= 0 && at < end; at = bytes.indexOf(10, at + 1)) newlines++;
    this.lineNo += newlines;
    this.byteOffset += end - start;
    return newlines;
  }
}
