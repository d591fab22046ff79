import type { CommandBatch, RecordBatch } from "../../../contracts/record-batch.js";
import type { ParseOutcome, SourceInfo } from "../../evidence-format.js";

/** What the main thread tells the parsing thread. */
export type ToWorker =
  | { readonly kind: "open"; readonly source: SourceInfo }
  | { readonly kind: "push"; readonly chunk: Uint8Array }
  | { readonly kind: "end" };

/** What comes back; `done` once a chunk, after everything that was made of it. */
export type FromWorker =
  | { readonly kind: "commands"; readonly commands: PackedBatch; readonly children: readonly PackedBatch[] }
  | { readonly kind: "rows"; readonly batch: PackedBatch }
  | { readonly kind: "done" }
  | { readonly kind: "outcome"; readonly outcome: ParseOutcome }
  | { readonly kind: "failed"; readonly message: string; readonly stack: string | undefined };

/** A batch whose texts are numbers into a list of distinct texts: copying equal strings between threads is slow. */
export interface PackedBatch {
  readonly table: RecordBatch["table"];
  readonly rowCount: number;
  readonly numbers: Float64Array;
  readonly distinct: readonly (string | null)[];
  readonly texts: Uint32Array;
}

/** Longer texts are hardly ever equal: looking them up costs more than it saves. */
const LONGEST_SHARED = 64;

export function pack(batch: RecordBatch): PackedBatch {
  const distinct: (string | null)[] = [null];
  const known = new Map<string, number>();
  const texts = new Uint32Array(batch.texts.length);
  for (let i = 0; i < texts.length; i++) {
    const text = batch.texts[i] ?? null;
    if (text === null) continue;
    let place = text.length <= LONGEST_SHARED ? known.get(text) : undefined;
    if (place === undefined) {
      place = distinct.push(text) - 1;
      if (text.length <= LONGEST_SHARED) known.set(text, place);
    }
    texts[i] = place;
  }
  return { table: batch.table, rowCount: batch.rowCount, numbers: batch.numbers, distinct, texts };
}

export function unpack({ table, rowCount, numbers, distinct, texts }: PackedBatch): RecordBatch {
  const list: (string | null)[] = new Array(texts.length);
  for (let i = 0; i < texts.length; i++) list[i] = distinct[texts[i] as number] as string | null;
  return { table, rowCount, numbers, texts: list };
}

export function packCommands(batch: CommandBatch): Extract<FromWorker, { kind: "commands" }> {
  return { kind: "commands", commands: pack(batch.commands), children: batch.children.map(pack) };
}

/** The memory of batches moves to the other thread instead of being copied. */
export function buffersOf(batches: readonly PackedBatch[]): ArrayBuffer[] {
  return batches.flatMap(({ numbers, texts }) => [numbers.buffer as ArrayBuffer, texts.buffer as ArrayBuffer]);
}
