import { closesArguments, confirmsHeader, LINE, opensArguments } from "./line-kinds.js";
import type { LineTable } from "./line-table.js";

/** Nothing may be appended to the block any more. */
const CLOSED = 0;
const OPEN = 1;
/** Inside arguments whose quote is still open: user text, which may imitate a log. */
const IN_ARGUMENTS = 2;
/** Before the first believable header of a file: the rest of a block that another file began, for all we know. */
const LEADING = 3;

/**
 * Decides where regions begin. A header begins one, except inside open arguments and at the start of a file, where user
 * text may imitate it: there it counts only together with a line behind it of the shape p4d writes.
 */
export class RegionFraming {
  private state: number;
  /** Line of a header not yet confirmed, or -1. */
  private candidate = -1;
  /** The state in which the current region began. */
  start: number;
  leadingRegion: boolean;

  constructor(
    private readonly table: LineTable,
    leading: boolean,
  ) {
    this.state = leading ? LEADING : CLOSED;
    this.start = this.state;
    this.leadingRegion = leading;
  }

  reset(leading: boolean): void {
    this.resume(leading ? LEADING : CLOSED, leading);
  }

  /** What follows is the region that began in state `start`. */
  resume(start: number, leading: boolean): void {
    this.state = start;
    this.start = start;
    this.leadingRegion = leading;
    this.candidate = -1;
  }

  /** True when later lines can't belong to the last block any more. */
  get closed(): boolean {
    return this.state === CLOSED;
  }

  /** True where a line that is no header says nothing about regions, unless it is a message. */
  get trusted(): boolean {
    return this.state < IN_ARGUMENTS;
  }

  /** Looks at the line just added; returns how many lines before it form a finished region, -1: it does not end one. */
  frame(kind: number, cut: boolean): number {
    const last = this.table.count - 1;
    if (this.state >= IN_ARGUMENTS) return this.frameUntrusted(last, kind, cut);
    if (isHeader(kind)) {
      this.state = OPEN;
      return last;
    }
    if (kind === LINE.blank) this.state = CLOSED;
    else if (kind === LINE.indented || kind === LINE.other) this.advance(last, cut);
    return -1;
  }

  /** The caller has taken the region: what follows is no longer the start of the file. */
  regionDone(): void {
    this.leadingRegion = false;
    this.candidate = -1;
    this.start = this.state;
  }

  private advance(line: number, cut: boolean): void {
    const { buf, starts, ends } = this.table;
    if (this.state !== OPEN || cut) return;
    if (opensArguments(buf, starts[line] as number, ends[line] as number)) this.state = IN_ARGUMENTS;
  }

  private frameUntrusted(last: number, kind: number, cut: boolean): number {
    const { buf, starts, ends } = this.table;
    const header = this.candidate;
    this.candidate = -1;
    if (header >= 0 && confirmsHeader(buf, starts[last] as number, ends[last] as number)) {
      this.state = OPEN;
      this.advance(last, cut);
      return header;
    }
    if (isHeader(kind)) this.candidate = last;
    else if (this.state === IN_ARGUMENTS && closesArguments(buf, starts[last] as number, ends[last] as number)) {
      this.state = OPEN;
    }
    return -1;
  }
}

export function isHeader(kind: number): boolean {
  return kind >= LINE.info && kind <= LINE.foreign;
}
