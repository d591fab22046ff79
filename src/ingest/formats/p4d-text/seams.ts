import type { LogEdges, LogFragment } from "../../../contracts/ingest-sink.js";
import { withoutTornWord } from "./torn-end.js";

export interface PlacedFragment {
  readonly sourceId: number;
  readonly fragment: LogFragment;
}

/** One file of a log, as far as its neighbours matter. */
export interface EdgeFile {
  readonly sourceId: number;
  readonly lines: number;
  readonly edges: LogEdges | null;
  /** First and last time of the file in local seconds, where it has any. */
  readonly firstS?: number | null;
  readonly lastS?: number | null;
}

/**
 * A block is written at one time. Where more than this lies between a torn block and the file behind it, a file between
 * them is missing more likely than that the server said nothing just there: what is torn stays torn, for a wrong block
 * would be worse than half of one.
 */
const LONGEST_SILENCE_S = 600;

/** A place where files meet. */
export interface Seam {
  /** What is to be read as one piece of log. */
  readonly fragments: readonly PlacedFragment[];
  /** Files before it, in time order: their open commands may go on here. */
  readonly earlier: readonly number[];
  /** Pids named in the fragments, or null where a line may be about a command without naming its pid. */
  readonly pids: readonly number[] | null;
}

/**
 * The places where the files of one log meet, files in time order: the end of each with the head of the next. A file
 * that is but the middle of a block belongs to the piece that is still open; an empty one does not part its neighbours.
 */
export function* seamsOf(files: Iterable<EdgeFile>): Generator<Seam> {
  const earlier: number[] = [];
  let tail: PlacedFragment[] = [];
  let lastS: number | null = null;
  for (const file of files) {
    const { sourceId, lines, edges } = file;
    if (lines === 0) continue;
    const last = edges?.tail ?? null;
    const isNear = (file.firstS ?? lastS ?? 0) - (lastS ?? file.firstS ?? 0) <= LONGEST_SILENCE_S;
    if (last?.continuation === true && isNear) tail.push({ sourceId, fragment: last });
    else {
      const head = (edges?.head ?? []).map((fragment) => ({ sourceId, fragment }));
      if (isNear && goesOn(head[0])) yield* seam([...tail, ...head], earlier);
      else if (isNear) yield* seam([...ended(tail), ...head], earlier);
      else {
        yield* seam(ended(tail), earlier);
        yield* seam(head, earlier);
      }
      tail = last === null ? [] : [{ sourceId, fragment: last }];
    }
    lastS = file.lastS ?? lastS;
    earlier.push(sourceId);
  }
  yield* seam(ended(tail), earlier);
}

function goesOn(head: PlacedFragment | undefined): boolean {
  return head?.fragment.continuation === true;
}

/** Nothing follows that could be the rest of the last line. */
function ended(tail: readonly PlacedFragment[]): PlacedFragment[] {
  return tail.map((placed, index) => {
    if (index < tail.length - 1) return placed;
    const { fragment } = placed;
    return { ...placed, fragment: { ...fragment, bytes: withoutTornWord(fragment.bytes) } };
  });
}

function* seam(fragments: readonly PlacedFragment[], earlier: readonly number[]): Generator<Seam> {
  if (fragments.length > 0) yield { fragments, earlier: [...earlier], pids: pidsIn(fragments) };
}

/** `pid 4101 completed ...`, `Pid 4101`; network estimates are about the last sync, whoever that was. */
function pidsIn(fragments: readonly PlacedFragment[]): number[] | null {
  const text = Buffer.concat(fragments.map(({ fragment }) => fragment.bytes)).toString("latin1");
  if (text.includes("network estimates")) return null;
  return [...new Set(Array.from(text.matchAll(/[Pp]id (\d{1,15})/g), (match) => Number(match[1])))];
}
