import { beforeAll, describe, expect, test } from "vitest";
import { analyzeLocks } from "../../../src/analysis/locks/locks.js";
import type { LockInput } from "../../../src/contracts/lock-facts.js";
import { type LabRun, labMissing, runLab } from "../../support/flock-lab/flock-lab.js";
import { readTrack } from "../../support/flock-lab/read-track.js";

const missing = labMissing();

/** A reader keeps db.revdx; a commit waits for it with db.domain in hand; a client edit waits for the commit. */
const COMMANDS = [
  { cmd: "user-files", delayMs: 100, steps: ["R:db.revdx", "work:4000", "release", "work:500"] },
  { cmd: "dm-CommitSubmit", delayMs: 600, steps: ["W:db.domain", "W:db.integed", "W:db.revdx", "work:80", "release"] },
  { cmd: "user-client", delayMs: 1100, steps: ["W:db.domain", "work:10", "release"] },
  { cmd: "user-fstat", delayMs: 1500, steps: ["R:db.revdx", "work:30", "release"] },
];

describe.skipIf(missing !== null)(`real flocks${missing === null ? "" : ` (${missing})`}`, () => {
  let lab: LabRun;
  const summary = (input: LockInput) => {
    const found = analyzeLocks(input);
    const pidOf = (key: string) => found.actors.get(key)?.pid;
    return found.clusters.map((cluster) => ({
      roots: cluster.roots.map((root) => [pidOf(root.actor), root.object]),
      victims: cluster.victims.map((victim) => pidOf(victim.actor)).sort(),
    }));
  };

  beforeAll(async () => {
    lab = await runLab(["db.domain", "db.integed", "db.revdx"], COMMANDS, 2500);
  }, 30_000);

  test("the reader is the root, from the measured waits alone", () => {
    const [reader, commit, edit] = lab.pids;
    const input = { commands: readTrack(lab.log), capturedLocks: [], capturedProcesses: [], logEndMs: lab.logEndMs };
    expect(summary(input)).toEqual([{ roots: [[reader, "db.revdx"]], victims: [commit, edit].sort() }]);
  });

  test("the reader is the root, from the snapshot alone", () => {
    const [reader, commit, edit] = lab.pids;
    const input = { commands: [], capturedLocks: lab.captured, capturedProcesses: [], logEndMs: lab.logEndMs };
    expect(summary(input)).toEqual([{ roots: [[reader, "db.revdx"]], victims: [commit, edit].sort() }]);
  });

  test("Linux lets a new reader pass the waiting writer", () => {
    const late = readTrack(lab.log).find((command) => command.cmd === "user-fstat");
    expect(late?.uses.map((use) => use.waitMs)).toEqual([0]);
  });
});
