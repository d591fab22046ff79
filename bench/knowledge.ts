import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { KnowledgeDocument } from "../src/advice/knowledge/documents/document.js";
import { NO_FACETS } from "../src/advice/knowledge/documents/document.js";
import { readQuestions } from "../src/advice/knowledge/evaluate/questions.js";
import { openCurator, openKnowledge } from "../src/advice/knowledge/knowledge.js";
import { openEmbedder } from "../src/advice/knowledge/models/embedder.js";
import { embeddedVectors } from "../src/advice/knowledge/vectors/embedded-vectors.js";
import { seededRandom } from "../test/support/fixture-scenarios/random.js";
import { commitName } from "./commit-name.js";

/**
 * Times search over a large knowledge base: the shipped articles and as many made-up documents, whose sentences are
 * theirs in another order, as give the passages wanted:
 *
 *   npm run bench:knowledge -- [--passages 20000] [--embedding FOLDER] [--record NAME]
 *
 * Vectors of made-up passages are random: comparing costs the same, and making 60,000 real ones takes an hour.
 */
const { values } = parseArgs({
  options: {
    passages: { type: "string", default: "20000" },
    embedding: { type: "string" },
    record: { type: "string" },
  },
});
const WINDOWS = 3;
const folder = mkdtempSync(join(tmpdir(), "p4rca-knowledge-"));
try {
  const path = join(folder, "knowledge.sqlite");
  const made = await makeBase(path, Number(values.passages), values.embedding);
  const lines = [
    `${made.passages} passages, ${made.megabytes} MB, made in ${made.seconds} s`,
    "",
    "| search | first ms | p50 ms | p95 ms |",
    "|---|---|---|---|",
  ];
  for (const arm of values.embedding === undefined ? (["lexical"] as const) : (["lexical", "hybrid"] as const))
    lines.push(await time(path, arm));
  const head = `${new Date().toISOString().slice(0, 10)}, commit ${commitName()}, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`;
  const peak = `Peak of this process ${Math.round(process.resourceUsage().maxRSS / 1000)} MB`;
  const text = `${head}\n\n${lines.join("\n")}\n\n${peak}\n`;
  process.stdout.write(text);
  if (values.record !== undefined) {
    const results = fileURLToPath(new URL("results/", import.meta.url));
    mkdirSync(results, { recursive: true });
    writeFileSync(`${results}${values.record}.md`, `# p4rca knowledge, ${values.record}\n\n${text}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function makeBase(path: string, wanted: number, embedding: string | undefined) {
  const begin = performance.now();
  const curator = await openCurator(path);
  const random = seededRandom(7).next;
  const sentences = curator.db
    .prepare<[], string>("SELECT text FROM passage")
    .pluck()
    .all()
    .flatMap((text) => text.split(/(?<=[.!?])\s+/));
  const pick = () => sentences[Math.floor(random() * sentences.length)] ?? "";
  const count = curator.db.prepare<[], number>("SELECT count(*) FROM passage").pluck();
  for (let number = 0; (count.get() ?? 0) < wanted; number++) {
    const batch = Array.from({ length: 50 }, (_, i) => documentOf(`made-${number}-${i}`, pick));
    curator.db.transaction(() => {
      for (const document of batch) curator.store.put(document, document.id, "", 0);
    })();
  }
  if (embedding !== undefined) {
    const embedder = await openEmbedder(embedding);
    const store = embeddedVectors(curator.db, embedder, false);
    const handles = curator.db.prepare<[], string>("SELECT handle FROM passage").pluck().all();
    for (let at = 0; at < handles.length; at += 500)
      await store.upsert(
        handles.slice(at, at + 500).flatMap((handle) =>
          Array.from({ length: WINDOWS }, (_, index) => ({
            ...{ id: `${handle}@${index}`, passageId: handle, documentId: handle, site: "" },
            vector: unitVector(embedder.dimensions, random),
          })),
        ),
      );
  }
  const pages = curator.db.pragma("page_count", { simple: true }) as number;
  const result = {
    passages: count.get(),
    megabytes: Math.round((pages * 4096) / 1e6),
    seconds: Math.round((performance.now() - begin) / 1000),
  };
  curator.close();
  return result;
}

function documentOf(id: string, pick: () => string): KnowledgeDocument {
  const blocks = Array.from({ length: 40 }, () => ({ kind: "prose" as const, text: `${pick()} ${pick()}` }));
  const section = (heading: string, from: number) => ({ path: [heading], blocks: blocks.slice(from, from + 20) });
  return {
    ...{
      id,
      title: pick().slice(0, 80),
      kind: "text",
      source: id,
      version: null,
      trust: "untrusted",
      facets: NO_FACETS,
    },
    sections: [section("First", 0), section("Second", 20)],
  };
}

function unitVector(dimensions: number, random: () => number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

async function time(path: string, arm: "lexical" | "hybrid"): Promise<string> {
  const base = await openKnowledge({ path, site: "", embedding: arm === "hybrid" ? values.embedding : undefined });
  const questions = readQuestions(fileURLToPath(new URL("../eval/knowledge", import.meta.url)));
  const times: number[] = [];
  for (const { question } of questions) {
    const begin = performance.now();
    await base.search(question, 5, arm);
    times.push(performance.now() - begin);
  }
  await base.close();
  const [first = 0] = times;
  times.sort((a, b) => a - b);
  const at = (part: number) => (times[Math.floor(part * times.length)] ?? 0).toFixed(1);
  return `| ${arm} | ${first.toFixed(0)} | ${at(0.5)} | ${at(0.95)} |`;
}
