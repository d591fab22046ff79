import {
  archiveFolder,
  capturesOf,
  type Fixture,
  type HostFacts,
  logFiles,
  manifest,
  serverFacts,
} from "./fixture-files.js";
import { clockTime, STEPS_OK } from "./scenario-parts.js";
import { ServerDay } from "./server-day.js";

const HOST: HostFacts = {
  host: "p4host",
  serverId: "master.1",
  services: "standard",
  port: "ssl:1666",
  root: "/p4/1/root",
  log: "/p4/1/logs/log",
  offsetMinutes: 60,
  zoneName: "CET",
  track: 1,
};

/** A busy morning: a parallel sync with its helpers, a replica, submits; nobody waits for long. */
export function alder(): Fixture {
  const fromMs = clockTime(3, 5, 9, 30);
  const untilMs = clockTime(3, 5, 9, 58);
  const day = new ServerDay({
    seed: 11,
    fromMs,
    untilMs,
    trackLevel: 1,
    people: 36,
    pauseMs: 42_000,
    firstPid: 21_400,
    root: HOST.root,
  });
  day.feedReplica("svc_replica", "10.50.0.4");
  day.grumble();
  parallelSync(day, fromMs + 420_000);
  day.lookAt(untilMs - 34_000);
  day.lookAt(untilMs - 24_000);
  day.finish();
  const cuts = [{ atMs: fromMs + 600_000 }, { atMs: fromMs + 1_200_000, inTrack: true }];
  return {
    name: "001-alder",
    archiveFolder: archiveFolder(HOST, untilMs - 35_000),
    files: [
      manifest(HOST, untilMs - 35_000, STEPS_OK),
      ...logFiles(HOST, "logs/", day.rotate(cuts)),
      ...capturesOf(HOST, "", day.snapshots, true),
      ...serverFacts(HOST, "", untilMs - 33_000),
    ],
    expected: {
      verdict: "no-incident",
      incidents: [],
      coverage: { monitor: 2, lslocks: 2, lsof: 2 },
      timeZone: { assumed: "+01:00", from: "capture" },
      servers: [{ serverId: "master.1", role: "standard" }],
    },
  };
}

/** The parent waits for four helpers, each a connection of its own. */
function parallelSync(day: ServerDay, atMs: number): void {
  const who = day.people[5];
  if (who === undefined) return;
  const builder = { ...who, workspace: "jenkins-release-full" };
  const args = `--parallel=threads=4 //${builder.workspace}/...`;
  const parent = day.run(atMs, builder, [
    {
      cmd: "user-sync",
      args,
      steps: [{ peek: "db.rev", heldMs: 900, rows: 120_000 }, { computeEnd: true }, { idle: 27_000 }],
    },
  ]);
  for (let helper = 0; helper < 4; helper++) {
    const steps = [
      { lock: "db.sendq", mode: "W" } as const,
      { work: 2 },
      { unlock: "tables" } as const,
      { send: 24_000 },
    ];
    const transmit = { cmd: "user-transmit", args: `-t${parent} -b8 -s524288`, steps };
    day.run(atMs + 1100 + helper * 40, builder, [transmit]);
  }
}
