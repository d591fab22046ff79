/** One embedded window of a passage. A passage longer than the model's limit has several, which overlap. */
export interface WindowVector {
  /** `<passage handle>@<window>`, unique in the store. */
  readonly id: string;
  readonly passageId: string;
  /** Key of the document with its site's label in front. */
  readonly documentId: string;
  /** Label of the site; the empty text for what all sites may see. */
  readonly site: string;
  /** Unit length. */
  readonly vector: Float32Array;
}

export interface VectorHit {
  readonly passageId: string;
  /** Cosine of the angle between question and the passage's nearest window, -1 to 1. */
  readonly similarity: number;
}

/**
 * Where vectors lie: in the knowledge database itself, or in a chroma server. Both keep one collection for each model,
 * since vectors of two models cannot be compared.
 */
export interface VectorStore {
  readonly id: "embedded" | "chroma";
  /** Adds or replaces by id. */
  upsert(windows: readonly WindowVector[]): Promise<void>;
  /** Removes every window of these documents. */
  remove(documentIds: readonly string[]): Promise<void>;
  /**
   * The k passages whose nearest window is most similar, best first, equal ones by passage; only passages
   * of the given sites ("" is what all may see).
   */
  query(vector: Float32Array, k: number, sites: readonly string[]): Promise<VectorHit[]>;
  /** Passages that have vectors, with the id of their document. */
  passageIds(): Promise<Map<string, string>>;
  /** Every window, in batches. */
  all(): AsyncIterable<readonly WindowVector[]>;
  close(): Promise<void>;
}

/** What a store of vectors has to know of the model that made them. */
export interface VectorSpace {
  /** Names the model and its content, so that another version of it has vectors of its own. */
  readonly modelId: string;
  readonly dimensions: number;
}

/** Folds windows to the best of each passage: best first, equal ones by passage. */
export function bestOfPassages(windows: Iterable<VectorHit>, k: number): VectorHit[] {
  const best = new Map<string, number>();
  for (const { passageId, similarity } of windows)
    if (similarity > (best.get(passageId) ?? Number.NEGATIVE_INFINITY)) best.set(passageId, similarity);
  return [...best]
    .map(([passageId, similarity]) => ({ passageId, similarity }))
    .sort((a, b) => b.similarity - a.similarity || (a.passageId < b.passageId ? -1 : 1))
    .slice(0, k);
}

/** Copies every window from one store to another. Returns how many. */
export async function moveVectors(from: VectorStore, to: VectorStore): Promise<number> {
  let moved = 0;
  for await (const windows of from.all()) {
    await to.upsert(windows);
    moved += windows.length;
  }
  return moved;
}
