import type { Errand } from "./everyday-commands.js";
import { archiveFolder, type Fixture, type HostFacts, logFiles, manifest, serverFacts } from "./fixture-files.js";
import { clockTime, freeTables, guest, readLock, tollOf, writeLock } from "./scenario-parts.js";
import { ServerDay } from "./server-day.js";

const HOST: HostFacts = {
  host: "vcs7",
  serverId: "vcs7",
  services: "standard",
  port: "vcs7:1666",
  root: "/data/p4root",
  log: "/data/p4logs/log",
  offsetMinutes: 330,
  zoneName: "IST",
  track: 3,
};

/**
 * A list of everything anybody has open holds db.working. A revert waits for it while it keeps db.have and db.domain;
 * a workspace is deleted behind that and keeps more. Most victims never touch the table it began with. Log only.
 */
export function maple(): Fixture {
  const fromMs = clockTime(9, 3, 15, 10);
  const untilMs = clockTime(9, 3, 15, 34);
  const day = new ServerDay({
    seed: 66,
    fromMs,
    untilMs,
    trackLevel: 3,
    people: 40,
    pauseMs: 30_000,
    firstPid: 301_000,
    root: HOST.root,
  });
  day.grumble();
  const begin = clockTime(9, 3, 15, 21, 8, 707);
  const who = guest("audit", "audit_rpt", "10.22.6.90", "P4Python [PY3.10.4/P4PY2023.2/API2023.2/2513904]/v95");
  const pid = day.run(begin, who, [everythingOpen(73_400)]);
  day.run(begin + 2100, guest("ines", "ines_levels", "10.20.3.6"), [revert("ines_levels")]);
  day.run(begin + 6400, guest("itadmin", "it-tools", "10.20.0.3"), [deleteWorkspace("old_contractor_ws")]);
  day.finish();
  const cuts = [{ atMs: fromMs + 400_000 }, { atMs: begin + 74_500, inTrack: true }];
  return {
    name: "006-maple",
    archiveFolder: archiveFolder(HOST, untilMs),
    files: [
      manifest(HOST, untilMs, ["monitor-1 timeout 20 captures/monitor-1.txt", "lslocks-1 skipped:no-lslocks 0 -"]),
      ...logFiles(HOST, "logs/", day.rotate(cuts)),
      ...serverFacts(HOST, "", untilMs + 4000),
    ],
    expected: {
      verdict: "incident",
      incidents: [
        {
          category: "db-wedge",
          cause: "long-scan-query",
          severity: "critical",
          serverId: "vcs7",
          resource: { kind: "table", name: "db.working", mode: "read" },
          suspect: { pid, user: who.user, cmd: "user-opened", workspace: who.workspace, inFlight: false },
          impact: tollOf(day, pid),
        },
      ],
      coverage: { monitor: 0, lslocks: 0, lsof: 0 },
      timeZone: { assumed: "+05:30", from: "capture" },
    },
  };
}

function everythingOpen(ms: number): Errand {
  const rows = { table: "db.working", counts: [0, 1, 2_904_117, 0, 0] as const, pages: 41_300 };
  return {
    cmd: "user-opened",
    args: "-a //...",
    steps: [readLock("working"), rows, { work: ms }, freeTables, { computeEnd: true }, { send: 5200 }],
  };
}

function revert(workspace: string): Errand {
  const own = { lock: `clients/${workspace}`, mode: "W" } as const;
  const tables = [readLock("domain"), writeLock("have"), readLock("resolve"), writeLock("working")];
  return { cmd: "user-revert", args: `//${workspace}/...`, steps: [own, ...tables, { work: 36 }, freeTables] };
}

function deleteWorkspace(workspace: string): Errand {
  const tables = [readLock("counters"), writeLock("domain"), writeLock("view"), writeLock("have")];
  const own = { lock: `clients/${workspace}`, mode: "W" } as const;
  return { cmd: "user-client", args: `-d -f ${workspace}`, steps: [own, ...tables, { work: 52 }, freeTables] };
}
