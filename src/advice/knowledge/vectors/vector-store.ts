/** One embedded window of a passage. A passage longer than the model's limit has several, which overlap. */
export interface WindowVector {
  /** `<passage id>@<window>`, unique in the store. */
  readonly id: string;
  readonly passageId: string;
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
  /** Adds or replaces by id. Throws UsageError where a vector's length isn't the collection's. */
  upsert(windows: readonly WindowVector[]): Promise<void>;
  /** Removes every window of these documents. */
  remove(documentIds: readonly string[]): Promise<void>;
  /**
   * The k passages whose nearest window is most similar, best first, equal ones by passage id; only passages
   * of the given sites ("" is what all may see).
   */
  query(vector: Float32Array, k: number, sites: readonly string[]): Promise<VectorHit[]>;
  /** Passages that have vectors, with the id of their document. */
  passageIds(): Promise<Map<string, string>>;
  close(): Promise<void>;
}
