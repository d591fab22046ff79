/** One command start as it stands in a log: where, and what the line says. */
export interface LogKey {
  readonly id: number;
  readonly pid: number;
  readonly startS: number;
  /** Hash of the start line's bytes. */
  readonly keyHash: number;
  /** Arguments of several lines, where there are any. */
  readonly longArgs: string | null;
  readonly byteOffset: number;
  /** How much of it the same file tells: of two twins the one that knows more stays. */
  readonly known: number;
  /** A kind that repeats the same line within a second (`pull -i`): its equality proves nothing. */
  readonly background: boolean;
}

/** The later file begins with bytes that the earlier one ends with (a log copied while it grew, copytruncate, ...). */
export interface Overlap {
  /** The later file's first `laterBytes` bytes are the earlier file's last ones. */
  readonly laterBytes: number;
  /** Rows to delete: of every command that stands in both, the poorer one; of equals the one whose file ends first. */
  readonly drop: readonly number[];
}

/**
 * Starts that must agree where one does not: one equal line can be chance, two with the same bytes between them can't.
 */
const PROOF_COUNT = 2;

/**
 * Finds a constant byte shift under which the later file's first starts are the earlier file's. Both lists are in file
 * order and exclude commands that other files finished. `allLaterBytes`: size of the later file. Returns null when the
 * files don't overlap.
 */
export function findOverlap(
  earlier: readonly LogKey[],
  later: readonly LogKey[],
  earlierBytes: number,
  allLaterBytes = 0,
): Overlap | null {
  const first = later[0];
  if (first === undefined) return null;
  const sameText = earlier.filter((key) => isSame(key, first));
  for (const candidate of sameText) {
    const shift = candidate.byteOffset - first.byteOffset;
    const overlap = proveShift(earlier, later, shift, { earlierBytes, allLaterBytes });
    if (overlap !== null) return overlap;
  }
  return null;
}

function proveShift(
  earlier: readonly LogKey[],
  later: readonly LogKey[],
  shift: number,
  { earlierBytes, allLaterBytes }: { readonly earlierBytes: number; readonly allLaterBytes: number },
): Overlap | null {
  const laterBytes = earlierBytes - shift;
  if (shift < 0 || laterBytes <= 0) return null;
  const byOffset = new Map(earlier.map((key) => [key.byteOffset, key]));
  const inside = later.filter((key) => key.byteOffset < laterBytes);
  if (!isAllThere(earlier, inside, shift)) return null;
  const telling = inside.filter((key) => !key.background).length;
  const drop: number[] = [];
  let matched = 0;
  for (const key of inside) {
    const twin = byOffset.get(key.byteOffset + shift);
    if (twin === undefined || !isSame(twin, key)) {
      // The last start of the earlier file may be torn and so missing there; anything else is no overlap.
      if (key !== inside.at(-1)) return null;
      continue;
    }
    if (!key.background) matched++;
    // What was said of a command behind the end of the earlier file stands in the later one only.
    const isRicher = key.known > twin.known || (key.known === twin.known && allLaterBytes > laterBytes);
    drop.push(isRicher ? twin.id : key.id);
  }
  return matched >= Math.min(PROOF_COUNT, telling) && matched > 0 ? { laterBytes, drop } : null;
}

/** Does the later file have a start wherever the earlier one has one? What stands before its first may have lost its heading. */
function isAllThere(earlier: readonly LogKey[], inside: readonly LogKey[], shift: number): boolean {
  const places = new Set(inside.map((key) => key.byteOffset));
  const from = inside[0]?.byteOffset ?? 0;
  return earlier.every(({ byteOffset }) => byteOffset - shift < from || places.has(byteOffset - shift));
}

function isSame(a: LogKey, b: LogKey): boolean {
  return a.pid === b.pid && a.startS === b.startS && a.keyHash === b.keyHash && a.longArgs === b.longArgs;
}
