import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Embedder, openEmbedder, windowsOf } from "../../../../src/advice/knowledge/models/embedder.js";
import { listModelFolders, openModelFolder } from "../../../../src/advice/knowledge/models/model-folder.js";
import { pullModel } from "../../../../src/advice/knowledge/models/pull-model.js";
import { openReranker } from "../../../../src/advice/knowledge/models/reranker.js";
import { noProgress } from "../../../../src/base/progress.js";
import { DIMENSIONS, MAX_TOKENS, writeTinyEmbedder, writeTinyReranker } from "../../../support/knowledge/tiny-model.js";

let folder: string;
let embedder: Embedder;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "p4rca-models-"));
  writeTinyEmbedder(join(folder, "tiny"));
  writeTinyReranker(join(folder, "tiny-cross"));
  embedder = await openEmbedder(join(folder, "tiny"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dot = (a?: Float32Array, b?: Float32Array) =>
  [...(a ?? [])].reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0);

describe("openEmbedder", () => {
  it("loads a model from its folder and makes unit vectors in which like is near like", async () => {
    expect(embedder).toMatchObject({ dimensions: DIMENSIONS, maxTokens: MAX_TOKENS });
    expect(embedder.modelId).toMatch(/^tiny@[0-9a-f]{12}$/);
    const [lock, held, disk, alone] = await embedder.embed(["lock", "held", "storage volume", "lock"]);
    expect(dot(lock, lock)).toBeCloseTo(1, 5);
    expect(dot(lock, held)).toBeGreaterThan(0.9);
    expect(dot(lock, disk)).toBeLessThan(0.2);
    // Padding to the longest of a batch changes nothing.
    expect(dot(lock, alone)).toBeCloseTo(1, 5);
  });

  it("opens no connection", async () => {
    const fetched = globalThis.fetch;
    globalThis.fetch = () => {
      throw new Error("a connection was tried");
    };
    try {
      const again = await openEmbedder(join(folder, "tiny"));
      expect((await again.embed(["lock"])).length).toBe(1);
    } finally {
      globalThis.fetch = fetched;
    }
  });

  it("has every word of a text in a window, and no window beyond the model", async () => {
    const text = Array.from({ length: 90 }, (_, i) => ["lock", "disk", "q".repeat(150), "slow"][i % 4]).join(" ");
    const windows = embedder.windows(text, "network memory");
    expect(windows.length).toBeGreaterThan(5);
    const said = windows.join(" ");
    for (const word of ["lock", "disk", "slow", "q".repeat(30)]) expect(said).toContain(word);
  });

  it("says which part of a folder is missing or damaged", async () => {
    const partial = join(folder, "partial");
    mkdirSync(join(partial, "onnx"), { recursive: true });
    copyFileSync(join(folder, "tiny", "config.json"), join(partial, "config.json"));
    await expect(openEmbedder(partial)).rejects.toThrow(
      /lacks tokenizer\.json, tokenizer_config\.json, onnx\/model_quantized\.onnx or/,
    );
    await expect(openEmbedder(join(folder, "nothing"))).rejects.toThrow(/is no folder/);
    writeTinyEmbedder(join(folder, "damaged"));
    writeFileSync(join(folder, "damaged", "onnx", "model_quantized.onnx"), "no model");
    await expect(openEmbedder(join(folder, "damaged"))).rejects.toThrow(/can't be loaded/);
    writeFileSync(join(folder, "damaged", "config.json"), "{");
    await expect(openEmbedder(join(folder, "damaged"))).rejects.toThrow(/damaged config\.json/);
    await expect(openEmbedder(join(folder, "tiny-cross"))).rejects.toThrow(/cross-encoder/);
    expect(listModelFolders(folder).map(({ name, problem }) => [name, problem === null])).toEqual([
      ["damaged", false],
      ["partial", false],
      ["tiny", true],
      ["tiny-cross", true],
    ]);
  });
});

describe("windowsOf", () => {
  it("covers all words in order and keeps to the room, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 80 }),
        fc.integer({ min: 9, max: 40 }),
        (words, room) => {
          const windows = windowsOf(words.join(" "), (text) => text.length, room);
          let next = 0;
          for (const window of windows) {
            const own = window.split(" ");
            expect(own.reduce((sum, word) => sum + word.length, 0)).toBeLessThanOrEqual(room);
            const at = words.findIndex(
              (_, i) => own.every((word, j) => words[i + j] === word) && i <= next && i + own.length > next,
            );
            expect(at).toBeGreaterThanOrEqual(0);
            next = at + own.length;
          }
          expect(next).toBe(words.length);
        },
      ),
      { numRuns: 200, seed: 9 },
    );
  });
});

describe("openReranker", () => {
  it("loads a cross-encoder and scores each text with the question", async () => {
    const score = await openReranker(join(folder, "tiny-cross"));
    const [plain, best] = await score("what is slow", ["the disk", "a lock"]);
    expect(best).toBeGreaterThan(plain ?? 0);
    expect(await score("x", [])).toEqual([]);
    await expect(openReranker(join(folder, "tiny"))).rejects.toThrow(/no cross-encoder/);
  });
});

describe("pullModel", () => {
  let server: Server;
  let hub: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const name = /\/acme\/tiny\/resolve\/main\/(.+)$/.exec(request.url ?? "")?.[1];
      if (request.url?.includes("/cut/")) {
        response.writeHead(200, { "content-length": "1000" });
        response.write("half");
        response.destroy();
      } else if (name === undefined) response.writeHead(404).end("no such model");
      else response.end(readFileSync(join(folder, "tiny", name)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  const listener = { progress: noProgress, checkpoint: () => {} };

  it("fetches a model that then loads, and keeps what is there", async () => {
    const files = await pullModel("acme/tiny", join(folder, "pulled"), listener, hub);
    expect(files.map(({ name }) => name)).toEqual([
      "config.json",
      "tokenizer.json",
      "tokenizer_config.json",
      "onnx/model_quantized.onnx",
    ]);
    for (const { sha256 } of files) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(openModelFolder(join(folder, "pulled", "tiny")).kind).toBe("embedding");
    expect(await pullModel("acme/tiny", join(folder, "pulled"), listener, hub)).toEqual([]);
  });

  it("says what went wrong, and leaves no half file", async () => {
    await expect(pullModel("acme/unknown", join(folder, "p"), listener, hub)).rejects.toThrow(/answered 404/);
    await expect(pullModel("cut/tiny", join(folder, "p"), listener, hub)).rejects.toThrow(/can't be fetched/);
    await expect(pullModel("acme/tiny", join(folder, "p"), listener, "http://127.0.0.1:9")).rejects.toThrow(
      /can't be fetched/,
    );
    await expect(pullModel("../../etc", join(folder, "p"), listener, hub)).rejects.toThrow(/no model's id/);
    expect(() => openModelFolder(join(folder, "p", "tiny"))).toThrow(/is no folder/);
  });
});
