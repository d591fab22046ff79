import { describe, expect, it } from "vitest";
import { runDetectors } from "../../../src/analysis/detect/detect.js";
import { decideVerdict, groupIncidents } from "../../../src/analysis/incident/incident.js";
import type { LogLoss } from "../../../src/contracts/case-reader.js";
import type { DetectContext, DetectorRun } from "../../../src/contracts/signal.js";
import { at, command, FULL_LOG, ref, server } from "../../support/fake-reader.js";
import { capturedLock, capturedProcess, quiet, scene, type VictimSpec } from "../../support/lock-scene.js";

function incidentsOf(context: DetectContext, severity = {}) {
  return groupIncidents(runDetectors(context, {}), context, severity);
}

function first(context: DetectContext, severity = {}) {
  const draft = incidentsOf(context, severity)[0];
  if (draft === undefined) throw new Error("no incident");
  return draft;
}

function verdictOf(context: DetectContext) {
  const runs = runDetectors(context, {});
  return decideVerdict(groupIncidents(runs, context), runs, context);
}

const victims = (count: number, waitMs: number): VictimSpec[] => Array.from({ length: count }, () => ({ waitMs }));

describe("severity", () => {
  it.each([
    ["warning: four victims, just under 120 s", victims(4, 29_999), "warning"],
    ["major by 120 blocked seconds", victims(4, 30_000), "major"],
    ["major by five victims", victims(5, 20_000), "major"],
    ["major: nineteen victims", victims(19, 20_000), "major"],
    ["critical by twenty victims", victims(20, 20_000), "critical"],
    ["major: just under 600 s", victims(6, 99_999), "major"],
    ["critical by 600 blocked seconds", victims(6, 100_000), "critical"],
  ])("%s", (_title, list, severity) => {
    expect(first(scene({ victims: list })).severity).toBe(severity);
  });

  it("is a warning for a slow command that hurt only itself", () => {
    const context = quiet([command({ commandId: 1, lapseMs: 400_000, cpuMs: 390_000 })]);
    expect(first(context).severity).toBe("warning");
  });

  it("obeys settings", () => {
    expect(first(scene(), { criticalVictims: 3 }).severity).toBe("critical");
    expect(first(scene(), { majorBlockedSeconds: 500 }).severity).toBe("warning");
  });

  it("is raised by a signal that knows worse, and never lowered", () => {
    const context = scene();
    const runs = runDetectors(context, {});
    const raise = (severity: "critical" | "info"): DetectorRun[] =>
      runs.map((run) =>
        run.status === "fired" ? { ...run, signals: run.signals.map((signal) => ({ ...signal, severity })) } : run,
      );
    expect(groupIncidents(raise("critical"), context)[0]?.severity).toBe("critical");
    expect(groupIncidents(raise("info"), context, { majorBlockedSeconds: 500 })[0]?.severity).toBe("warning");
  });
});

describe("impact", () => {
  it("counts everybody behind a holder that may have been one of several: the cost is the same whoever it was", () => {
    const untraced = victims(25, 40_000).map((victim) => ({ ...victim, root: null }));
    const draft = first(scene({ roots: [{}, {}], victims: untraced, cluster: { tie: true } }));
    expect(draft.impact).toMatchObject({ blockedCommands: 25, blockedMs: 1_000_000 });
    expect(draft.severity).toBe("critical");
  });

  it("counts each victim once, from a second of waiting on, and only what leads to the root", () => {
    const context = scene({
      victims: [
        { waitMs: 30_000, command: { user: "ann" } },
        { waitMs: 1000, command: { user: "ann" } },
        { waitMs: 999, command: { user: "bob" } },
        { waitMs: 9000, root: null, command: { user: "cy" } },
      ],
    });
    const { impact } = first(context);
    expect(impact).toMatchObject({ blockedCommands: 2, blockedUsers: 1, blockedMs: 31_000, longestWaitMs: 30_000 });
  });

  it("counts all waiting commands where no root is known", () => {
    const context = scene({ roots: [], victims: victims(3, 25_000).map((one) => ({ ...one, root: null })) });
    expect(first(context)).toMatchObject({ root: null, impact: { blockedCommands: 3, blockedMs: 75_000 } });
  });

  it("counts waiters that only a capture shows", () => {
    const pids = [5100, 5101, 5102];
    const context = scene({
      roots: [{ origin: "captured", heldMs: null }],
      victims: victims(3, 0),
      case: {
        capabilities: ["lslocks", "monitor"],
        capturedLocks: pids.map((pid) => capturedLock({ pid, waiting: true, blockerPid: 5010 })),
        capturedProcesses: pids.map((pid) => capturedProcess({ pid, elapsedMs: 60_000 })),
      },
    });
    expect(first(context).impact).toMatchObject({ blockedCommands: 3, blockedUsers: 3, blockedMs: 0 });
  });

  it("takes the peak from the log and from monitor, whichever is higher, without background rows", () => {
    const rows = [..."RRRRRRRRBIF"].map((state, index) => capturedProcess({ pid: index, state, takenMs: at(20) }));
    expect(first(scene()).impact.peakRunning).toBe(4);
    expect(first(scene({ case: { capturedProcesses: rows } })).impact.peakRunning).toBe(8);
  });

  it("never says more was avoidable than was lost", () => {
    expect(first(scene({ cluster: { avoidableMs: 999_999 } })).impact.avoidableMs).toBe(90_000);
  });
});

describe("window", () => {
  it("runs from the first victim's wait to the last release, in whole seconds", () => {
    const { fromMs, toMs } = first(scene({ victims: [{ fromS: 6 }, { fromS: 9, waitMs: 35_100 }, {}] }));
    expect([fromMs, toMs]).toEqual([at(6), at(45)]);
  });

  it("begins with the root's hold where that is later", () => {
    const { fromMs } = first(scene({ roots: [{ fromS: 8 }], victims: [{ fromS: 2 }, { fromS: 9 }, { fromS: 10 }] }));
    expect(fromMs).toBe(at(8));
  });

  it("spans first to last signal without locks", () => {
    const runs = [0, 400].map((s, index) =>
      command({ commandId: index, startMs: at(s), lapseMs: 150_000, cpuMs: 149_000 }),
    );
    const { fromMs, toMs } = first(quiet(runs));
    expect([fromMs, toMs]).toEqual([at(0), at(550)]);
  });
});

describe("grouping", () => {
  it("absorbs the slow root and a slow victim of a wedge", () => {
    const context = scene({
      roots: [{ heldMs: 200_000, command: { lapseMs: 240_000, cpuMs: 200_000 } }],
      victims: [{ waitMs: 150_000, command: { lapseMs: 700_000, cpuMs: 500_000 } }, {}, {}],
    });
    const drafts = incidentsOf(context);
    expect(drafts).toHaveLength(1);
    expect(drafts[0]?.signals.map((signal) => signal.detector)).toEqual(["db-wedge", "slow-command", "slow-command"]);
  });

  it("keeps a slow command apart that has nothing to do with the wedge", () => {
    const slow = command({ commandId: 77, lapseMs: 400_000, cpuMs: 390_000 });
    const drafts = incidentsOf(scene({ bystanders: [slow] }));
    expect(drafts.map((draft) => draft.category)).toEqual(["db-wedge", "slow-command"]);
    expect(drafts.map((draft) => draft.id)).toEqual(["inc-1", "inc-2"]);
  });

  it("keeps two independent roots two, the costlier first", () => {
    const context = scene({
      roots: [{ object: "db.rev" }, { object: "db.have", mode: "W", fromS: 20 }],
      victims: [...victims(3, 25_000), ...victims(8, 30_000).map((one) => ({ ...one, root: 1, object: "db.have" }))],
    });
    expect(incidentsOf(context).map((draft) => draft.primary.resource.name)).toEqual(["db.have", "db.rev"]);
  });

  it("sees one incident where two detectors saw one episode, by the more telling name", () => {
    const context = scene({ roots: [{ command: { cmd: "user-admin", args: "checkpoint" } }] });
    const drafts = incidentsOf(context);
    expect(drafts).toHaveLength(1);
    expect(drafts[0]?.category).toBe("checkpoint-under-load");
    expect(drafts[0]?.signals).toHaveLength(2);
  });

  it("takes one user's repeated slow command as one, another user's as another", () => {
    const slow = (commandId: number, seconds: number, user: string) =>
      command({ commandId, startMs: at(seconds), lapseMs: 120_000, cpuMs: 110_000, user });
    const drafts = incidentsOf(
      quiet([slow(1, 0, "ann"), slow(2, 300, "ann"), slow(3, 0, "bob"), slow(4, 9000, "ann")]),
    );
    expect(drafts.map((draft) => draft.signals.length).sort()).toEqual([1, 1, 2]);
  });

  it("takes slow runs of one trigger as one, whoever waited for it", () => {
    const change = (commandId: number, user: string) =>
      command({ commandId, lapseMs: 200_000, triggerMs: 190_000, user, cmd: "user-change", args: "-i" });
    const run = { name: "ticket.check", lapseMs: 190_000, ref: { sourceId: 1, lineNo: 1, byteOffset: 0 } };
    const context = quiet([change(1, "ann"), change(2, "bob")], { triggers: { 1: [run], 2: [run] } });
    const drafts = incidentsOf(context);
    expect(drafts).toHaveLength(1);
    expect(drafts[0]?.primary.resource).toEqual({ kind: "trigger", name: "ticket.check", mode: null });
  });

  it("does not depend on the order of the runs", () => {
    const context = scene({ bystanders: [command({ commandId: 77, lapseMs: 400_000, cpuMs: 390_000 })] });
    const runs = runDetectors(context, {});
    expect(groupIncidents([...runs].reverse(), context)).toEqual(groupIncidents(runs, context));
  });
});

describe("verdict", () => {
  it("is incident from a warning on, also without a holder", () => {
    expect(verdictOf(scene()).verdict).toBe("incident");
    const noHolder = scene({ roots: [], victims: victims(3, 25_000).map((one) => ({ ...one, root: null })) });
    expect(verdictOf(noHolder).verdict).toBe("incident");
  });

  it("names the captures that would have made an incident surer", () => {
    expect(verdictOf(scene()).missing).toContain("lslocks captured during the incident");
  });

  it("is no-incident when the log covers the window and the detectors are clear", () => {
    expect(verdictOf(quiet())).toEqual({ verdict: "no-incident", missing: [] });
  });

  it.each([
    ["no starts", FULL_LOG.filter((one) => one !== "command-start"), /starts/],
    ["no completions", FULL_LOG.filter((one) => one !== "command-completion"), /completion/],
    ["no track output", FULL_LOG.filter((one) => one !== "table-track"), /track/],
    ["captures only", ["lslocks", "monitor"] as const, /completion/],
    ["nothing about commands", ["configurables"] as const, /starts/],
  ])("is insufficient with %s, and says what would have answered", (_title, capabilities, words) => {
    const decision = verdictOf(quiet([], { capabilities }));
    expect(decision.verdict).toBe("insufficient-evidence");
    expect(decision.missing.join("; ")).toMatch(words);
  });

  it("is insufficient when a crowd hangs at the end of the log and nothing says for what", () => {
    const hung = (count: number, startS: number) =>
      Array.from({ length: count }, (_, index) => command({ commandId: index, startMs: at(startS), lapseMs: null }));
    expect(verdictOf(quiet(hung(20, 500))).missing.join()).toMatch(/20 commands open/);
    expect(verdictOf(quiet(hung(19, 500))).verdict).toBe("no-incident");
    expect(verdictOf(quiet(hung(20, 560))).verdict).toBe("no-incident");
  });

  it.each([
    ["its last file is cut short", { kind: "cut-short", fromMs: at(600), toMs: at(600) }, /rest of the P4LOG/],
    ["much of it is torn", { kind: "torn", fromMs: at(0), toMs: at(500) }, /undamaged copy/],
    ["the archive ends early", { kind: "archive", fromMs: at(600), toMs: at(600) }, /whole archive/],
  ] as const)("is insufficient when of the log %s", (_title, loss, words) => {
    const decision = verdictOf(quiet([], { losses: [{ ...loss, ref: ref() }] }));
    expect(decision.verdict).toBe("insufficient-evidence");
    expect(decision.missing.join()).toMatch(words);
  });

  it("is no-incident when an early rotation lacks a little", () => {
    const losses: LogLoss[] = [{ kind: "cut-short", fromMs: at(50), toMs: at(80), ref: ref() }];
    expect(verdictOf(quiet([], { losses })).verdict).toBe("no-incident");
  });

  it("is insufficient when captures were taken long after the log ends, unless the zone may be another", () => {
    const commands = Array.from({ length: 600 }, (_, n) => command({ commandId: n, startMs: at(n), lapseMs: 10 }));
    const taken = (minutes: number, timeZone: string) =>
      verdictOf(
        quiet(commands, {
          servers: [server({ timeZone })],
          capturedProcesses: [capturedProcess({ pid: 7, takenMs: at(600 + minutes * 60) })],
        }),
      );
    expect(taken(20, "+01:00").missing.join()).toMatch(/the P4LOG from .* when captures were taken/);
    expect(taken(2, "+01:00").verdict).toBe("no-incident");
    expect(taken(20, "UTC").verdict).toBe("insufficient-evidence");
    expect(taken(60, "UTC").verdict).toBe("no-incident");
  });

  it("does not ask a server known only from its configuration for a log", () => {
    const context = quiet([], {
      servers: [server(), server({ id: 2, label: "s2" })],
      capabilities: (id) => (id === 1 ? FULL_LOG : ["configurables"]),
    });
    expect(verdictOf(context).verdict).toBe("no-incident");
  });

  it("names the server whose evidence is missing when there are several", () => {
    const context = quiet([], {
      servers: [server(), server({ id: 2, label: "s2" })],
      capabilities: (id) => (id === 1 ? FULL_LOG : ["command-start"]),
    });
    expect(verdictOf(context).missing.every((one) => one.endsWith("server s2"))).toBe(true);
  });

  it("is insufficient when a deciding detector failed", () => {
    const runs: DetectorRun[] = [{ detector: "db-wedge", serverId: 1, status: "failed", message: "x" }];
    expect(decideVerdict([], runs, quiet()).verdict).toBe("insufficient-evidence");
  });
});
