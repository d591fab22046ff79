import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openKnowledgeDatabase } from "../../../../src/advice/knowledge/store/knowledge-database.js";
import { type ChromaServer, startChroma } from "../../../../src/advice/knowledge/vectors/chroma-server.js";
import { chromaVectors } from "../../../../src/advice/knowledge/vectors/chroma-vectors.js";
import { embeddedVectors } from "../../../../src/advice/knowledge/vectors/embedded-vectors.js";
import {
  moveVectors,
  type VectorStore,
  type WindowVector,
} from "../../../../src/advice/knowledge/vectors/vector-store.js";

const DIMENSIONS = 8;
let folder: string;
let chroma: ChromaServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "p4rca-chroma-"));
  chroma = await startChroma(join(folder, "data"), null);
});
afterAll(async () => {
  await chroma.stop();
  rmSync(folder, { recursive: true, force: true });
});

let spaces = 0;
/** A space that no other test uses. */
const space = () => ({ modelId: `test-${spaces++}@${process.pid}`, dimensions: DIMENSIONS });

const makers: readonly (readonly [string, (own: ReturnType<typeof space>) => Promise<VectorStore>])[] = [
  ["embedded", async (own) => embeddedVectors(openKnowledgeDatabase(":memory:", "create"), own, false)],
  ["chroma", (own) => chromaVectors(chroma.url, own)],
];

/** A unit vector at an angle in the plane of the first two dimensions. */
function at(degrees: number): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  vector[0] = Math.cos((degrees * Math.PI) / 180);
  vector[1] = Math.sin((degrees * Math.PI) / 180);
  return vector;
}

function window(passageId: string, index: number, degrees: number, site = ""): WindowVector {
  return {
    id: `${passageId}@${index}`,
    passageId,
    documentId: passageId.split("#")[0] ?? "",
    site,
    vector: at(degrees),
  };
}

async function allOf(store: VectorStore): Promise<WindowVector[]> {
  const windows: WindowVector[] = [];
  for await (const batch of store.all()) windows.push(...batch);
  return windows.sort((a, b) => (a.id < b.id ? -1 : 1));
}

describe.each(makers)("a vector store, %s", (name, make) => {
  it("finds the passages whose nearest window is most similar", async () => {
    const store = await make(space());
    expect(store.id).toBe(name);
    await store.upsert([window("a#0", 0, 80), window("a#0", 1, 10), window("b#0", 0, 30), window("c#0", 0, 170)]);
    const hits = await store.query(at(0), 2, [""]);
    expect(hits.map(({ passageId }) => passageId)).toEqual(["a#0", "b#0"]);
    expect(hits[0]?.similarity).toBeCloseTo(Math.cos(Math.PI / 18), 4);
    expect((await store.query(at(0), 10, [""])).map(({ passageId }) => passageId)).toEqual(["a#0", "b#0", "c#0"]);
  });

  it("answers with as many passages as were asked for, however many windows one has", async () => {
    const store = await make(space());
    const many = Array.from({ length: 60 }, (_, i) => window("long#0", i, i / 10));
    await store.upsert([...many, window("b#0", 0, 60), window("c#0", 0, 70)]);
    expect((await store.query(at(0), 3, [""])).map(({ passageId }) => passageId)).toEqual(["long#0", "b#0", "c#0"]);
  });

  it("shows a site's passages to that site alone", async () => {
    const store = await make(space());
    await store.upsert([window("a#0", 0, 0, "acme"), window("o#0", 0, 1, "other"), window("b#0", 0, 50)]);
    const ids = async (...sites: string[]) => (await store.query(at(0), 5, sites)).map(({ passageId }) => passageId);
    expect(await ids("")).toEqual(["b#0"]);
    expect(await ids("", "acme")).toEqual(["a#0", "b#0"]);
    expect(await ids("", "nobody")).toEqual(["b#0"]);
  });

  it("replaces by id, removes by document, and knows what it has", async () => {
    const store = await make(space());
    await store.upsert([window("a#0", 0, 0), window("a#1", 0, 10), window("b#0", 0, 20)]);
    await store.upsert([window("a#0", 0, 90)]);
    expect((await store.query(at(90), 1, [""]))[0]?.passageId).toBe("a#0");
    expect(await store.passageIds()).toEqual(
      new Map([
        ["a#0", "a"],
        ["a#1", "a"],
        ["b#0", "b"],
      ]),
    );
    await store.remove(["a"]);
    expect(await store.passageIds()).toEqual(new Map([["b#0", "b"]]));
    await store.remove([]);
    await store.remove(["never-there"]);
    expect((await store.query(at(0), 5, [""])).map(({ passageId }) => passageId)).toEqual(["b#0"]);
  });

  it("is empty at first, and keeps the vectors of two models apart", async () => {
    const [own, other] = [space(), space()];
    const store = await make(own);
    expect(await store.query(at(0), 5, [""])).toEqual([]);
    expect(await allOf(store)).toEqual([]);
    await store.upsert([window("a#0", 0, 0)]);
    expect(await allOf(await make(other))).toEqual([]);
  });

  it("moves to the other kind and back without a change", async () => {
    const store = await make(space());
    const windows = Array.from({ length: 700 }, (_, i) =>
      window(`d${i % 50}#${i % 7}`, i, i, i % 3 === 0 ? "acme" : ""),
    );
    await store.upsert(windows);
    for (const [, makeOther] of makers) {
      const other = await makeOther(space());
      expect(await moveVectors(store, other)).toBe(700);
      const [before, after] = [await allOf(store), await allOf(other)];
      expect(after.map(({ id, passageId, documentId, site }) => [id, passageId, documentId, site])).toEqual(
        before.map(({ id, passageId, documentId, site }) => [id, passageId, documentId, site]),
      );
      after.forEach(({ vector }, i) => {
        const same = before[i]?.vector ?? new Float32Array();
        expect(Math.max(...vector.map((value, j) => Math.abs(value - (same[j] ?? Number.NaN))))).toBeLessThan(1e-5);
      });
    }
  });
});

describe("a chroma server", () => {
  it("keeps its vectors over a restart and leaves no process behind", async () => {
    const own = space();
    const first = await startChroma(join(folder, "kept"), null);
    await (await chromaVectors(first.url, own)).upsert([window("a#0", 0, 0)]);
    await first.stop();
    expect(() => process.kill(first.pid, 0)).toThrow();
    const second = await startChroma(join(folder, "kept"), null);
    expect((await (await chromaVectors(second.url, own)).passageIds()).size).toBe(1);
    await second.stop();
  });

  it("says when its port is taken", async () => {
    await expect(startChroma(join(folder, "second"), Number(new URL(chroma.url).port))).rejects.toThrow(
      /port \d+ can't be had/,
    );
  });
});

describe("chromaVectors at a wrong address", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** A stand-in that is no chroma. */
  async function fake(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each([
    [
      "a page of HTML",
      (_: unknown, response: { end(text: string): void }) => response.end("<html>hello</html>"),
      /is no chroma server/,
    ],
    [
      "a server of an old version",
      (request: { url?: string }, response: { writeHead(code: number): void; end(text: string): void }) => {
        response.writeHead(request.url?.includes("/v1/") ? 200 : 404);
        response.end('{"nanosecond heartbeat": 1}');
      },
      /old version/,
    ],
    ["a server that is silent", () => {}, /no answer in time/],
  ])("tells %s from the real one", async (_, listener, message) => {
    await expect(chromaVectors(await fake(listener as RequestListener), space())).rejects.toThrow(message);
  });

  it("says when nobody answers, and what no address is", async () => {
    await expect(chromaVectors("http://127.0.0.1:9", space())).rejects.toThrow(
      /no chroma server answers at http:\/\/127\.0\.0\.1:9/,
    );
    await expect(chromaVectors("file:///etc/passwd", space())).rejects.toThrow(/no address of a server/);
  });
});
