import {
  archiveFolder,
  capturesOf,
  type Fixture,
  type HostFacts,
  logFiles,
  manifest,
  serverFacts,
} from "./fixture-files.js";
import { clockTime, guest, STEPS_OF_CAPTURES, tollOf, wholeDepotFiles } from "./scenario-parts.js";
import { ServerDay } from "./server-day.js";

const HOST: HostFacts = {
  host: "p4host",
  serverId: "master.1",
  services: "standard",
  port: "ssl:1666",
  root: "/p4/1/root",
  log: "/p4/1/logs/log",
  offsetMinutes: 0,
  zoneName: "UTC",
  track: 3,
};

/**
 * A nightly report runs in the morning and holds two tables for reading. The first commit behind it keeps db.have and
 * db.domain while it waits, so everybody else waits for that commit. The report ends by itself.
 */
export function birch(): Fixture {
  const fromMs = clockTime(4, 16, 10, 5);
  const untilMs = clockTime(4, 16, 10, 31);
  const day = new ServerDay({
    seed: 22,
    fromMs,
    untilMs,
    trackLevel: 3,
    people: 44,
    pauseMs: 30_000,
    firstPid: 7200,
    root: HOST.root,
  });
  day.feedReplica("svc_replica", "10.50.0.4");
  day.grumble();
  const hold = clockTime(4, 16, 10, 17, 3, 412);
  const who = guest("nightly", "nightly_rpt", "10.20.0.9");
  const pid = day.run(hold, who, [wholeDepotFiles(131_200, 17_300)]);
  day.lookAt(hold + 88_000);
  day.lookAt(hold + 98_000);
  day.finish();
  const cuts = [
    { atMs: fromMs + 300_000, inTrack: true },
    { atMs: hold + 132_000, inTrack: true },
  ];
  return {
    name: "002-birch",
    archiveFolder: archiveFolder(HOST, hold + 88_000),
    files: [
      manifest(HOST, hold + 88_000, STEPS_OF_CAPTURES),
      ...logFiles(HOST, "logs/", day.rotate(cuts)),
      ...capturesOf(HOST, "", day.snapshots, true),
      ...serverFacts(HOST, "", hold + 90_000),
    ],
    expected: {
      verdict: "incident",
      incidents: [
        {
          category: "db-wedge",
          cause: "long-scan-query",
          severity: "critical",
          serverId: "master.1",
          resource: { kind: "table", name: { oneOf: ["db.revdx", "db.revhx"] }, mode: "read" },
          suspect: { pid, user: who.user, cmd: "user-files", workspace: who.workspace, inFlight: false },
          impact: { ...tollOf(day, pid), longestWaitSeconds: { min: 100, max: 145 } },
        },
      ],
      coverage: { monitor: 2, lslocks: 2, lsof: 2 },
    },
  };
}
