import type { KnowledgeDatabase } from "../store/knowledge-database.js";
import {
  bestOfPassages,
  type VectorHit,
  type VectorSpace,
  type VectorStore,
  type WindowVector,
} from "./vector-store.js";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS vector_window (
  model    TEXT NOT NULL,              -- VectorSpace.modelId
  id       TEXT NOT NULL,              -- passage handle @ window
  passage  TEXT NOT NULL,              -- passage.handle
  document TEXT NOT NULL,              -- site/key of its document
  site     TEXT NOT NULL,              -- label of the site; '' for all
  vector   BLOB NOT NULL,              -- 32-bit floats, little-endian, of unit length
  PRIMARY KEY (model, id)
) STRICT, WITHOUT ROWID`;

const BATCH = 500;

interface Row {
  readonly id: string;
  readonly passage: string;
  readonly document: string;
  readonly site: string;
  readonly vector: Buffer;
}

/** All vectors of a model in one piece of memory, beside what they belong to. */
interface Loaded {
  readonly passages: readonly string[];
  readonly sites: readonly string[];
  readonly vectors: Float32Array;
}

/**
 * Vectors in the knowledge database itself, compared one by one: 70,000 of 384 numbers take some 30 ms. They are read
 * into memory at the first question.
 *
 * @param readonly the database was opened for reading: nothing is written, and a table that isn't there is empty
 */
export function embeddedVectors(db: KnowledgeDatabase, space: VectorSpace, readonly: boolean): VectorStore {
  if (!readonly) db.exec(SCHEMA);
  return new EmbeddedVectors(db, space);
}

class EmbeddedVectors implements VectorStore {
  readonly id = "embedded";
  private loaded: Loaded | undefined;

  constructor(
    private readonly db: KnowledgeDatabase,
    private readonly space: VectorSpace,
  ) {}

  async upsert(windows: readonly WindowVector[]): Promise<void> {
    const insert = this.db.prepare(
      `INSERT INTO vector_window VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (model, id) DO UPDATE SET passage = excluded.passage, document = excluded.document,
         site = excluded.site, vector = excluded.vector`,
    );
    this.loaded = undefined;
    this.db.transaction(() => {
      for (const { id, passageId, documentId, site, vector } of windows) {
        const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
        insert.run(this.space.modelId, id, passageId, documentId, site, bytes);
      }
    })();
  }

  async remove(documentIds: readonly string[]): Promise<void> {
    this.loaded = undefined;
    this.db
      .prepare("DELETE FROM vector_window WHERE model = ? AND document IN (SELECT value FROM json_each(?))")
      .run(this.space.modelId, JSON.stringify(documentIds));
  }

  async query(vector: Float32Array, k: number, sites: readonly string[]): Promise<VectorHit[]> {
    this.loaded ??= this.load();
    const { passages, sites: labels, vectors } = this.loaded;
    const { dimensions } = this.space;
    const allowed = new Set(sites);
    const best = new Nearest(k);
    for (let row = 0; row < passages.length; row++) {
      if (!allowed.has(labels[row] ?? "")) continue;
      best.offer(passages[row] ?? "", dotProduct(vectors, row * dimensions, vector));
    }
    return best.hits();
  }

  async passageIds(): Promise<Map<string, string>> {
    if (!this.hasTable()) return new Map();
    const rows = this.db
      .prepare<[string], { passage: string; document: string }>(
        "SELECT DISTINCT passage, document FROM vector_window WHERE model = ?",
      )
      .all(this.space.modelId);
    return new Map(rows.map(({ passage, document }) => [passage, document]));
  }

  async *all(): AsyncIterable<readonly WindowVector[]> {
    if (!this.hasTable()) return;
    const next = this.db.prepare<[string, string, number], Row>(
      "SELECT id, passage, document, site, vector FROM vector_window WHERE model = ? AND id > ? ORDER BY id LIMIT ?",
    );
    for (let last = ""; ; ) {
      const rows = next.all(this.space.modelId, last, BATCH);
      if (rows.length === 0) return;
      last = rows.at(-1)?.id ?? "";
      yield rows.map(({ id, passage, document, site, vector }) => ({
        ...{ id, passageId: passage, documentId: document, site },
        vector: floatsOf(vector),
      }));
    }
  }

  async close(): Promise<void> {
    this.loaded = undefined;
  }

  private load(): Loaded {
    const count = this.hasTable()
      ? (this.db
          .prepare<[string], number>("SELECT count(*) FROM vector_window WHERE model = ?")
          .pluck()
          .get(this.space.modelId) ?? 0)
      : 0;
    const passages: string[] = [];
    const sites: string[] = [];
    const vectors = new Float32Array(count * this.space.dimensions);
    if (count === 0) return { passages, sites, vectors };
    for (const { passage, site, vector } of this.db
      .prepare<[string], Row>("SELECT passage, site, vector FROM vector_window WHERE model = ? ORDER BY id")
      .iterate(this.space.modelId)) {
      vectors.set(floatsOf(vector), passages.length * this.space.dimensions);
      passages.push(passage);
      sites.push(site);
    }
    return { passages, sites, vectors };
  }

  private hasTable(): boolean {
    return this.db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'vector_window'").get() !== undefined;
  }
}

/** Of a vector and the one that begins at a place of many. Four sums at once take two thirds of the time of one. */
function dotProduct(many: Float32Array, at: number, vector: Float32Array): number {
  const whole = vector.length - (vector.length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    a += (many[at + i] as number) * (vector[i] as number);
    b += (many[at + i + 1] as number) * (vector[i + 1] as number);
    c += (many[at + i + 2] as number) * (vector[i + 2] as number);
    d += (many[at + i + 3] as number) * (vector[i + 3] as number);
  }
  for (let i = whole; i < vector.length; i++) a += (many[at + i] as number) * (vector[i] as number);
  return a + b + c + d;
}

/** The k nearest passages so far. Windows of a passage come one after the other, as their ids do. */
class Nearest {
  private readonly kept: VectorHit[] = [];
  private least = Number.NEGATIVE_INFINITY;

  constructor(private readonly k: number) {}

  offer(passageId: string, similarity: number): void {
    if (similarity <= this.least) return;
    const last = this.kept.findIndex((hit) => hit.passageId === passageId);
    if (last !== -1) {
      if ((this.kept[last]?.similarity ?? 0) >= similarity) return;
      this.kept.splice(last, 1);
    }
    const at = this.kept.findIndex((hit) => hit.similarity < similarity);
    this.kept.splice(at === -1 ? this.kept.length : at, 0, { passageId, similarity });
    if (this.kept.length > this.k) this.kept.pop();
    if (this.kept.length === this.k) this.least = this.kept.at(-1)?.similarity ?? this.least;
  }

  hits(): VectorHit[] {
    return bestOfPassages(this.kept, this.k);
  }
}

/** A copy: a blob need not begin where a float may. */
function floatsOf(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
