import type { Errand } from "./everyday-commands.js";
import {
  archiveFolder,
  captured,
  capturesOf,
  type Fixture,
  type HostFacts,
  logFiles,
  manifest,
  serverFacts,
} from "./fixture-files.js";
import { clockTime, freeTables, guest, readLock, STEPS_OF_CAPTURES, tollOf } from "./scenario-parts.js";
import { ServerDay } from "./server-day.js";

const HOST: HostFacts = {
  host: "p4-core",
  serverId: "commit.1",
  services: "commit-server",
  port: "ssl:1666",
  root: "/p4/1/root",
  log: "/p4/1/logs/log",
  offsetMinutes: 120,
  zoneName: "CEST",
  track: 1,
};

const ALL_TABLES =
  "config counters nameval server user ticket group depot stream domain template view review label have integed resolve storage revdx revhx revsx revsh revcx rev locks working traits trigger change changex desc job fix bodtext ixtext protect property";

/** Cron starts a checkpoint while people work: it holds every table for reading, so everyone who writes waits. */
export function elder(): Fixture {
  const fromMs = clockTime(6, 11, 11, 48);
  const untilMs = clockTime(6, 11, 12, 9);
  const day = new ServerDay({
    seed: 44,
    fromMs,
    untilMs,
    trackLevel: 1,
    people: 30,
    pauseMs: 38_000,
    firstPid: 40_300,
    root: HOST.root,
  });
  day.feedReplica("svc_edge_fra", "10.60.0.4");
  day.grumble();
  const who = guest("perforce", "p4-core", "127.0.0.1", "p4/2023.2/LINUX26X86_64/2535420");
  const noon = clockTime(6, 11, 12, 0, 1, 604);
  const pid = day.run(noon, who, [checkpoint(97_800)]);
  day.lookAt(noon + 52_000);
  day.lookAt(noon + 62_000);
  day.finish();
  const cuts = [{ atMs: fromMs + 420_000 }, { atMs: noon + 30_000, inTrack: true }];
  return {
    name: "004-elder",
    archiveFolder: archiveFolder(HOST, noon + 52_000),
    files: [
      manifest(HOST, noon + 52_000, STEPS_OF_CAPTURES),
      ...logFiles(HOST, "logs/", day.rotate(cuts)),
      ...capturesOf(HOST, "", day.snapshots, false),
      ...serverFacts(HOST, "", noon + 55_000),
      {
        path: "system/syslog.txt",
        content: captured(HOST, noon + 58_000, "journalctl -o short-iso", SYSLOG),
        modifiedMs: noon - 7_200_000,
      },
    ],
    expected: {
      verdict: "incident",
      incidents: [
        {
          category: "checkpoint-under-load",
          cause: "checkpoint-or-dump-on-live-server",
          severity: "critical",
          serverId: "commit.1",
          resource: { kind: "table", mode: "read" },
          suspect: { pid, user: who.user, cmd: "user-admin", inFlight: false },
          impact: tollOf(day, pid),
        },
      ],
      coverage: { monitor: 2, lslocks: 2, lsof: 2, syslog: 1 },
      timeZone: { assumed: "+02:00", from: "capture" },
      servers: [{ serverId: "commit.1", role: "commit" }],
    },
  };
}

function checkpoint(ms: number): Errand {
  const tables = ALL_TABLES.split(" ");
  return {
    cmd: "user-admin",
    args: "checkpoint -Z",
    steps: [
      { lock: "meta/db", mode: "R" },
      ...tables.map(readLock),
      ...tables.map((table, index) => ({ table: `db.${table}`, counts: [0, 1, 9000 + index * 7177, 0, 0] as const })),
      { work: Math.floor(ms * 0.6) },
      { idle: Math.ceil(ms * 0.4) },
      freeTables,
    ],
  };
}

const SYSLOG = `2024-06-11T11:17:01+0200 p4-core CRON[38801]: (root) CMD (cd / && run-parts --report /etc/cron.hourly)
2024-06-11T12:00:01+0200 p4-core CRON[40912]: (perforce) CMD (/p4/1/bin/p4_1 admin checkpoint -Z)
2024-06-11T12:00:09+0200 p4-core systemd[1]: Starting Daily man-db regeneration...
2024-06-11T12:00:10+0200 p4-core systemd[1]: man-db.service: Deactivated successfully.
`;
