import { type CommandBatch, RECORD_TABLES, type RecordBatch } from "../../../contracts/record-batch.js";
import type { ParseOutcome, SourceInfo } from "../../evidence-format.js";

/** What the main thread tells the parsing thread. */
export type ToWorker =
  | { readonly kind: "open"; readonly source: SourceInfo }
  | { readonly kind: "push"; readonly chunk: Uint8Array }
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

/** Longer texts are hardly ever equal: looking them up costs more than it saves. */
const LONGEST_SHARED = 64;

export function pack(batch: RecordBatch): PackedBatch {
  const distinct: string[] = [""];
  const known = new Map<string, number>();
  const places = new Uint32Array(batch.texts.length);
  const width = RECORD_TABLES[batch.table].texts.length;
  for (let i = 0; i < places.length; i++) {
    const text = batch.texts[i] ?? null;
    if (text === null) continue;
    if (i >= width && text === batch.texts[i - width]) {
      places[i] = places[i - width] as number; // neighbours are often equal, and comparing is cheaper than looking up
      continue;
    }
    let place = text.length <= LONGEST_SHARED ? known.get(text) : undefined;
    if (place === undefined) {
      place = distinct.push(text) - 1;
      if (text.length <= LONGEST_SHARED) known.set(text, place);
    }
    places[i] = place;
  }
  const { table, rowCount, numbers, starts = null } = batch;
  return { table, rowCount, numbers, starts, places, joined: distinct.join(""), ends: endsOf(distinct) };
}

function endsOf(texts: readonly string[]): Uint32Array {
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (let i = 0; i < texts.length; i++) {
    end += (texts[i] as string).length;
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
