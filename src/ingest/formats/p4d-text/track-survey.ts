import type { Block } from "./block.js";
import { ascii, PAREN_OPEN, SLASH, SPACE, startsWith } from "./bytes.js";
import { LINE } from "./line-kinds.js";
import type { LineTable } from "./line-table.js";
import { NumberFields } from "./number-fields.js";

/** Bits of what a track block says about its place in the life of a command. */
export const TRACK = {
  /** The block written when the command ends: lapse, usage, rpc, db.* ... */
  final: 1,
  /** Only a server lock or a trigger: written when that use ends, while the command goes on. */
  intermediate: 2,
  /** Only rdb.lbr: likewise, but under a start line that may carry the time of its own use. */
  replica: 4,
} as const;

const FINAL = [
  "db.",
  "lapse ",
  "usage ",
  "rpc ",
  "memory ",
  "paused ",
  "filetotals ",
  "lbr ",
  "failed ",
  "exited ",
  "killed ",
  "terminated ",
].map(ascii);
const RDB = ascii("rdb.");

/** Looks at the headings of the block in lines [from, to); stops at the first that settles it. */
export function surveyTrack(table: LineTable, from: number, to: number): number {
  let found = 0;
  for (let line = from; line < to; line++) {
    if (table.kinds[line] === LINE.lapse) found |= TRACK.intermediate;
    if (table.kinds[line] !== LINE.track) continue;
    const at = (table.starts[line] as number) + 4;
    if (table.buf[at] === SPACE) continue;
    const bit = surveyHeading(table.buf, at, table.ends[line] as number);
    if (bit === TRACK.final) return bit;
    found |= bit;
  }
  return found;
}

function surveyHeading(buf: Uint8Array, at: number, end: number): number {
  for (const prefix of FINAL) if (startsWith(buf, at, end, prefix)) return TRACK.final;
  if (startsWith(buf, at, end, RDB)) return TRACK.replica;
  return isServerLock(buf, at, end) ? TRACK.intermediate : 0;
}

/** `meta/db(R)`, `clients/my%2Ews(W)` */
export function isServerLock(buf: Uint8Array, at: number, end: number): boolean {
  if (end - at < 4 || buf[end - 3] !== PAREN_OPEN || buf[end - 1] !== 41) return false;
  const mode = buf[end - 2];
  if (mode !== 82 && mode !== 87) return false;
  for (let i = at; i < end; i++) if (buf[i] === SLASH) return true;
  return false;
}

const LAPSE = ascii("--- lapse ");

/** Lapse of a track block in ms, 0 without one: the block was written about that long after its command's start. */
export function lapseMsOf(block: Block): number {
  const { table } = block;
  for (let line = block.track; line < block.to; line++) {
    const start = table.starts[line] as number;
    const end = table.ends[line] as number;
    if (startsWith(table.buf, start, end, LAPSE))
      return new NumberFields().over(table.buf, start, end).durationMs() || 0;
  }
  return 0;
}
