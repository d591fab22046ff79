import type { LogEdges, LogFragment } from "../../../contracts/ingest-sink.js";

export interface PlacedFragment {
  readonly sourceId: number;
  readonly fragment: LogFragment;
}

/** One file of a log, as far as its neighbours matter. */
export interface EdgeFile {
  readonly sourceId: number;
  readonly lines: number;
  readonly edges: LogEdges | null;
}

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
  for (const { sourceId, lines, edges } of files) {
    if (lines === 0) continue;
    const last = edges?.tail ?? null;
    if (last?.continuation === true) tail.push({ sourceId, fragment: last });
    else {
      const head = (edges?.head ?? []).map((fragment) => ({ sourceId, fragment }));
      yield* seam([...tail, ...head], earlier);
      tail = last === null ? [] : [{ sourceId, fragment: last }];
    }
    earlier.push(sourceId);
  }
  yield* seam(tail, earlier);
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
