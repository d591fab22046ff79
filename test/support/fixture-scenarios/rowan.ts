import { type Errand, sync } from "./everyday-commands.js";
import {
  archiveFolder,
  capturesOf,
  type Fixture,
  type HostFacts,
  logFiles,
  manifest,
  serverFacts,
} from "./fixture-files.js";
import { clockTime, freeTables, guest, STEPS_OF_CAPTURES, tollOf, writeLock } from "./scenario-parts.js";
import { ServerDay } from "./server-day.js";

const COMMIT: HostFacts = {
  host: "p4hub",
  serverId: "commit.hub",
  services: "commit-server",
  port: "ssl:hub:1666",
  root: "/p4/1/root",
  log: "/p4/1/logs/log",
  offsetMinutes: 0,
  zoneName: "UTC",
  track: 3,
};
const EDGE: HostFacts = {
  ...COMMIT,
  serverId: "edge.hub",
  services: "edge-server",
  port: "ssl:hub:1667",
  root: "/p4/edge/root",
  log: "/p4/edge/logs/log",
};

/**
 * A commit and an edge server on one host, collected into one archive. Their pids overlap; on the commit server an
 * obliterate holds the tables of revisions, while a command of the same pid and second syncs happily on the edge.
 */
export function rowan(): Fixture {
  const fromMs = clockTime(10, 8, 8, 40);
  const untilMs = clockTime(10, 8, 8, 59);
  const begin = clockTime(10, 8, 8, 49, 15, 380);
  const shared = { fromMs, untilMs, trackLevel: 3, firstPid: 31_000 } as const;
  const commit = new ServerDay({ ...shared, seed: 77, people: 34, pauseMs: 24_000, root: COMMIT.root });
  const edge = new ServerDay({ ...shared, seed: 78, people: 22, pauseMs: 30_000, root: EDGE.root, submits: false });
  commit.feedReplica("svc_edge_hub", "10.70.0.2");
  commit.grumble();
  pullJournal(edge);
  const who = guest("p4admin", "p4admin_ws", "127.0.0.1", "p4/2023.2/LINUX26X86_64/2535420");
  const pid = commit.run(begin, who, [obliterate(143_000)]);
  const traveller = guest("lotte", "lotte_edge", "10.20.5.5");
  edge.run(begin + 200, traveller, [sync(traveller, edge.random)], pid);
  for (const day of [commit, edge]) {
    day.lookAt(begin + 100_000);
    day.lookAt(begin + 110_000);
    day.finish();
  }
  const cuts = [{ atMs: fromMs + 300_000, inTrack: true }, { atMs: begin + 50_000 }];
  const edgeCuts = [{ atMs: fromMs + 480_000, inTrack: true }];
  return {
    name: "007-rowan",
    archiveFolder: archiveFolder(COMMIT, begin + 100_000),
    files: [
      manifest(COMMIT, begin + 100_000, STEPS_OF_CAPTURES),
      ...logFiles(COMMIT, "p4/1/logs/", commit.rotate(cuts)),
      ...capturesOf(COMMIT, "p4/1/", commit.snapshots, false),
      ...serverFacts(COMMIT, "p4/1/", begin + 103_000),
      ...logFiles(EDGE, "p4/edge/logs/", edge.rotate(edgeCuts)),
      ...capturesOf(EDGE, "p4/edge/", edge.snapshots, false),
      ...serverFacts(EDGE, "p4/edge/", begin + 104_000),
    ],
    expected: {
      verdict: "incident",
      incidents: [
        {
          category: "db-wedge",
          cause: "obliterate-on-live-server",
          severity: "critical",
          serverId: "commit.hub",
          resource: { kind: "table", mode: "write" },
          suspect: { pid, user: who.user, cmd: "user-obliterate", workspace: who.workspace, inFlight: false },
          impact: tollOf(commit, pid),
        },
      ],
      coverage: { monitor: 4, lslocks: 4, lsof: 4 },
      servers: [
        { serverId: "commit.hub", role: "commit" },
        { serverId: "edge.hub", role: "edge" },
      ],
    },
  };
}

function obliterate(ms: number): Errand {
  const tables = ["label", "have", "integed", "resolve", "revdx", "revhx", "revcx", "rev", "locks", "working"];
  return {
    cmd: "user-obliterate",
    args: "-y //depot/rel2/...",
    steps: [
      ...tables.map(writeLock),
      { table: "db.have", counts: [0, 1, 8_113_402, 0, 51_207], pages: 88_120 },
      { table: "db.rev", counts: [0, 1, 3_900_441, 0, 48_002], pages: 60_551 },
      { work: ms },
      { computeEnd: true },
      freeTables,
    ],
  };
}

/** Replication on the edge: a block for each batch of journal, no start line, no completion. */
function pullJournal(edge: ServerDay): void {
  const pid = edge.nextPid();
  const who = { user: "svc_edge_hub", workspace: "unknown", ip: "background", app: "p4d/2023.2/LINUX26X86_64/2535420" };
  for (let atMs = edge.options.fromMs + 2000; atMs < edge.options.untilMs; atMs += edge.random.between(900, 9000)) {
    edge.log.write(atMs, pid, "track", (log) =>
      log.track(
        { ...who, pid, startMs: atMs, cmd: "pull", args: "-i 1" },
        {
          sections: [
            { name: "db.rev", pages: [4, 3, 2], locks: [0, 1], rows: [0, 0, 0, edge.random.between(1, 40), 0] },
            { name: "replica/pull", mode: "W", total: [0, 0, 0, edge.random.between(1, 5)] },
          ],
        },
      ),
    );
  }
}
