import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import { fillCase } from "../../src/pipeline/fill-case.js";
import { P4LogWriter } from "../support/p4log-writer.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-unchanged-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "log");

function log(user: string): string {
  const one = { pid: 7, startMs: Date.UTC(2024, 2, 5, 9), cmd: "user-info", user };
  return new P4LogWriter().start(one).completed(one, one.startMs, 100).toString();
}

/** Bytes that this run read from the file. */
async function bytesRead(caseDb: CaseDb, verify = false, zone: string | null = null): Promise<number> {
  let read = 0;
  await fillCase(caseDb, [path], {
    request: { stdin: null, fromS: null, toS: null, limits: {}, verify },
    zone,
    checkpoint: () => {},
    progress: ({ stage, done }) => {
      if (stage === "ingest") read = Math.max(read, done);
    },
  });
  return read;
}

describe("evidence that was read before", () => {
  let caseDb: CaseDb;
  beforeEach(async () => {
    caseDb = openCase(":memory:");
    writeFileSync(path, log("ann"));
    utimesSync(path, 1000, 1000);
    expect(await bytesRead(caseDb)).toBe(statSync(path).size);
  });
  const users = () =>
    caseDb
      .reader()
      .commandsNamed(1, ["user-info"], 10)
      .map((one) => one.user);

  it("is not read again while size and time of change are as they were", async () => {
    expect(await bytesRead(caseDb)).toBe(0);
    expect(users()).toEqual(["ann"]);
  });

  it("is read again when its time of change is another, or another zone is said", async () => {
    expect(await bytesRead(caseDb, false, "UTC")).toBeGreaterThan(0);
    utimesSync(path, 2000, 2000);
    expect(await bytesRead(caseDb)).toBeGreaterThan(0);
    expect(users()).toEqual(["ann"]);
  });

  it("is compared by content with --verify: a change that kept size and time is found", async () => {
    writeFileSync(path, log("bob"));
    utimesSync(path, 1000, 1000);
    expect(await bytesRead(caseDb)).toBe(0);
    expect(await bytesRead(caseDb, true)).toBeGreaterThan(0);
    expect(users()).toContain("bob");
  });
});
