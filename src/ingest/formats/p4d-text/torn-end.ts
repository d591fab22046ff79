import { NEWLINE, SPACE } from "./bytes.js";
import { isCompleted, isCompute, kindOfLine, LINE, messageAt } from "./line-kinds.js";

/** A figure with all of its unit: `1.20s`, `3+0ms/0ms+12ms`, `2710+390io`, `8672k`; the mode of a lock: `meta/db(R)`. */
const WHOLE_WORD = /\d(?:s|ms|us|io|net|k|pf|mb)$|\)$/;
const LONGEST_UNIT_BYTES = 4;

/**
 * The end of a log whose last line is torn and goes on nowhere: without its last word where that may be half a figure or
 * half a name, because `---   pages in+out+cached 71+7+9` may have been 71+7+96. Who ran what is kept as far as it is
 * there.
 */
export function withoutTornWord(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0 || bytes[bytes.length - 1] === NEWLINE) return bytes;
  const start = bytes.lastIndexOf(NEWLINE) + 1;
  const lastBytes = Buffer.from(bytes.subarray(Math.max(start, bytes.length - LONGEST_UNIT_BYTES)));
  if (!tellsFigures(bytes, start) || WHOLE_WORD.test(lastBytes.toString("latin1"))) return bytes;
  return bytes.subarray(0, Math.max(start, bytes.lastIndexOf(SPACE) + 1));
}

/** `--- lapse 1.2`, `lapse .04`, `\t2024/03/05 14:07:03 pid 4101 completed 1` */
function tellsFigures(bytes: Uint8Array, start: number): boolean {
  const end = bytes.length;
  const kind = kindOfLine(bytes, start, end);
  if (kind === LINE.track || kind === LINE.lapse) return true;
  const at = kind === LINE.indented ? messageAt(bytes, start, end) : -1;
  return at >= 0 && (isCompleted(bytes, at, end) || isCompute(bytes, at, end));
}
