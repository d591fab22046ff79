import { hungTask, ioErrors, nvmeTimeouts } from "../../evidence-writers/system-log.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { Run } from "../../fixture-scenarios/world-shapes.js";
import { calmHost, type HostMood, lookAtHost, tellSyslog } from "../host-mood.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { oneIncident } from "../labels.js";
import { free, write } from "../lock-errands.js";
import { lockTruth } from "../lock-truth.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** The disk does not answer (taxonomy 33, 34). Some commands then hold their locks longer, which is its effect, not its cause. */
export const STORAGE_STALLS: readonly IncidentKind[] = [
  { id: "storage-stall", family: "fault", never: ["no-host-evidence"], build: everythingSlow },
  { id: "storage-stall-in-holder", family: "fault", never: ["no-host-evidence", "skewed-clock"], build: holderInIo },
  { id: "storage-stall-unseen", family: "fault", build: unseen },
  { id: "log-volume-stall", family: "fault", never: ["no-host-evidence", "log-hole"], build: logVolume },
  { id: "log-volume-stall-unseen", family: "fault", never: ["log-hole"], build: logVolumeUnseen },
];

/** A disk that answers late: I/O waits, processes in D. */
function illHost(random: Random, device: number, inIo: (run: Run) => boolean): HostMood {
  const calm = calmHost(random);
  const waitMs = random.between(180, 2600);
  const disks = calm.disks.map((disk, index) =>
    index === device
      ? {
          ...disk,
          readAwaitMs: waitMs,
          writeAwaitMs: waitMs * 1.4,
          queue: random.between(30, 220),
          utilPercent: random.between(9750, 10_000) / 100,
          readsPerS: random.between(3, 40),
          writesPerS: random.between(4, 60),
        }
      : disk,
  );
  return {
    ...calm,
    cpu: [random.between(2, 6), 2, random.between(35, 78), 0],
    runQueue: random.between(0, 3),
    blocked: random.between(9, 60),
    disks,
    pressure: [0.4, 0, random.between(45, 96)],
    processOf: (run) =>
      inIo(run)
        ? { stat: "D", wchan: "folio_wait_bit_common", cpuPercent: 0, rssKb: 22_108 }
        : { stat: "S", wchan: "locks_lock_inode_wait", cpuPercent: 0, rssKb: 11_512 },
  };
}

/** Every step that touches a table waits for the disk; nobody in particular is to blame. */
function slowDisk(server: SimulatedServer, fromMs: number, toMs: number, random: Random, mostMs: number): void {
  server.delay(fromMs, toMs, (_run, step) => {
    if ("work" in step) return random.skewed(700, mostMs);
    return "peek" in step ? random.skewed(900, mostMs) : 0;
  });
}

function kernelWords(server: SimulatedServer, random: Random, begin: number, end: number): void {
  const device = random.pick(["sdb", "dm-3", "nvme0n1"]);
  if (device === "nvme0n1") tellSyslog(server, nvmeTimeouts(begin - 1000, "nvme0", random.between(2, 4)));
  else
    tellSyslog(
      server,
      ioErrors(begin + random.between(0, 9000), device, random.between(3, 14), random.pick(["xfs", "ext4"])),
    );
  const stuck = [...server.people].slice(0, random.between(1, 4));
  stuck.forEach((_who, index) => {
    const atMs = begin + 123_000 + index * 900;
    if (atMs < end) tellSyslog(server, hungTask(atMs, server.guestPid(begin + 1000), "p4d_1"));
  });
}

function everythingSlow(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(30, 55) / 100);
  const end = begin + random.between(130, 300) * 1000;
  slowDisk(server, begin, end, random, random.between(7000, 24_000));
  kernelWords(server, random, begin, end);
  const lookMs = begin + random.between(70, 110) * 1000;
  server.lookTwice(lookMs);
  lookAtHost(
    server,
    lookMs + 2000,
    illHost(random, 0, (run) => run.waitingFor === null),
  );
  return scene.finish(
    oneIncident("storage-stall", ["storage-io-stall"], { window: { fromMs: begin, toMs: end } }, [
      "db-wedge",
      "client-lock-contention",
    ]),
  );
}

/** One commit sits in a disk wait while it holds the tables: what looks like a wedge is a disk. */
function holderInIo(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(30, 55) / 100);
  const holdMs = random.between(128_000, 230_000);
  const who = server.guest();
  const tables = ["integed", "revdx", "revhx", "rev"].map(write);
  const pid = server.run(begin, who, [
    {
      cmd: "dm-CommitSubmit",
      args: "",
      steps: [
        { lock: `clients/${who.workspace}`, mode: "W" },
        { lock: "meta/commit", mode: "W" },
        ...tables,
        { table: "db.rev", counts: [12, 12, 12, 12, 0], pages: 40 },
        { work: random.between(30, 160) },
        { idle: holdMs },
        free,
        { unlock: "meta/commit" },
        { computeEnd: true },
      ],
    },
  ]);
  tellSyslog(server, hungTask(begin + 123_000, pid, "p4d_1"));
  if (random.next() < 0.6) tellSyslog(server, ioErrors(begin + 4000, "sdb", random.between(2, 8), "xfs"));
  const lookMs = begin + random.between(80, 120) * 1000;
  server.lookTwice(lookMs);
  lookAtHost(
    server,
    lookMs + 2000,
    illHost(random, 0, (run) => run.plan.pid === pid),
  );
  return scene.finish(() => {
    const { window } = lockTruth(server, [pid], begin);
    return oneIncident("storage-stall", ["storage-io-stall"], { roots: [pid, null], window }, ["db-wedge"]);
  });
}

/** The same slow disk, but nobody saved anything of the host: server-wide, no holder, reason unknown. */
function unseen(random: Random, variant: Variant) {
  const scene = new Scene(random, { ...variant, hostEvidence: false });
  const { server } = scene;
  const begin = scene.moment(random.between(30, 55) / 100);
  const end = begin + random.between(130, 300) * 1000;
  slowDisk(server, begin, end, random, random.between(7000, 24_000));
  server.lookTwice(begin + 80_000);
  const more = { orCategories: ["unknown", "db-wedge", "slow-command"], window: { fromMs: begin, toMs: end } };
  const causes = [null, "storage-io-stall", "lock-convoy-many-short-holders"];
  return scene.finish(
    oneIncident("storage-stall", causes, more, ["db-wedge", "client-lock-contention", "slow-command"]),
  );
}

interface Silence {
  readonly fromMs: number;
  readonly thawMs: number;
}

/** The log can't be written for a while: nothing is logged, then everything at once. */
function silences(scene: Scene, server: SimulatedServer, random: Random, begin: number): Silence[] {
  const all: Silence[] = [];
  let fromMs = begin;
  for (let count = random.between(3, 5); count > 0 && fromMs < scene.untilMs - 120_000; count--) {
    const thawMs = fromMs + random.between(24_000, 70_000);
    server.down(fromMs, thawMs);
    server.delay(fromMs, thawMs, () => Math.max(0, thawMs - server.world.nowMs) + random.between(0, 900));
    all.push({ fromMs, thawMs });
    fromMs = thawMs + random.between(15_000, 60_000);
  }
  return all;
}

/** What was to be logged in a silence stands behind it, in the order in which it came and with the time it had. */
function writeLate(server: SimulatedServer, stretches: readonly Silence[]): void {
  const { pieces } = server.recorder;
  pieces.forEach((piece, index) => {
    const silence = stretches.find(({ fromMs, thawMs }) => piece.atMs > fromMs && piece.atMs < thawMs);
    if (silence !== undefined) pieces[index] = { ...piece, atMs: silence.thawMs };
  });
}

function logVolume(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { people: random.between(34, 50), pauseMs: 22_000 });
  const { server } = scene;
  const begin = scene.moment(random.between(30, 45) / 100);
  const stretches = silences(scene, server, random, begin);
  const end = stretches.at(-1)?.thawMs ?? begin;
  const lookMs = begin + 14_000;
  server.lookTwice(lookMs);
  lookAtHost(
    server,
    lookMs + 1000,
    illHost(random, 1, () => true),
  );
  if (random.next() < 0.6) tellSyslog(server, hungTask(begin + 18_000, server.guestPid(begin), "jbd2/nvme1n1-8"));
  const causes = ["log-or-journal-volume-stall", "storage-io-stall"];
  return scene.finish(() => {
    writeLate(server, stretches);
    return oneIncident("storage-stall", causes, { window: { fromMs: begin, toMs: end } }, ["db-wedge"]);
  });
}

function logVolumeUnseen(random: Random, variant: Variant) {
  const scene = new Scene(
    random,
    { ...variant, hostEvidence: false },
    { people: random.between(34, 50), pauseMs: 22_000 },
  );
  const { server } = scene;
  const begin = scene.moment(random.between(30, 45) / 100);
  const stretches = silences(scene, server, random, begin);
  const end = stretches.at(-1)?.thawMs ?? begin;
  const causes = ["log-or-journal-volume-stall", "storage-io-stall", null];
  const more = { orCategories: ["unknown"], window: { fromMs: begin, toMs: end } };
  return scene.finish(() => {
    writeLate(server, stretches);
    return oneIncident("storage-stall", causes, more, ["db-wedge", "slow-command"]);
  });
}
