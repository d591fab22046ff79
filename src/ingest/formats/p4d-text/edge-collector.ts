import type { LogFragment } from "../../../contracts/ingest-sink.js";
import type { Block } from "./block.js";
import { NEWLINE, RETURN, SPACE, TAB } from "./bytes.js";
import type { LineTable } from "./line-table.js";
import type { LogStats } from "./log-stats.js";
import { withoutTornWord } from "./torn-end.js";

/** What may be kept for the neighbours of one file; beyond it blocks are taken for what they are by themselves. */
const EDGE_BYTES = 16 << 20;
/** What a fragment costs besides its bytes. */
const FRAGMENT_BYTES = 256;
/** Pids are remembered in pages of bits; a log with more of them than this is no real one. */
const PID_PAGES = 2048;

/**
 * Track blocks carry the time their command began, not that of writing. Until a line with its own time comes, this many
 * are taken for earlier; a log of track blocks alone goes on with estimates.
 */
const UNDATED_BLOCKS = 500;

/** Whole seconds by which start estimates may be off: cut lapses, and times of one second. */
const SLACK_S = 2;

/** An EdgeCollector as plain values; the fragments themselves are in the case. */
export interface EdgesMemory {
  readonly bytes: number;
  readonly count: number;
  readonly pages: readonly (readonly [number, string])[];
  readonly headPids: readonly number[];
}

/**
 * Decides which blocks are about commands that began before this file, and keeps their bytes for the join with the
 * file before it.
 */
export class EdgeCollector {
  readonly head: LogFragment[] = [];
  /** Fragments of the head that an earlier run has stored. */
  private stored = 0;
  private bytes = 0;
  private readonly startedPages = new Map<number, Uint8Array>();
  /** Pids whose blocks already went to the head: what follows of them goes the same way. */
  private readonly headPids = new Set<number>();

  /** A command of this pid began here: what follows of the pid is explained by this file. */
  markStarted(pid: number): void {
    const page = Math.floor(pid / 65_536);
    let bits = this.startedPages.get(page);
    if (bits === undefined) {
      if (this.startedPages.size >= PID_PAGES) return;
      bits = new Uint8Array(8192);
      this.startedPages.set(page, bits);
    }
    bits[(pid % 65_536) >> 3] = (bits[(pid % 65_536) >> 3] as number) | (1 << (pid & 7));
    this.headPids.delete(pid);
  }

  hasStarted(pid: number): boolean {
    const bits = this.startedPages.get(Math.floor(pid / 65_536));
    return bits !== undefined && ((bits[(pid % 65_536) >> 3] as number) & (1 << (pid & 7))) !== 0;
  }

  /** True when a track block about `pid`, whose command began at `startS`, belongs to the file before this one. */
  isEarlier(pid: number, startS: number, stats: LogStats): boolean {
    if (this.headPids.has(pid)) return true;
    if (!stats.hasExactTime && this.stored + this.head.length < UNDATED_BLOCKS) return true;
    return !(startS > stats.fileStartS + SLACK_S);
  }

  followsHead(pid: number): boolean {
    return this.headPids.has(pid);
  }

  /** Keeps a block for the join; false when there is no room. */
  keep(block: Block, pid: number | null, running: number): boolean {
    const { table, from, to } = block;
    const bytes = bytesOf(table, from, to);
    const cost = bytes.length + FRAGMENT_BYTES;
    if (this.bytes + cost > EDGE_BYTES) {
      return false;
    }
    this.bytes += cost;
    this.head.push(fragment(table, from, bytes, false, running));
    if (pid !== null) this.headPids.add(pid);
    return true;
  }

  /** Keeps the bytes before the first header of the file. Blank ones too: they may end the last line of the file before. */
  keepLeading(table: LineTable, lines: number): void {
    this.head.push(fragment(table, 0, bytesOf(table, 0, lines), true, 0));
  }

  memory(): EdgesMemory {
    const { bytes, stored, head } = this;
    const pages = [...this.startedPages].map(([page, bits]) => [page, Buffer.from(bits).toString("base64")] as const);
    return { bytes, count: stored + head.length, pages, headPids: [...this.headPids] };
  }

  resume({ bytes, count, pages, headPids }: EdgesMemory): void {
    this.bytes = bytes;
    this.stored = count;
    for (const [page, bits] of pages) this.startedPages.set(page, new Uint8Array(Buffer.from(bits, "base64")));
    for (const pid of headPids) this.headPids.add(pid);
  }

  /** What follows the last line of the file is lost; only a fragment that ends in mid-line is shortened. */
  endTorn(): void {
    const last = this.head.pop();
    if (last !== undefined) this.head.push({ ...last, bytes: withoutTornWord(last.bytes) });
  }
}

export function fragment(
  table: LineTable,
  line: number,
  bytes: Uint8Array,
  continuation: boolean,
  running: number,
): LogFragment {
  const at = { lineNo: table.lineNos[line] as number, byteOffset: table.offsets[line] as number };
  return continuation ? { ...at, bytes, continuation } : { ...at, bytes, continuation, running };
}

/** A copy of the bytes of lines [from, to) with their line ends; a line that was cut stays longer than the limit. */
export function bytesOf(table: LineTable, from: number, to: number): Uint8Array {
  const last = to - 1;
  const start = table.starts[from] as number;
  if (table.cuts[last] === 0) {
    return Uint8Array.prototype.slice.call(
      table.buf,
      start,
      (table.starts[last] as number) + (table.lengths[last] as number),
    );
  }
  const bytes = Uint8Array.prototype.slice.call(table.buf, start, (table.ends[last] as number) + 2);
  bytes[bytes.length - 1] = NEWLINE;
  return bytes;
}

export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === NEWLINE || byte === RETURN || byte === SPACE || byte === TAB);
}
