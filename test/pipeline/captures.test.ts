import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { analyzeEvidence } from "../../src/pipeline/analyze-evidence.js";

/**
 * Captures of real servers, from the tests and documents of public tools; they count for more than anything simulated.
 * What each expects is what a person says who reads it: a capture alone, without a log, can show that something is
 * wrong, never that nothing is.
 */
const SHARED = process.env.P4RCA_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
const CAPTURES = join(SHARED, "captures");
const folder = mkdtempSync(join(tmpdir(), "p4rca-captures-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
async function answer(...names: string[]) {
  const { document } = await analyzeEvidence(
    names.map((name) => join(CAPTURES, name)),
    {
      casePath: join(folder, `${count++}.sqlite`),
      keepCase: false,
      reportPath: null,
      settings: {},
      request: { stdin: null, fromS: null, toS: null, limits: {} },
      checkpoint: () => {},
      progress: () => {},
      version: "0.0.0",
    },
  );
  return { ...document, serious: document.incidents.filter(({ severity }) => severity !== "info") };
}

// Skipped where the shared captures do not lie beside the repository: they are not part of it.
describe.skipIf(!existsSync(CAPTURES))("captures of real servers", () => {
  it("a replica that can't read one journal record: stalled, nobody's command is to blame", async () => {
    const { verdict, serious } = await answer("runbook_stuck_replication.monitor.txt");
    expect(verdict).toBe("incident");
    expect(serious).toHaveLength(1);
    expect(serious[0]).toMatchObject({
      category: "replication-stall",
      cause: "replica-corrupt-journal",
      suspect: null,
    });
  });

  it("a service ticket that ran out stops the replica; a sequence of -1 is no lag", async () => {
    const { verdict, serious } = await answer("pull_lj_2.pull-lj.txt");
    expect(verdict).toBe("incident");
    expect(serious.map(({ category }) => category)).toEqual(["replication-stall"]);
    expect(["replica-stalled", "replica-metadata-lag"]).toContain(serious[0]?.cause);
    expect(serious[0]?.suspect).toBeNull();
  });

  it("a replica at its master's position is no incident", async () => {
    expect((await answer("pull_lj_1.pull-lj.txt")).serious).toEqual([]);
  });

  it("two syncs wait a minute for db.have behind a third, which does not wait", async () => {
    const { verdict, serious } = await answer("FindBlockers_1.lslocks.txt", "FindBlockers_1.monitor.txt");
    expect(verdict).toBe("incident");
    expect(serious).toHaveLength(1);
    expect(serious[0]).toMatchObject({
      category: "db-wedge",
      resource: { kind: "table", name: "db.have" },
      suspect: { pid: 166, user: "jim" },
      impact: { blockedCommands: 2 },
    });
  });

  it("one transfer that waits two seconds in a parallel sync accuses nobody, and does not acquit either", async () => {
    const { verdict, serious } = await answer("FindBlockers2_1.lslocks.txt", "FindBlockers2_1.monitor.txt");
    expect(verdict).toBe("insufficient-evidence");
    expect(serious).toEqual([]);
  });

  it("a snapshot in which processes wait for each other in a circle names none of the waiters", async () => {
    const { verdict, incidents } = await answer("RecursiveBlockers_1.lslocks.txt", "RecursiveBlockers_1.monitor.txt");
    expect(verdict).not.toBe("no-incident");
    for (const { suspect } of incidents) expect([900, 910]).not.toContain(suspect?.pid);
  });

  it("paused threads and high CPU pressure are resource pressure or nothing", async () => {
    const { verdict, serious } = await answer("p4dlog_comments_server_events.log");
    expect(verdict).not.toBe("no-incident");
    for (const { category } of serious) expect(category).toBe("resource-pressure");
  });

  it.each([
    ["sessions idle for days, background tasks that run since months", "TestP4MonitorParsing.monitor.txt"],
    ["volumes at 34 to 90 per cent", "TestDiskspaceParsing.diskspace.txt"],
    ["169 files waiting to be pulled", "TestP4PullParsing_1.pull-ls.txt"],
    ["nothing to pull", "TestP4PullParsing_2.pull-ls.txt"],
    ["locks that nobody waits for", "FindLocks_1.lslocks.txt"],
  ])("%s: no incident", async (_what, name) => {
    const { verdict, serious } = await answer(name);
    expect(serious).toEqual([]);
    expect(verdict).toBe("insufficient-evidence");
  });
});
