import { describe, expect, it } from "vitest";
import { incidentSchema } from "../../../src/contracts/analysis.js";
import { at, command, FULL_LOG } from "../../support/fake-reader.js";
import { capturedLock, capturedProcess, type SceneSpec, scene } from "../../support/lock-scene.js";
import { analyse } from "./analyse.js";

/**
 * A report scans and keeps db.revdx; a commit waits for it while it holds meta/commit and db.domain, so another commit
 * and a client edit wait too. A long sync over a slow line has nothing to do with it.
 */
const capture = [
  capturedLock({ pid: 812, object: "db.revdx", mode: "R" }),
  capturedLock({ pid: 812, object: "db.revhx", mode: "R" }),
  capturedLock({ pid: 830, object: "meta/commit" }),
  capturedLock({ pid: 830, object: "db.revdx", waiting: true, blockerPid: 812 }),
  capturedLock({ pid: 841, object: "meta/commit", waiting: true, blockerPid: 830 }),
  capturedLock({ pid: 855, object: "db.domain", waiting: true, blockerPid: 830 }),
];
const story = (running: boolean): SceneSpec => ({
  roots: [
    {
      fromS: 3,
      object: "db.revdx",
      heldMs: 38_250,
      releaseEdge: running ? null : true,
      command: {
        pid: 812,
        user: "reports",
        workspace: "reports_ro",
        ip: "10.4.0.2",
        cmd: "user-files",
        args: "//depot/...",
        scanRows: 2_750_123,
        cpuMs: 35_900,
        lapseMs: running ? null : 49_900,
      },
    },
  ],
  victims: [
    { fromS: 5, waitMs: 36_400, object: "db.revdx", carrier: true, command: { pid: 830, user: "lena" } },
    { fromS: 11, waitMs: 30_700, object: "meta/commit", behind: 0, command: { pid: 841, user: "omar" } },
    {
      fromS: 14,
      waitMs: 27_600,
      object: "db.domain",
      behind: 0,
      command: { pid: 855, user: "kim", cmd: "user-client", args: "-i" },
    },
  ],
  bystanders: [command({ commandId: 50, pid: 790, cmd: "user-sync", lapseMs: 91_000, rpcSndMs: 86_000, rpcMb: 1700 })],
  case: {
    capabilities: [...FULL_LOG, "lslocks", "monitor", "lsof"],
    window: { firstMs: at(0), lastMs: at(running ? 43 : 60) },
    capturedLocks: running
      ? [...capture, ...capture.map((row) => ({ ...row, captureId: 2, takenMs: at(40) }))]
      : capture,
    capturedProcesses: [812, 830, 841, 855].map((pid) => capturedProcess({ pid, elapsedMs: 25_000, takenMs: at(40) })),
  },
});

describe("the worked example, after it was over", () => {
  const { incidents, verdict, headline } = analyse(scene(story(false)));
  const incident = incidents[0];
  if (incident === undefined) throw new Error("no incident");

  it("is one incident, and the long sync is none", () => {
    expect(verdict.verdict).toBe("incident");
    expect(incidents).toHaveLength(1);
    incidentSchema.parse(incident);
  });

  it("names the report, not the commit that carried the queue", () => {
    expect(incident).toMatchObject({
      category: "db-wedge",
      cause: "long-scan-query",
      contributing: [],
      severity: "warning",
      resource: { kind: "table", name: "db.revdx", mode: "read" },
      suspect: { pid: 812, user: "reports", ip: "10.4.0.2", inFlight: false },
      window: { start: "2024-05-14T09:30:05Z", end: "2024-05-14T09:30:42Z" },
    });
    expect(incident.confidence).toBeGreaterThanOrEqual(0.9);
    expect(incident.hypotheses[0]).toMatchObject({ cause: "long-scan-query", against: [] });
    expect(incident.hypotheses[0]?.missing).toEqual(["a second lslocks capture 10 s after the first"]);
  });

  it("counts three commands of three users", () => {
    expect(incident.impact).toMatchObject({
      blockedCommands: 3,
      blockedUsers: 3,
      blockedSeconds: 94.7,
      longestWaitSeconds: 36.4,
      peakRunning: 5,
    });
  });

  it("draws the chain, longest first, each link with evidence that exists", () => {
    expect(incident.chain.map((link) => [link.blocker.pid, link.blocked.pid, link.resource])).toEqual([
      [812, 830, "db.revdx"],
      [830, 841, "meta/commit"],
      [830, 855, "db.domain"],
    ]);
    const ids = new Set(incident.evidence.map((one) => one.id));
    for (const link of incident.chain) {
      expect(link.evidence.length).toBeGreaterThan(0);
      for (const id of link.evidence) expect(ids.has(id)).toBe(true);
    }
  });

  it("tells the hold and the scan with their numbers", () => {
    const told = incident.evidence.map((one) => [one.value, one.unit]);
    expect(told).toContainEqual([38_250, "ms"]);
    expect(told).toContainEqual([2_750_123, "rows"]);
    expect(incident.evidence.map((one) => one.fact).join("\n")).toContain("scanned 2,750,123 rows");
  });

  it("offers nothing to type any more, says what would have been safe and what never", () => {
    expect(incident.actions.every((action) => action.command === null && action.when !== "now")).toBe(true);
    expect(incident.actions).toContainEqual(
      expect.objectContaining({ id: "monitor-terminate", risk: "safe", when: "was" }),
    );
    const never = incident.actions.find((action) => action.risk === "never");
    expect(never?.text).toContain("pid 830");
    expect(incident.prevention.map((one) => one.text).join(" ")).toMatch(/replica.*MaxScanRows/);
  });

  it("has a headline of the case's own numbers", () => {
    expect(headline).toContain("because pid 812 (reports, user-files) held db.revdx for read for 38.3 s");
    expect(headline).toContain("3 commands of 3 users waited 94.7 s in all (09:30:05 to 09:30:42)");
  });
});

describe("the worked example, while the report still ran", () => {
  const incident = analyse(scene(story(true))).incidents[0];

  it("offers to terminate the report, and only the report", () => {
    expect(incident?.suspect).toMatchObject({ pid: 812, inFlight: true, endTime: null });
    const commands = incident?.actions.flatMap((action) => action.command ?? []);
    expect(commands).toEqual(["p4 monitor terminate 812"]);
    const terminate = incident?.actions.find((action) => action.id === "monitor-terminate");
    expect(terminate).toMatchObject({ risk: "safe", when: "now" });
    expect(terminate?.check).toContain("812");
  });

  it("asks for captures first", () => {
    expect(incident?.actions[0]).toMatchObject({ id: "capture-evidence", risk: "observe", when: "now" });
  });
});
