import type { LogFragment } from "../../../contracts/ingest-sink.js";
import { BlockReader } from "./block-reader.js";
import { NEWLINE } from "./bytes.js";
import { sharedNames } from "./interner.js";
import { LineScanner } from "./line-scanner.js";
import type { LineTable } from "./line-table.js";
import { LogStats } from "./log-stats.js";
import type { PlacedFragment } from "./seams.js";
import { TrackAccount } from "./track-account.js";

/** Fragments were cut to size when their file was read; nothing more is cut here. */
export const MAX_EDGE_LINE_BYTES = 16 << 20;

/** Bytes that go from one account of a file to another when its edges are joined; they sum to 0. */
export interface AccountChange {
  readonly sourceId: number;
  readonly parsed: number;
  readonly noise: number;
  readonly unknown: number;
}

type Account = "parsed" | "noise" | "unknown";

/** The later pieces of a line that begins in one file and ends in another. */
interface TornLine {
  readonly sourceId: number;
  readonly pieces: { readonly sourceId: number; readonly bytes: number }[];
}

/** How the bytes of fragments are spent when they are read together, file by file. */
export class EdgeStats extends LogStats {
  private readonly sums = new Map<number, Record<Account, number>>();
  private readonly torn: ReadonlyMap<number, TornLine>;

  constructor(private readonly fragments: readonly PlacedFragment[]) {
    super();
    this.torn = tornLines(fragments);
  }

  override parsed(table: LineTable, line: number): void {
    this.count(table, line, "parsed");
  }

  override parsedAll(table: LineTable, from: number, to: number): void {
    for (let line = from; line < to; line++) this.count(table, line, "parsed");
  }

  override noise(table: LineTable, line: number): void {
    this.count(table, line, "noise");
  }

  override unknown(table: LineTable, line: number): void {
    this.count(table, line, "unknown");
  }

  /** Against what each file made of its fragment by itself. */
  changes(): AccountChange[] {
    for (const { sourceId, fragment } of this.fragments) {
      const alone = aloneStats(fragment);
      this.add(sourceId, "parsed", -alone.parsedBytes);
      this.add(sourceId, "noise", -alone.noiseBytes);
      this.add(sourceId, "unknown", -alone.unknownBytes);
    }
    return [...this.sums]
      .map(([sourceId, sums]) => ({ sourceId, ...sums }))
      .filter(({ parsed, noise, unknown }) => parsed !== 0 || noise !== 0 || unknown !== 0);
  }

  private count(table: LineTable, line: number, account: Account): void {
    const sourceId = table.sourceIds[line] as number;
    let bytes = table.lengths[line] as number;
    const torn = this.torn.get(table.offsets[line] as number);
    for (const piece of torn?.sourceId === sourceId ? torn.pieces : []) {
      this.add(piece.sourceId, account, piece.bytes);
      bytes -= piece.bytes;
    }
    this.add(sourceId, account, bytes);
  }

  private add(sourceId: number, account: Account, bytes: number): void {
    const sums = this.sums.get(sourceId) ?? { parsed: 0, noise: 0, unknown: 0 };
    sums[account] += bytes;
    this.sums.set(sourceId, sums);
  }
}

/** By the byte offset in the file they begin in. */
function tornLines(fragments: readonly PlacedFragment[]): Map<number, TornLine> {
  const found = new Map<number, TornLine>();
  let open: TornLine | null = null;
  for (const { sourceId, fragment } of fragments) {
    const { bytes } = fragment;
    if (open !== null && fragment.continuation) {
      const end = bytes.indexOf(NEWLINE);
      open.pieces.push({ sourceId, bytes: end < 0 ? bytes.length : end + 1 });
      if (end < 0) continue;
    }
    open = null;
    if (bytes.length === 0 || bytes[bytes.length - 1] === NEWLINE) continue;
    open = { sourceId, pieces: [] };
    found.set(fragment.byteOffset + bytes.lastIndexOf(NEWLINE) + 1, open);
  }
  return found;
}

/** The account of a fragment as the parser of its file kept it. */
function aloneStats(fragment: LogFragment): LogStats {
  const stats = new LogStats();
  const reader = new BlockReader(new TrackAccount(sharedNames, stats), stats);
  const region = (table: LineTable, lines: number) => reader.read(table, lines, fragment.continuation);
  const scanner = new LineScanner(0, MAX_EDGE_LINE_BYTES, { region }, fragment.continuation);
  scanner.push(fragment.bytes);
  scanner.flush();
  return stats;
}
