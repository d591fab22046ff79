import { RowBatcher } from "../../../base/row-batcher.js";
import type { StoredCommand } from "../../../contracts/case-store.js";
import type { CommandBatch, RecordBatch } from "../../../contracts/record-batch.js";
import { COMMAND_FLAG } from "../../../contracts/record-batch.js";
import { BatchBuilder } from "./batch-builder.js";
import { BlockReader } from "./block-reader.js";
import { NEWLINE } from "./bytes.js";
import { CommandAssembler } from "./command-assembler.js";
import { type AccountChange, EdgeStats, MAX_EDGE_LINE_BYTES } from "./edge-account.js";
import { sharedNames } from "./interner.js";
import { LineScanner } from "./line-scanner.js";
import { restoreCommand } from "./restore-command.js";
import type { PlacedFragment } from "./seams.js";

/** What is known where two or more files of one log meet. */
export interface EdgeJoinInput {
  /** Commands of the earlier files that may go on (`openAtSourceEnd`), any order. */
  readonly open: readonly StoredCommand[];
  /** The files before, in time order. */
  readonly earlier: readonly number[];
  /** In file order: the tail of the earlier file, then the head of the later one. */
  readonly fragments: readonly PlacedFragment[];
}

export interface EdgeJoinResult {
  /** Ids of `open` commands that changed: their old rows are to be deleted. */
  readonly replaced: readonly number[];
  /** Their new rows, and commands that only the fragments tell of. */
  readonly batches: readonly CommandBatch[];
  readonly rows: readonly RecordBatch[];
  /** What becomes of bytes that a file could not explain alone. */
  readonly accounts: readonly AccountChange[];
}

/** Parses the edges of neighbouring files together, on top of the commands still open. Never throws for content. */
export function joinEdges(input: EdgeJoinInput): EdgeJoinResult {
  const batches: CommandBatch[] = [];
  const rows: RecordBatch[] = [];
  const replaced: number[] = [];
  const builder = new BatchBuilder((batch) => batches.push(batch));
  const batcher = new RowBatcher((batch) => rows.push(batch));
  const stats = new EdgeStats(input.fragments);
  const outlet = {
    command: (command: Parameters<BatchBuilder["add"]>[0]) => {
      if (command.storedId !== null) replaced.push(command.storedId);
      builder.add(command);
    },
    row: batcher.add.bind(batcher),
  };
  const assembler = new CommandAssembler(outlet, sharedNames, stats, null, Number.POSITIVE_INFINITY);
  seed(assembler, input);
  readFragments(assembler, stats, input);
  assembler.finish();
  builder.flush();
  batcher.flush();
  return { replaced, batches, rows, accounts: stats.changes() };
}

function seed(assembler: CommandAssembler, input: EdgeJoinInput): void {
  const firstSource = input.fragments[0]?.sourceId;
  const place = new Map(input.earlier.map((sourceId, index) => [sourceId, index]));
  const placeOf = (command: { sourceId: number }) => place.get(command.sourceId) ?? -1;
  const commands = input.open.map(restoreCommand);
  // By start, not by line: a command known from a late track block stands behind younger ones of its pid.
  commands.sort((a, b) => placeOf(a) - placeOf(b) || a.startS - b.startS || a.lineNo - b.lineNo);
  for (const command of commands) {
    assembler.adopt(command);
    const running = !command.ended && command.sourceId === firstSource;
    if (running) assembler.open.count(command);
    command.flags &= ~COMMAND_FLAG.openAtSourceEnd;
  }
}

function readFragments(assembler: CommandAssembler, stats: EdgeStats, input: EdgeJoinInput): void {
  const { fragments, earlier } = input;
  const reader = new BlockReader(assembler, stats);
  let torn = false;
  let inside = fragments[0]?.fragment.continuation === true; // nothing before it: its header stands in a file we lack
  const handler = {
    region: (table: Parameters<BlockReader["read"]>[0], lines: number) => {
      reader.read(table, lines, inside, torn);
      inside = false;
    },
  };
  const scanner = new LineScanner(0, MAX_EDGE_LINE_BYTES, handler, false);
  for (const [index, { sourceId, fragment }] of fragments.entries()) {
    if (!fragment.continuation) {
      scanner.flush();
      // At the head of a later file a bare start line is the torn top of a block; where something began, it began in its file.
      torn = !earlier.includes(sourceId) || isTornLine(fragments, index);
      if (fragment.running !== undefined) assembler.open.running = fragment.running;
    }
    scanner.seek(sourceId, fragment.lineNo, fragment.byteOffset);
    scanner.push(fragment.bytes);
  }
  scanner.flush();
}

/** A fragment without a line end that no other goes on with. */
function isTornLine(fragments: readonly PlacedFragment[], index: number): boolean {
  const goesOn = fragments[index + 1]?.fragment.continuation === true;
  return !goesOn && fragments[index]?.fragment.bytes.at(-1) !== NEWLINE;
}
