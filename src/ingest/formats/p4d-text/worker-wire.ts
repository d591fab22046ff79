import type { CommandBatch, RecordBatch, RecordTableName } from "../../../contracts/record-batch.js";
import type { ParseOutcome, SourceInfo } from "../../evidence-format.js";

/** What the main thread tells the parsing thread. */
export type ToWorker =
  | { readonly kind: "open"; readonly source: SourceInfo }
  | { readonly kind: "push"; readonly chunk: Uint8Array }
  /** Memory of a batch that was stored. */
  | { readonly kind: "spare"; readonly table: RecordTableName; readonly numbers: Float64Array }
  | { readonly kind: "end"; readonly torn: boolean };

/** What comes back; `done` once a chunk, after everything that was made of it. */
export type FromWorker =
  | { readonly kind: "commands"; readonly commands: PackedBatch; readonly children: readonly PackedBatch[] }
  | { readonly kind: "rows"; readonly batch: PackedBatch }
  | { readonly kind: "done" }
  | { readonly kind: "outcome"; readonly outcome: ParseOutcome }
  | { readonly kind: "failed"; readonly message: string; readonly stack: string | undefined };

/** A batch with each of its distinct texts once, all in one string: many strings are slow to pass between threads. */
export interface PackedBatch {
  readonly table: RecordBatch["table"];
  readonly rowCount: number;
  readonly numbers: Float64Array;
  readonly starts: Uint32Array | null;
  /** Row-major: number of the distinct text, 0 for none. */
  readonly places: Uint32Array;
  readonly joined: string;
  /** Where each distinct text ends in `joined`; the first stands for no text. */
  readonly ends: Uint32Array;
}

export function pack(batch: RecordBatch): PackedBatch {
  const { table, rowCount, numbers, starts = null } = batch;
  const { texts, places } = batch.places === undefined ? eachPlaced(batch.texts) : { ...batch, places: batch.places };
  return { table, rowCount, numbers, starts, places, joined: texts.join(""), ends: endsOf(texts) };
}

/** Texts of a batch that has no `places`. */
function eachPlaced(texts: readonly (string | null)[]) {
  const placed: (string | null)[] = [null];
  return { places: Uint32Array.from(texts, (text) => (text === null ? 0 : placed.push(text) - 1)), texts: placed };
}

function endsOf(texts: readonly (string | null)[]): Uint32Array {
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (let i = 0; i < texts.length; i++) {
    end += texts[i]?.length ?? 0;
    ends[i] = end;
  }
  return ends;
}

export function unpack({ table, rowCount, numbers, starts, places, joined, ends }: PackedBatch): RecordBatch {
  const texts: (string | null)[] = [null];
  for (let i = 1; i < ends.length; i++) texts.push(joined.slice(ends[i - 1], ends[i]));
  return { table, rowCount, numbers, texts, places, ...(starts === null ? {} : { starts }) };
}

export function packCommands(batch: CommandBatch): Extract<FromWorker, { kind: "commands" }> {
  return { kind: "commands", commands: pack(batch.commands), children: batch.children.map(pack) };
}

/** The memory of batches moves to the other thread instead of being copied. */
export function buffersOf(batches: readonly PackedBatch[]): ArrayBuffer[] {
  return batches.flatMap(({ numbers, places, ends }) =>
    [numbers, places, ends].map(({ buffer }) => buffer as ArrayBuffer),
  );
}

/** Batches made and not yet stored: a file's end may give a million open commands at once. */
const MOST_BATCHES = 8;

/** Holds the parsing thread back while the other one has enough to do. The count is shared between the two. */
export class BatchGate {
  private readonly count: Int32Array;

  constructor(readonly shared = new SharedArrayBuffer(4)) {
    this.count = new Int32Array(shared);
  }

  /** In the parsing thread, before it hands a batch over. */
  enter(): void {
    for (let held = Atomics.load(this.count, 0); held >= MOST_BATCHES; held = Atomics.load(this.count, 0)) {
      Atomics.wait(this.count, 0, held);
    }
    Atomics.add(this.count, 0, 1);
  }

  /** In the other thread, when it has stored a batch or given it up. */
  leave(): void {
    Atomics.sub(this.count, 0, 1);
    Atomics.notify(this.count, 0);
  }
}
