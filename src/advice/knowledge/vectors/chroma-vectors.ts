import { createHash } from "node:crypto";
import { ChromaClient, type Collection } from "chromadb";
import { EXIT, OperatorError } from "../../../base/errors.js";
import {
  bestOfPassages,
  type VectorHit,
  type VectorSpace,
  type VectorStore,
  type WindowVector,
} from "./vector-store.js";

const PATIENCE_MS = 20_000;
const PROBE_MS = 4_000;
/** Windows sent or read at a time; servers take more, but not all of them. */
const BATCH = 256;
/** Windows asked for each passage that is wanted, since several may be of one passage. */
const WINDOWS_A_PASSAGE = 4;

/**
 * Vectors in a chroma server, one collection a model. Nothing but the address given is contacted.
 *
 * @throws OperatorError (exit 4) where the address has no server, another server, or one of another version
 */
export async function chromaVectors(url: string, space: VectorSpace): Promise<VectorStore> {
  const address = addressOf(url);
  await probe(address);
  const giveUp = new AbortController();
  const client = new ChromaClient({
    host: address.hostname,
    port: Number(address.port || (address.protocol === "https:" ? 443 : 80)),
    ssl: address.protocol === "https:",
    fetchOptions: { signal: giveUp.signal },
  });
  const timed = <T>(work: Promise<T>): Promise<T> => withPatience(work, address, giveUp);
  const collection = await timed(
    client.getOrCreateCollection({
      name: `p4rca-${createHash("sha256").update(space.modelId).digest("hex").slice(0, 24)}`,
      embeddingFunction: null, // else it wants a package that downloads a model
      configuration: { hnsw: { space: "cosine" } },
      metadata: { model: space.modelId, dimensions: space.dimensions },
    }),
  );
  return new ChromaVectors(collection, timed);
}

class ChromaVectors implements VectorStore {
  readonly id = "chroma";

  constructor(
    private readonly collection: Collection,
    private readonly timed: <T>(work: Promise<T>) => Promise<T>,
  ) {}

  async upsert(windows: readonly WindowVector[]): Promise<void> {
    for (let at = 0; at < windows.length; at += BATCH) {
      const batch = windows.slice(at, at + BATCH);
      await this.timed(
        this.collection.upsert({
          ids: batch.map(({ id }) => id),
          embeddings: batch.map(({ vector }) => [...vector]),
          metadatas: batch.map(({ passageId, documentId, site }) => ({
            passage: passageId,
            document: documentId,
            site,
          })),
        }),
      );
    }
  }

  async remove(documentIds: readonly string[]): Promise<void> {
    for (let at = 0; at < documentIds.length; at += BATCH)
      await this.timed(this.collection.delete({ where: { document: { $in: documentIds.slice(at, at + BATCH) } } }));
  }

  async query(vector: Float32Array, k: number, sites: readonly string[]): Promise<VectorHit[]> {
    const count = await this.timed(this.collection.count());
    for (let wanted = Math.min(count, k * WINDOWS_A_PASSAGE); wanted > 0; wanted = Math.min(count, wanted * 4)) {
      const { distances, metadatas } = await this.timed(
        this.collection.query({
          queryEmbeddings: [[...vector]],
          nResults: wanted,
          where: { site: { $in: [...sites] } },
          include: ["distances", "metadatas"],
        }),
      );
      const found = distances[0] ?? [];
      const hits = bestOfPassages(
        found.map((distance, at) => ({
          passageId: String(metadatas[0]?.[at]?.passage ?? ""),
          similarity: 1 - (distance ?? 2),
        })),
        k,
      );
      // Fewer than asked for, or all there are: more windows would bring nothing.
      if (hits.length === k || wanted === count || found.length < wanted) return hits;
    }
    return [];
  }

  async passageIds(): Promise<Map<string, string>> {
    const known = new Map<string, string>();
    for await (const { metadatas } of this.pages(["metadatas"]))
      for (const metadata of metadatas) known.set(String(metadata?.passage), String(metadata?.document));
    return known;
  }

  async *all(): AsyncIterable<readonly WindowVector[]> {
    for await (const { ids, embeddings, metadatas } of this.pages(["metadatas", "embeddings"])) {
      yield ids.map((id, at) => ({
        id,
        passageId: String(metadatas[at]?.passage),
        documentId: String(metadatas[at]?.document),
        site: String(metadatas[at]?.site),
        vector: Float32Array.from(embeddings?.[at] ?? []),
      }));
    }
  }

  /** The server outlives those who ask it. */
  async close(): Promise<void> {}

  private async *pages(include: ("metadatas" | "embeddings")[]) {
    for (let offset = 0; ; offset += BATCH) {
      const page = await this.timed(this.collection.get({ include, limit: BATCH, offset }));
      if (page.ids.length === 0) return;
      yield page;
    }
  }
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address !== null && /^https?:$/.test(address.protocol)) return address;
  throw new OperatorError("bad-address", `${url} is no address of a server`, EXIT.usage, "Say http://HOST:PORT.");
}

/** Tells a chroma server from nobody, from somebody else, and from one that is too old. */
async function probe(address: URL): Promise<void> {
  const ask = (path: string) => fetch(new URL(path, address), { signal: AbortSignal.timeout(PROBE_MS) });
  let answer: Response;
  try {
    answer = await ask("/api/v2/heartbeat");
    const isBeat = answer.ok && (await answer.text()).includes("heartbeat");
    if (isBeat) return;
  } catch (error) {
    throw unreachable(address, error);
  }
  const old = await ask("/api/v1/heartbeat").then(
    async (found) => found.ok && (await found.text()).includes("heartbeat"),
    () => false,
  );
  const what = old
    ? `is a chroma server of an old version (API v1)`
    : `is no chroma server (it answered ${answer.status} ${answer.headers.get("content-type") ?? ""})`;
  throw new OperatorError("no-chroma", `${address.origin} ${what.trimEnd()}`, EXIT.service, REMEDY);
}

const REMEDY = "Start one with p4rca corpus serve, or leave --chroma out: the vectors then lie in the knowledge base.";

function unreachable(address: URL, error: unknown): OperatorError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const name = error instanceof Error && error.name === "TimeoutError" ? "no answer in time" : null;
  const reason = name ?? (cause instanceof Error ? cause.message : String(cause));
  return new OperatorError(
    "no-chroma",
    `no chroma server answers at ${address.origin} (${reason})`,
    EXIT.service,
    REMEDY,
  );
}

/** Ends a request that the server does not answer, and says so. */
async function withPatience<T>(work: Promise<T>, address: URL, giveUp: AbortController): Promise<T> {
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    return await work;
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    if (giveUp.signal.aborted) throw unreachable(address, new DOMException("", "TimeoutError"));
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError("chroma-failed", `chroma at ${address.origin} failed: ${reason}`, EXIT.service, REMEDY);
  } finally {
    clearTimeout(timer);
  }
}
