import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { IncidentKind } from "../incident-kind.js";
import { bigIntegrate, bigPopulate, free, longReport, obliterate, own, read, write } from "../lock-errands.js";
import { lockTruth } from "../lock-truth.js";
import { Scene } from "../scene.js";
import { wedgeLabel } from "../wedge-label.js";

export const LOCK_READERS: readonly IncidentKind[] = [
  { id: "wedge-report", family: "fault", build: report },
  { id: "wedge-two-level", family: "fault", build: twoLevels },
  { id: "wedge-storage-job", family: "fault", build: storageJob },
  { id: "wedge-holder-in-flight", family: "fault", never: ["no-lock-captures"], build: inFlight },
  { id: "wedge-holder-vanished", family: "fault", build: vanished },
];

/** A report scans whole tables under read locks; the first commit behind it keeps other tables while it waits. */
function report(random: Random, variant: Parameters<IncidentKind["build"]>[1]) {
  const scene = new Scene(random, variant);
  const begin = scene.moment(0.2 + 0.4 * random.next());
  const holdMs = random.between(30_000, 200_000);
  const pid = scene.server.run(begin, scene.server.guest(), [longReport(random, holdMs)]);
  scene.server.lookTwice(begin + Math.floor(holdMs * (0.4 + 0.4 * random.next())));
  return scene.finish(() => wedgeLabel(["long-scan-query"], [pid], lockTruth(scene.server, [pid], begin)));
}

/** The reader's table is wanted by few; who waits for it keeps the tables that everybody wants. */
function twoLevels(random: Random, variant: Parameters<IncidentKind["build"]>[1]) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(0.25 + 0.35 * random.next());
  const holdMs = random.between(40_000, 160_000);
  const who = server.guest({ user: "audit" });
  const scan: Errand = {
    cmd: "user-opened",
    args: random.pick(["-a //...", "-a //depot/..."]),
    steps: [
      read("working"),
      { table: "db.working", counts: [0, 1, holdMs * 41, 0, 0], pages: holdMs },
      { work: holdMs },
      free,
      { computeEnd: true },
      { send: random.between(800, 9000) },
    ],
  };
  const pid = server.run(begin, who, [scan]);
  const carrier = server.guest();
  server.run(begin + random.between(1200, 5000), carrier, [revert(carrier.workspace)]);
  if (random.next() < 0.6)
    server.run(begin + random.between(5200, 12_000), server.guest(), [
      deleteWorkspace(`old_ws_${random.between(1, 99)}`),
    ]);
  server.lookTwice(begin + Math.floor(holdMs * 0.6));
  return scene.finish(() => wedgeLabel(["long-scan-query"], [pid], lockTruth(server, [pid], begin)));
}

function revert(workspace: string): Errand {
  const tables = [read("domain"), write("have"), read("resolve"), write("working")];
  return { cmd: "user-revert", args: `//${workspace}/...`, steps: [own(workspace), ...tables, { work: 36 }, free] };
}

function deleteWorkspace(workspace: string): Errand {
  const tables = [read("counters"), write("domain"), write("view"), write("have")];
  return { cmd: "user-client", args: `-d -f ${workspace}`, steps: [own(workspace), ...tables, { work: 52 }, free] };
}

/** Jobs of an administrator that check or rebuild tables while people work. */
function storageJob(random: Random, variant: Parameters<IncidentKind["build"]>[1]) {
  const scene = new Scene(random, variant);
  const begin = scene.moment(0.25 + 0.35 * random.next());
  const holdMs = random.between(35_000, 170_000);
  const [cmd, args, steps] = random.pick([
    ["user-dbverify", "-t db.have", [read("have")]],
    ["user-dbverify", "-t db.rev", [read("rev")]],
    ["user-dbstat", "-h db.have", [read("have")]],
    ["user-storage", "-R", [write("storage"), write("rev")]],
  ] as const);
  const job: Errand = {
    cmd,
    args,
    steps: [...steps, { work: Math.floor(holdMs * 0.5) }, { idle: Math.ceil(holdMs * 0.5) }, free],
  };
  const pid = scene.server.run(begin, scene.server.guest({ user: "p4admin", workspace: "admin", ip: "127.0.0.1" }), [
    job,
  ]);
  scene.server.lookTwice(begin + Math.floor(holdMs * 0.6));
  // `storage -R` stands in the taxonomy twice: as a job at peak and as a step of an upgrade.
  const upgrade = cmd === "user-storage" ? ["storage-upgrade-or-background-job"] : [];
  return scene.finish(() =>
    wedgeLabel(["verify-or-storage-job-at-peak", ...upgrade], [pid], lockTruth(scene.server, [pid], begin)),
  );
}

/** The holder is still at it when the evidence is taken: its start line and the captures are all there is of it. */
function inFlight(random: Random, variant: Parameters<IncidentKind["build"]>[1]) {
  const scene = new Scene(random, variant);
  const agoMs = random.between(80, 260) * 1000;
  const begin = scene.untilMs - agoMs;
  const who = scene.server.guest();
  const { errand, cause } = holder(random, who.workspace, 4_000_000);
  const pid = scene.server.run(begin, who, [errand]);
  scene.server.lookTwice(begin + Math.floor(agoMs * (0.5 + 0.3 * random.next())));
  return scene.finish(() => wedgeLabel([cause], [pid], lockTruth(scene.server, [pid], begin)));
}

/** The holder was killed: a start line, victims that waited, and neither completion nor track of who they waited for. */
function vanished(random: Random, variant: Parameters<IncidentKind["build"]>[1]) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(0.25 + 0.35 * random.next());
  const holdMs = random.between(40_000, 170_000);
  const who = server.guest();
  const { errand, cause } = holder(random, who.workspace, 4_000_000);
  const pid = server.run(begin, who, [errand]);
  server.kill(begin + holdMs, (run) => run.plan.pid === pid);
  const foundMs = begin + holdMs + random.between(3000, 50_000);
  const command = { ...who, pid, startMs: begin, cmd: errand.cmd, args: errand.args };
  if (random.next() < 0.5) server.log(foundMs, (log) => log.exitedUnexpectedly(command), pid);
  return scene.finish(() => {
    const truth = lockTruth(server, [pid], begin);
    return wedgeLabel([cause, "db-write-lock-wedge", "db-read-lock-blocks-writers", null], [pid, null], truth);
  });
}

function holder(random: Random, workspace: string, holdMs: number): { errand: Errand; cause: string } {
  const errand = random.pick([
    () => ({ errand: bigPopulate(random, holdMs), cause: "big-integrate-copy-populate" }),
    () => ({ errand: bigIntegrate(random, workspace, holdMs), cause: "big-integrate-copy-populate" }),
    () => ({ errand: obliterate(random, holdMs), cause: "obliterate-on-live-server" }),
    () => ({ errand: longReport(random, holdMs), cause: "long-scan-query" }),
  ]);
  return errand();
}
