import type { Errand } from "./everyday-commands.js";
import {
  archiveFolder,
  capturesOf,
  type Fixture,
  type HostFacts,
  logFiles,
  manifest,
  serverFacts,
} from "./fixture-files.js";
import { clockTime, guest, readLock, STEPS_OK, tollOf, writeLock } from "./scenario-parts.js";
import { ServerDay } from "./server-day.js";

const HOST: HostFacts = {
  host: "p4host",
  serverId: "master.1",
  services: "standard",
  port: "1666",
  root: "/p4/1/root",
  log: "/p4/1/logs/log",
  offsetMinutes: 60,
  zoneName: "CET",
  track: 1,
};

/**
 * A branch is populated from a huge tree. It is still at it when the evidence is taken and the server restarted: its
 * start line and the captures are all there is of it, and nobody who waits for it has completed either.
 */
export function hazel(): Fixture {
  const fromMs = clockTime(11, 19, 16, 2);
  const begin = clockTime(11, 19, 16, 19, 27, 118);
  const untilMs = begin + 161_000;
  const day = new ServerDay({
    seed: 55,
    fromMs,
    untilMs,
    trackLevel: 1,
    people: 34,
    pauseMs: 36_000,
    firstPid: 15_050,
    root: HOST.root,
  });
  day.grumble();
  const who = guest("relmgr", "relmgr_ws", "10.21.4.40", "p4/2023.2/LINUX26X86_64/2519561");
  const pid = day.run(begin, who, [populate()]);
  day.lookAt(begin + 128_000);
  day.lookAt(begin + 138_000);
  day.finish();
  const cuts = [{ atMs: fromMs + 500_000, inTrack: true }, { atMs: begin + 40_000 }];
  return {
    name: "005-hazel",
    archiveFolder: archiveFolder(HOST, begin + 128_000),
    files: [
      manifest(HOST, begin + 128_000, STEPS_OK),
      ...logFiles(HOST, "logs/", day.rotate(cuts)),
      ...capturesOf(HOST, "", day.snapshots, true),
      ...serverFacts(HOST, "", begin + 131_000),
    ],
    expected: {
      verdict: "incident",
      incidents: [
        {
          category: "db-wedge",
          cause: "big-integrate-copy-populate",
          severity: "critical",
          serverId: "master.1",
          suspect: { pid, user: who.user, cmd: "user-populate", workspace: who.workspace, inFlight: true },
          // What waits shows in the captures only; whoever came after the second one is not in them.
          impact: tollOf(day, pid, 0.5, 1.15),
        },
      ],
      coverage: { monitor: 2, lslocks: 2, lsof: 2 },
    },
  };
}

function populate(): Errand {
  const tables = ["integed", "storage", "revdx", "revhx", "revcx", "rev"];
  return {
    cmd: "user-populate",
    args: '-d "branch for release 6" //depot/main/... //depot/rel6/...',
    steps: [
      { lock: "storageup/storageup", mode: "R" },
      { lock: "meta/commit", mode: "W" },
      readLock("domain"),
      ...tables.map(writeLock),
      { work: 3_600_000 },
    ],
  };
}
