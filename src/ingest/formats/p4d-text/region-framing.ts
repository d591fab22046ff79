import { closesArguments, confirmsHeader, headerKind, LINE, opensArguments } from "./line-kinds.js";
import type { LineTable } from "./line-table.js";
import { skipIndent } from "./time-fields.js";

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
  leadingRegion: boolean;

  constructor(
    private readonly table: LineTable,
    leading: boolean,
  ) {
    this.state = leading ? LEADING : CLOSED;
    this.leadingRegion = leading;
  }

  reset(leading: boolean): void {
    this.state = leading ? LEADING : CLOSED;
    this.leadingRegion = leading;
    this.candidate = -1;
  }

  /** True when later lines can't belong to the last block any more. */
  get closed(): boolean {
    return this.state === CLOSED;
  }

  /** Looks at the line just added; returns how many lines before it form a finished region, -1: it does not end one. */
  frame(cut: boolean): number {
    const { table } = this;
    const last = table.count - 1;
    const start = table.starts[last] as number;
    const end = table.ends[last] as number;
    if (this.state >= IN_ARGUMENTS) return this.frameUntrusted(last, start, end, cut);
    if (headerKind(table.buf, start, end) !== LINE.other) {
      this.state = OPEN;
      return last;
    }
    this.advance(start, end, cut);
    return -1;
  }

  /** The caller has taken the region: what follows is no longer the start of the file. */
  regionDone(): void {
    this.leadingRegion = false;
    this.candidate = -1;
  }

  private advance(start: number, end: number, cut: boolean): void {
    const { buf } = this.table;
    if (start === end || skipIndent(buf, start, end) === end) this.state = CLOSED;
    else if (this.state === OPEN && !cut && opensArguments(buf, start, end)) this.state = IN_ARGUMENTS;
  }

  private frameUntrusted(last: number, start: number, end: number, cut: boolean): number {
    const { table } = this;
    const header = this.candidate;
    this.candidate = -1;
    if (header >= 0 && confirmsHeader(table.buf, start, end)) {
      this.state = OPEN;
      this.advance(start, end, cut);
      return header;
    }
    if (headerKind(table.buf, start, end) !== LINE.other) this.candidate = last;
    else if (this.state === IN_ARGUMENTS && closesArguments(table.buf, start, end)) this.state = OPEN;
    return -1;
  }
}
