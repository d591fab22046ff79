import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { LogLoss } from "../../src/contracts/case-reader.js";
import { P4LogWriter } from "../support/p4log-writer.js";
import { at, realCase } from "./real-case.js";

/** One command a second from `fromS` on, each of a tenth of a second. */
function busy(fromS: number, toS: number, pid = 1000): string {
  const log = new P4LogWriter();
  for (let second = fromS; second < toS; second++) {
    const one = { pid: pid + second, startMs: at(9, 0, second), cmd: "user-info", user: "ann" };
    log.start(one).completed(one, at(9, 0, second), 100);
  }
  return log.toString();
}

async function lossesOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<[string, number, number][]> {
  const caseDb = await realCase(files);
  const reader = caseDb.reader();
  const losses: LogLoss[] = reader.logLosses(reader.servers()[0]?.id ?? 0);
  caseDb.close();
  return losses.map(({ kind, fromMs, toMs }) => [kind, (fromMs - at(9, 0)) / 1000, (toMs - at(9, 0)) / 1000]);
}

describe("lines that may be missing", () => {
  it("are none in a whole log", async () => {
    expect(await lossesOf({ "logs/log": busy(0, 400) })).toEqual([]);
  });

  it("lie behind a rotation that is cut short, up to the next one", async () => {
    const cut = gzipSync(busy(0, 300)).subarray(0, -900);
    const losses = await lossesOf({ "logs/log.1.gz": cut, "logs/log": busy(300, 500) });
    const [kind, from, to] = losses.find(([name]) => name === "cut-short") ?? [];
    expect([kind, to]).toEqual(["cut-short", 300]);
    expect(from).toBeLessThan(300);
  });

  it("are everywhere in a log of which scraps are left", async () => {
    const scraps = busy(0, 300)
      .split("\n\n")
      .map((block, index) => (index % 3 === 0 ? block.slice(0, 40) : `${block}\n\n`))
      .join("");
    expect((await lossesOf({ "logs/log": scraps })).map(([kind]) => kind)).toContain("torn");
  });

  it("may lie in the silence of a server that was busy just before", async () => {
    expect(await lossesOf({ "logs/log": busy(0, 200) + busy(260, 300) })).toEqual([["silent", 199, 260]]);
  });

  it("are not looked for in the silence of an idle one", async () => {
    expect(await lossesOf({ "logs/log": busy(0, 3) + busy(260, 300) })).toEqual([]);
  });
});
