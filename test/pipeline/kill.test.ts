import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { DEFAULT_MIX, generateLog } from "../../bench/generate-log.js";
import { openCase } from "../../src/casedb/casedb.js";
import { analyzeCase } from "../../src/pipeline/analyze-evidence.js";
import { fillCase } from "../../src/pipeline/fill-case.js";
import { FILL, rotationNames, writeLogs } from "./fill.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-pipeline-kill-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = fileURLToPath(new URL("./killed-ingest.ts", import.meta.url));
const log = Buffer.from([...generateLog({ ...DEFAULT_MIX, seed: 5, bytes: 2_500_000 })].join(""));
const ends = [800_000, 1_700_000];
const names = rotationNames(3, 0);
const paths = writeLogs(
  join(folder, "logs"),
  [0, ...ends].map((from, index) => ({ name: names[index] ?? "log", bytes: log.subarray(from, ends[index]) })),
);

/** Kills an ingest when it has said `stage` for the `count`th time and some ms have passed; false: it was done before. */
function killed(casePath: string, stage: string, count: number, delayMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", script, casePath, ...paths], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let seen = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk
        .toString()
        .split("\n")
        .filter((line) => line === stage).length;
      if (seen >= count) setTimeout(() => child.kill("SIGKILL"), delayMs);
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => (code === null || code === 0 ? resolve(signal === "SIGKILL") : reject(code)));
  });
}

function outcome(casePath: string) {
  const caseDb = openCase(casePath, { readonly: true });
  const found = { dump: caseDb.canonicalDump(), sources: caseDb.sources() };
  caseDb.close();
  const options = { settings: {}, progress: () => {}, checkpoint: () => {}, version: "0.0.0", reportPath: null };
  return { ...found, document: analyzeCase(casePath, options).document };
}

async function filled(casePath: string) {
  const caseDb = openCase(casePath);
  await fillCase(caseDb, paths, FILL);
  caseDb.close();
  return outcome(casePath);
}

const fresh = await filled(join(folder, "fresh.sqlite"));

describe("an ingest killed at any moment", () => {
  it.each([
    ["ingest", 1, 0],
    ["ingest", 2, 11],
    ["ingest", 9, 3],
    ["ingest", 20, 30],
    ["join", 1, 0],
    ["join", 1, 4],
    ["join", 1, 15],
  ])("leaves a case that opens and ends as if nothing had happened (%s %i, %i ms)", async (stage, count, delayMs) => {
    const casePath = join(folder, `${stage}-${count}-${delayMs}.sqlite`);
    const early = stage === "ingest" && count <= 2;
    expect(await killed(casePath, stage, count, delayMs)).toEqual(early ? true : expect.any(Boolean));

    openCase(casePath, { readonly: true }).close();
    const raw = new Database(casePath);
    expect(raw.pragma("integrity_check", { simple: true })).toBe("ok");
    raw.close();

    const again = await filled(casePath);
    expect(again.document).toEqual(fresh.document);
    expect(again.sources).toEqual(fresh.sources);
    expect(again.dump.length).toBe(fresh.dump.length);
    expect(again.dump.join("\n") === fresh.dump.join("\n")).toBe(true);
  });
});
