import { commitSteps, type Errand } from "./everyday-commands.js";
import {
  archiveFolder,
  captured,
  type Fixture,
  type HostFacts,
  logFiles,
  manifest,
  serverFacts,
} from "./fixture-files.js";
import { clockTime, guest } from "./scenario-parts.js";
import { ServerDay } from "./server-day.js";
import { monitorText } from "./snapshot.js";

const HOST: HostFacts = {
  host: "depot02",
  serverId: "p4-studio",
  services: "standard",
  port: "1666",
  root: "/srv/perforce",
  log: "/srv/perforce/log",
  offsetMinutes: -300,
  zoneName: "EST",
  track: 3,
};

/** Somebody uploads a cinematic over a slow line for eleven minutes; the commit itself is quick and hurts nobody. */
export function cedar(): Fixture {
  const fromMs = clockTime(2, 20, 14, 0);
  const untilMs = clockTime(2, 20, 14, 24);
  const day = new ServerDay({
    seed: 33,
    fromMs,
    untilMs,
    trackLevel: 3,
    people: 34,
    pauseMs: 26_000,
    firstPid: 880_100,
    root: HOST.root,
  });
  day.grumble();
  const who = guest("rosa", "rosa_cine", "172.16.9.77", "Helix P4V/NTX64/2023.3/2495381/v94");
  const pid = day.run(clockTime(2, 20, 14, 8, 40, 230), who, slowUpload(who.workspace));
  day.lookAt(clockTime(2, 20, 14, 15));
  day.lookAt(clockTime(2, 20, 14, 15, 10));
  day.finish();
  const cuts = [{ atMs: fromMs + 780_000, inTrack: true }];
  return {
    name: "003-cedar",
    archiveFolder: archiveFolder(HOST, clockTime(2, 20, 14, 15)),
    files: [
      manifest(HOST, clockTime(2, 20, 14, 15), [
        "lslocks-1 failed:1 0 captures/lslocks-1.txt",
        "lsof-1 skipped:no-lsof 0 -",
      ]),
      ...logFiles(HOST, "logs/", day.rotate(cuts)),
      ...day.snapshots.map((snapshot, index) => ({
        path: `captures/monitor-${index + 1}.txt`,
        content: captured(HOST, snapshot.atMs, "p4 monitor show -ale", monitorText(snapshot)),
        modifiedMs: snapshot.atMs - HOST.offsetMinutes * 60_000,
      })),
      ...serverFacts(HOST, "", clockTime(2, 20, 14, 15, 2)),
    ],
    expected: {
      verdict: "incident",
      incidents: [
        {
          category: "slow-command",
          cause: "big-submit",
          severity: "warning",
          serverId: "p4-studio",
          suspect: { pid, user: who.user, cmd: "dm-SubmitChange", workspace: who.workspace, inFlight: false },
          impact: { blockedCommands: 0, blockedSeconds: 0 },
        },
      ],
      coverage: { monitor: 2, lslocks: 0, lsof: 0 },
      timeZone: { assumed: "-05:00", from: "capture" },
    },
  };
}

function slowUpload(workspace: string): readonly Errand[] {
  const own = { lock: `clients/${workspace}`, mode: "W" } as const;
  const lbr = [
    "--- lbr Binary",
    "---   opens+closes+checkins+exists 0+0+412+0",
    "---   reads+readbytes+writes+writebytes 0+0+9120+7.9G",
  ];
  return [
    { cmd: "user-submit", args: "-d cinematics for the trailer", steps: [own, { work: 9 }] },
    { cmd: "dm-SubmitChange", args: "", steps: [own, { work: 30 }, { receive: 648_300 }, { lbr }, { work: 1900 }] },
    { cmd: "dm-CommitSubmit", args: "", steps: commitSteps(workspace, 412, 390, 818_900) },
  ];
}
