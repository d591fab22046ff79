import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeTinyEmbedder, writeTinyReranker } from "../support/knowledge/tiny-model.js";
import { p4rca, startP4rca } from "./run-p4rca.js";

let cwd: string;
let env: Record<string, string>;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "p4rca-models-"));
  env = { XDG_CACHE_HOME: join(cwd, "cache") };
  writeTinyEmbedder(join(cwd, "models", "tiny"));
  writeTinyReranker(join(cwd, "models", "tiny-cross"));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

async function json(...args: string[]) {
  const result = await p4rca([...args, "--json"], { cwd, env });
  expect([result.exitCode, result.stderr.replaceAll(/^embed .*\n/gm, "")]).toEqual([0, ""]);
  return JSON.parse(result.stdout);
}

describe("search by meaning, with a tiny model of the tests' own", () => {
  it("lists models, says what one lacks, and refuses to fetch what is no model", async () => {
    const rows = await json("models", "list", "--folder", "models");
    expect(rows.map(({ name, kind }: { name: string; kind: string }) => [name, kind])).toEqual([
      ["tiny", "embedding"],
      ["tiny-cross", "cross-encoder"],
    ]);
    expect((await p4rca(["models", "pull", "../evil"], { cwd, env })).exitCode).toBe(2);
  });

  it("embeds every passage once, finds by meaning and words, and reranks", async () => {
    const first = await json("corpus", "index", "--embedding", "models/tiny");
    expect(first.vectors).toMatchObject({ store: "embedded", kept: 0, removed: 0 });
    expect(first.vectors.embedded).toBeGreaterThan(100);
    const again = await json("corpus", "index", "--embedding", "models/tiny");
    expect(again.vectors).toMatchObject({ embedded: 0, kept: first.vectors.embedded });
    const found = await json(
      "corpus",
      "search",
      "sluggish storage volume",
      "--embedding",
      "models/tiny",
      "--reranker",
      "models/tiny-cross",
    );
    expect(found.notes).toEqual([]);
    expect(found.passages).toHaveLength(5);
  });

  it("keeps vectors in a chroma server that it serves itself, moves them both ways, and goes on without it", async () => {
    const serving = startP4rca(["corpus", "serve", "--data", "chroma-data", "--json"], { cwd, env });
    const url = await new Promise<string>((resolve, reject) => {
      let text = "";
      serving.stdout?.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.trim().endsWith("}")) resolve(JSON.parse(text).url);
      });
      serving.then((result) => reject(new Error(`serve ended: ${result.stderr}`)));
    });
    const model = ["--embedding", "models/tiny", "--chroma", url];
    const { moved } = await json("corpus", "index", ...model, "--move-to", "chroma");
    expect(moved).toBeGreaterThan(100);
    const question = ["corpus", "search", "who", "locked", "the", "table"];
    // The tiny model finds very many passages equally near, and the stores break ties differently: that both answer alike is the contract's test.
    const served = await json(...question, ...model);
    expect([served.notes, served.passages.length]).toEqual([[], 5]);
    expect((await json("corpus", "index", ...model, "--move-to", "embedded")).moved).toBe(moved);

    serving.kill("SIGINT");
    expect((await serving).exitCode ?? 130).toBe(130);
    const without = await p4rca([...question, ...model, "--json"], { cwd, env });
    expect(without.exitCode).toBe(0);
    expect(without.stderr).toMatch(/words alone: no chroma server answers/);
    expect(JSON.parse(without.stdout).passages).toHaveLength(5);
  });

  it("goes on with words where the model's folder is not whole", async () => {
    const result = await p4rca(
      ["corpus", "search", "who", "locked", "the", "table", "--embedding", "models", "--json"],
      { cwd, env },
    );
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toMatch(/words alone: the model folder .* lacks config\.json/);
    expect(JSON.parse(result.stdout).answered).toBe(true);
  });
});
