import { describe, expect, it } from "vitest";
import { gatherFacts } from "../../../src/analysis/diagnose/incident-facts.js";
import { duration, grouped } from "../../../src/analysis/diagnose/wording.js";
import type { CommandFact } from "../../../src/contracts/case-reader.js";
import { COMMAND_FLAG } from "../../../src/contracts/record-batch.js";
import type { DetectContext } from "../../../src/contracts/signal.js";
import { at, command, FULL_LOG } from "../../support/fake-reader.js";
import { capturedLock, capturedProcess, quiet, type SceneSpec, scene } from "../../support/lock-scene.js";
import { analyse } from "./analyse.js";

function first(context: DetectContext) {
  const incident = analyse(context).incidents[0];
  if (incident === undefined) throw new Error("no incident");
  return incident;
}

/** A blocker that is still running when the evidence ends, seen holding in two captures. */
function running(
  root: Partial<CommandFact>,
  hold: NonNullable<SceneSpec["roots"]>[number] = {},
  endS = 41,
): DetectContext {
  const locks = [1, 2].map((captureId) =>
    capturedLock({ pid: 5010, mode: hold.mode ?? "R", captureId, takenMs: at(30 + 10 * captureId) }),
  );
  return scene({
    roots: [{ releaseEdge: null, ...hold, command: { lapseMs: null, ...root } }],
    case: {
      capabilities: [...FULL_LOG, "lslocks", "monitor"],
      capturedLocks: locks,
      window: { firstMs: at(0), lastMs: at(endS) },
    },
  });
}

const terminateOf = (context: DetectContext) => first(context).actions.find((one) => one.id === "monitor-terminate");

describe("actions", () => {
  it("give a command for a reader that is alive", () => {
    expect(terminateOf(running({ cmd: "user-fstat", args: "//..." }))?.command).toBe("p4 monitor terminate 5010");
  });

  it("give none for a reader whose pid a later capture does not list", () => {
    const context = running({ cmd: "user-fstat", args: "//..." });
    const rows = [capturedProcess({ pid: 77, takenMs: at(100) })];
    const gone = { ...context, reader: { ...context.reader, capturedProcesses: () => rows } };
    const incident = first(gone);
    expect(incident.suspect?.inFlight).toBe(true);
    expect(incident.actions.flatMap((one) => one.command ?? [])).toEqual([]);
  });

  it.each([
    ["supplanted", COMMAND_FLAG.supplanted],
    ["removed from monitor", COMMAND_FLAG.removedFromMonitor],
  ])("give none for a reader that was %s", (_title, flag) => {
    const context = running({ cmd: "user-fstat", args: "//...", flags: COMMAND_FLAG.hasStart | flag });
    expect(first(context).actions.flatMap((one) => one.command ?? [])).toEqual([]);
  });

  it("give none for a reader behind whom nobody waits any more: it was killed, or let go", () => {
    const incident = first(running({ cmd: "user-fstat", args: "//..." }, {}, 300));
    expect(incident.suspect?.inFlight).toBe(true);
    expect(incident.actions.map((one) => [one.when, one.command])).not.toContainEqual(["now", expect.anything()]);
    expect(incident.actions.flatMap((one) => one.command ?? [])).toEqual([]);
  });

  it("call a commit risky, with a check and without a command", () => {
    const action = terminateOf(running({ cmd: "dm-CommitSubmit", args: "" }, { mode: "W" }));
    expect(action).toMatchObject({ risk: "risky", command: null, when: "now" });
    expect(action?.check).toContain("critical section");
  });

  it("give the command for a writer that only reads yet, as risky", () => {
    const action = terminateOf(running({ cmd: "user-integrate", args: "//a/... //b/..." }));
    expect(action).toMatchObject({ risk: "risky", command: "p4 monitor terminate 5010" });
  });

  it.each([
    ["an obliterate", { cmd: "user-obliterate", args: "-y //a/..." }],
    ["a checkpoint", { cmd: "user-admin", args: "checkpoint" }],
    ["a journal rotation", { cmd: "user-admin", args: "journal" }],
    ["a permission change", { cmd: "user-protect", args: "-i" }],
    ["a service user's command", { cmd: "user-unload", args: "", user: "svc_edge" }],
  ])("let %s finish: no terminate, no command, never kill -9", (_title, root) => {
    const { actions } = first(running(root, { mode: "W" }));
    expect(actions.map((one) => one.id)).not.toContain("monitor-terminate");
    expect(actions.flatMap((one) => one.command ?? [])).toEqual([]);
    expect(actions).toContainEqual(expect.objectContaining({ id: "wait", risk: "alert", when: "now" }));
    expect(actions).toContainEqual(expect.objectContaining({ id: "kill-process", risk: "never", command: null }));
  });

  it("do not interrupt anybody on a guess", () => {
    const guess = scene({
      roots: [{ score: 0.4, releaseEdge: false, command: { lapseMs: null, cmd: "user-fstat", args: "//..." } }],
      victims: [{}, { root: null, waitMs: 80_000 }],
      cluster: { unexplainedMs: 80_000 },
    });
    expect(first(guess).actions.map((one) => one.id)).not.toContain("monitor-terminate");
  });

  it("ask for captures when nobody knows the holder", () => {
    const open = { root: null, waitMs: 25_000, command: { lapseMs: null } };
    const { suspect, actions, cause } = first(scene({ roots: [], victims: [open, open, open] }));
    expect([suspect, cause]).toEqual([null, null]);
    expect(actions).toMatchObject([{ id: "capture-evidence", risk: "observe", when: "now", command: null }]);
  });

  it("rest on evidence that exists", () => {
    const incident = first(running({ cmd: "user-fstat", args: "//..." }));
    const ids = incident.evidence.map((one) => one.id);
    for (const action of incident.actions) {
      expect(action.evidence.length).toBeGreaterThan(0);
      for (const id of action.evidence) expect(ids).toContain(id);
    }
  });
});

describe("confidence", () => {
  const of = (spec: SceneSpec) => first(scene(spec)).confidence;

  it("is high for a logged hold that explains three waits and releases them", () => {
    expect(of({})).toBeGreaterThanOrEqual(0.9);
  });

  it("is medium with two victims, or when one step is uncertain", () => {
    for (const spec of [
      { victims: [{}, {}] },
      { roots: [{ releaseEdge: false }] },
      { roots: [{ ownWaitMs: 10_000 }] },
    ]) {
      expect(of(spec)).toBeLessThan(0.9);
      expect(of(spec)).toBeGreaterThanOrEqual(0.6);
    }
  });

  it("is low when several steps are", () => {
    expect(of({ victims: [{}], roots: [{ releaseEdge: false, ownWaitMs: 20_000 }] })).toBeLessThan(0.6);
  });

  it("is never above a half for a hold that no line shows", () => {
    expect(of({ roots: [{ origin: "unseen", command: { pid: 5010 } }] })).toBeLessThanOrEqual(0.6);
    const guessed = scene({ roots: [{ score: 0.5 }] });
    const cluster = guessed.locks(1).clusters[0];
    if (cluster?.roots[0] === undefined) throw new Error("no root");
    Object.assign(cluster.roots[0], { certainty: "inferred" });
    expect(first(guessed).confidence).toBeLessThanOrEqual(0.5);
  });

  it("is shared between commands that fit alike, and the other is told", () => {
    const context = scene({ roots: [{}, { command: { pid: 6666 } }], cluster: { tie: true } });
    const incident = first(context);
    expect(incident.confidence).toBeLessThanOrEqual(0.5);
    const against = incident.hypotheses[0]?.against ?? [];
    const told = incident.evidence.filter((one) => against.includes(one.id)).map((one) => one.fact);
    expect(told.join()).toContain("6666");
  });
});

describe("look-alikes", () => {
  it("one workspace's queue is no wedge, however long", () => {
    const victims = Array.from({ length: 40 }, () => ({ object: "clients/ci_ws", waitMs: 60_000 }));
    const incident = first(
      scene({ roots: [{ object: "clients/ci_ws", mode: "W" }], victims, cluster: { scope: "client" } }),
    );
    expect(incident.category).toBe("client-lock-contention");
    expect(incident.resource).toEqual({ kind: "client", name: "ci_ws", mode: "write" });
  });

  it("a long peek, a parallel sync, a nightly verify and background rows are no incident", () => {
    const normal: Partial<CommandFact>[] = [
      { cmd: "user-changes", args: "-m1 //depot/...", lapseMs: 61_000, peekHeldMs: 60_000, scanRows: 20_000_000 },
      { cmd: "user-sync", args: "--parallel=threads=4", lapseMs: 900_000, rpcSndMs: 800_000, rpcMb: 90_000 },
      { cmd: "user-verify", args: "-q //...", lapseMs: 9_000_000, cpuMs: 8_000_000 },
      { cmd: "rmt-Journal", args: "", lapseMs: 900_000 },
      { cmd: "pull", args: "-i 1", lapseMs: null },
    ];
    const { verdict, headline } = analyse(quiet(normal.map((over, commandId) => command({ commandId, ...over }))));
    expect(verdict.verdict).toBe("no-incident");
    expect(headline).toContain("No incident: 5 commands");
  });

  it("an upload is a big submit, not a network stall", () => {
    const upload = command({
      commandId: 1,
      cmd: "dm-SubmitChange",
      args: "",
      lapseMs: 500_000,
      rpcRcvMs: 480_000,
      rpcMb: 9000,
    });
    expect(first(quiet([upload]))).toMatchObject({
      category: "slow-command",
      cause: "big-submit",
      severity: "warning",
    });
  });
});

describe("hostile text", () => {
  const evil = "\u001b[2J\u202e'; DROP TABLE x; <script>\n//depot/...";

  it("never reaches a sentence unescaped, and stays whole where it is data", () => {
    const { incidents, headline } = analyse(
      scene({ roots: [{ command: { user: evil, args: evil, cmd: "user-files" } }] }),
    );
    const incident = incidents[0];
    const sentences = [
      headline,
      ...(incident?.evidence.map((one) => one.fact) ?? []),
      ...(incident?.actions.flatMap((one) => [one.text, one.check, one.why]) ?? []),
      ...(incident?.prevention.map((one) => one.text) ?? []),
    ];
    for (const sentence of sentences) expect(sentence).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(incident?.suspect?.args).toBe(evil);
  });

  it("keeps sentences short however long the arguments are", () => {
    const { headline } = analyse(scene({ roots: [{ command: { args: `//depot/... ${"x".repeat(50_000)}` } }] }));
    expect(headline.length).toBeLessThan(500);
  });
});

describe("bounds and order", () => {
  it("keeps the fifty longest links of a long chain", () => {
    const victims = Array.from({ length: 120 }, (_, index) => ({ waitMs: 10_000 + index }));
    const { chain, impact } = first(scene({ victims }));
    expect(chain).toHaveLength(50);
    expect(chain[0]?.seconds).toBe(10.119);
    expect(impact.blockedCommands).toBe(120);
  });

  it("gives the same document twice", () => {
    const spec: SceneSpec = { victims: [{}, {}, {}, {}] };
    const context = scene(spec);
    expect(JSON.stringify(analyse(context))).toBe(JSON.stringify(analyse(context)));
  });

  it("names a holder that nobody saw as nobody", () => {
    const incident = first(scene({ roots: [{ origin: "unseen", heldMs: null, releaseEdge: null, mode: null }] }));
    expect(incident).toMatchObject({ suspect: null, cause: null, chain: [] });
    expect(analyse(scene({ roots: [{ origin: "unseen", heldMs: null, mode: null }] })).headline).toContain(
      "does not show who held it",
    );
  });

  it("refuses a draft of a server that is not in the case", () => {
    const context = scene();
    const draft = analyse(context).drafts[0];
    expect(() => draft && gatherFacts({ ...draft, serverId: 9 }, context)).toThrow(/server 9/);
  });
});

describe("wording", () => {
  it.each([
    [0, "0 ms"],
    [41_850, "41.9 s"],
    [599_900, "599.9 s"],
    [600_000, "10.0 min"],
    [7_200_000, "2.0 h"],
  ])("%i ms is %s", (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it.each([
    [7, "7"],
    [1000, "1,000"],
    [3_120_554, "3,120,554"],
    [-2500, "-2,500"],
  ])("%i is %s", (count, words) => {
    expect(grouped(count)).toBe(words);
  });
});
