import { oomKill } from "../../evidence-writers/system-log.js";
import type { Random } from "../../fixture-scenarios/random.js";
import { calmHost, lookAtHost, tellSyslog } from "../host-mood.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { oneIncident } from "../labels.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** Memory and processors run out (taxonomy 36 to 38). */
export const HOST_PRESSURE: readonly IncidentKind[] = [
  { id: "resource-pressure", family: "fault", never: ["old-version", "log-hole"], build: throttled },
  { id: "swapping-host", family: "fault", never: ["no-host-evidence"], build: swapping },
  { id: "stolen-cpu", family: "fault", never: ["no-host-evidence"], build: stolen },
  { id: "oom-kill", family: "fault", never: ["no-host-evidence"], build: oomKilled },
  { id: "memory-hog", family: "fault", never: ["coarse-track", "old-version"], build: memoryHog },
];

/** 2023.1 and later pause new commands while the host is out of memory or processors, and say so. */
function throttled(random: Random, variant: Variant) {
  const scene = new Scene(random, { ...variant, version: random.pick(["2023.2", "2024.1", "2024.2"]) });
  const { server } = scene;
  const begin = scene.moment(random.between(28, 50) / 100);
  const end = begin + random.between(160, 330) * 1000;
  const memory = random.next() < 0.5;
  let paused = 0;
  server.reshape(begin, end, (plan) => {
    if (plan.cmd.startsWith("rmt-") || plan.cmd === "user-monitor" || random.next() < 0.3) return plan;
    paused++;
    return { ...plan, steps: [{ paused: random.skewed(1200, 70_000) }, ...plan.steps] };
  });
  for (let atMs = begin; atMs < end; atMs += random.between(1500, 6000)) {
    const high = random.between(41, 97);
    const rates = memory
      ? `CPU 0%, mem ${high}%, CPU pressure 1, mem pressure 2`
      : `CPU ${high}%, mem 0%, CPU pressure 2, mem pressure 0`;
    server.log(atMs, (log) =>
      log.event(atMs, 1850, `Server under resource pressure.  Pause rate ${rates}`, random.between(1, 999) * 1e6),
    );
    server.world.at(atMs + 40, () => {
      const count = Math.max(1, Math.min(paused, [...server.world.running].filter((run) => run.pausedMs > 0).length));
      server.log(atMs + 40, (log) =>
        log.event(atMs + 40, 1851, `Server now has ${count} paused threads.`, 120_113_442),
      );
    });
  }
  pressureErrors(server, random, begin, end, memory);
  server.lookTwice(begin + 60_000);
  const calm = calmHost(random);
  lookAtHost(server, begin + 61_000, {
    ...calm,
    cpu: memory ? [30, 12, 9, 0] : [88, 9, 0.5, 0],
    runQueue: memory ? 9 : 77,
    freeMb: memory ? 380 : calm.freeMb,
    pressure: memory ? [8, 44, 11] : [82, 0, 1],
    old: false,
  });
  return scene.finish(
    oneIncident("resource-pressure", ["resource-pressure-throttling"], { window: { fromMs: begin, toMs: end } }),
  );
}

function pressureErrors(server: SimulatedServer, random: Random, begin: number, end: number, memory: boolean): void {
  const texts = [
    "Too many commands paused;  terminated.",
    `Server low on resources (${memory ? "memory" : "CPU"}), command terminated.`,
    ...(memory ? ["Not enough OS memory available (past 'sys.pressure.memory.high' threshold)."] : []),
  ];
  for (let atMs = begin + 20_000; atMs < end; atMs += random.between(9000, 50_000)) {
    const pid = server.guestPid(atMs);
    const text = random.pick(texts);
    server.log(
      atMs,
      (log) => log.error(atMs, pid, random.pick(["user-sync", "user-files", "user-fstat"]), [text]),
      pid,
    );
  }
}

/** Everything that computes takes longer by a factor, and the CPU time that is counted does not grow with it. */
function crawl(server: SimulatedServer, random: Random, begin: number, end: number, most: number): void {
  server.delay(begin, end, (_run, step) => {
    if ("work" in step) return random.skewed(500, most);
    return "peek" in step ? random.skewed(600, most) : 0;
  });
}

function swapping(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(30, 50) / 100);
  const end = begin + random.between(160, 330) * 1000;
  crawl(server, random, begin, end, random.between(5000, 14_000));
  server.lookTwice(begin + 90_000);
  const calm = calmHost(random);
  lookAtHost(server, begin + 92_000, {
    ...calm,
    cpu: [11, random.between(30, 60), random.between(8, 22), 0],
    runQueue: random.between(12, 60),
    blocked: random.between(4, 19),
    freeMb: random.between(120, 420),
    swapUsedMb: random.between(5100, 8100),
    swapKbPerS: [random.between(9000, 88_000), random.between(12_000, 120_000)],
    pressure: [12, random.between(38, 88), random.between(10, 30)],
  });
  return scene.finish(
    oneIncident(
      "resource-pressure",
      ["swap-thp-cpu-saturation", "resource-pressure-throttling", "memory-hog"],
      { window: { fromMs: begin, toMs: end } },
      ["db-wedge", "client-lock-contention"],
    ),
  );
}

/** Neighbours on the same machine take the processors away. */
function stolen(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(30, 50) / 100);
  const end = begin + random.between(160, 330) * 1000;
  crawl(server, random, begin, end, random.between(4000, 12_000));
  server.lookTwice(begin + 90_000);
  const steal = random.between(38, 71);
  lookAtHost(server, begin + 92_000, {
    ...calmHost(random),
    cpu: [random.between(18, 26), 3, 0.2, steal],
    runQueue: random.between(28, 90),
    pressure: [random.between(55, 93), 0, 0.6],
  });
  return scene.finish(
    oneIncident(
      "resource-pressure",
      ["swap-thp-cpu-saturation", "resource-pressure-throttling"],
      { window: { fromMs: begin, toMs: end } },
      ["db-wedge", "client-lock-contention"],
    ),
  );
}

/** One command grows until the kernel ends it; in the log it just stops. */
function oomKilled(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(30, 55) / 100);
  const killMs = begin + random.between(60, 240) * 1000;
  const hog = server.guest({ user: random.pick(["report_bot", "migration", "newhire3"]) });
  const [cmd, args] = random.pick([
    ["user-sync", "-f //..."],
    ["user-files", "-a //depot/..."],
    ["user-filelog", "-t //depot/..."],
    ["user-print", "-a -o /dev/null //depot/..."],
  ] as const);
  const heldMs = killMs - begin + 600_000;
  const pid = server.run(begin, hog, [
    { cmd, args, steps: [{ work: 900 }, { peek: "db.rev", heldMs, rows: heldMs * 300 }] },
  ]);
  const totalMb = random.pick([65_536, 131_072]);
  const rssKb = Math.floor(totalMb * 1024 * (random.between(62, 88) / 100));
  server.delay(killMs - 25_000, killMs, (_run, step) => ("work" in step ? random.skewed(50, 800) : 0));
  server.kill(
    killMs,
    (run) => run.plan.pid === pid,
    (killed) => {
      for (const run of killed) {
        const foundMs = killMs + random.between(4000, 50_000);
        server.log(foundMs, (log) => log.exitedUnexpectedly({ ...run.plan, startMs: foundMs }), pid);
      }
    },
  );
  tellSyslog(
    server,
    oomKill(killMs, pid, "p4d_1", rssKb, rssKb + 4_100_000, Number(variant.version.slice(0, 4)) < 2018),
  );
  if (random.next() < 0.5)
    server.syslog(
      killMs + 300,
      "systemd[1]",
      "p4d_1.service: A process of this unit has been killed by the OOM killer.",
    );
  const calm = calmHost(random);
  server.lookTwice(killMs - 30_000);
  lookAtHost(server, killMs - 28_000, {
    ...calm,
    totalMb,
    freeMb: random.between(210, 900),
    swapUsedMb: 8100,
    swapKbPerS: [random.between(200, 9000), random.between(4000, 60_000)],
    pressure: [9, random.between(12, 60), 8],
    processOf: (run) => ({
      ...calm.processOf(run),
      ...(run.plan.pid === pid ? { stat: "R", rssKb, cpuPercent: 99 } : {}),
    }),
  });
  const more = { roots: [pid], window: { fromMs: killMs - 30_000, toMs: killMs + 60_000 } };
  return scene.finish(oneIncident("oom-kill", ["oom-kill", "memory-hog"], more, ["slow-command"]));
}

/** One command takes most of the memory; it is ended by its limit, and others are refused meanwhile. */
function memoryHog(random: Random, variant: Variant) {
  const scene = new Scene(random, { ...variant, version: random.pick(["2023.2", "2024.1"]) });
  const { server } = scene;
  const begin = scene.moment(random.between(28, 50) / 100);
  const heldMs = random.between(110_000, 260_000);
  const end = begin + heldMs;
  const hog = server.guest({ user: random.pick(["audit_rpt", "ml_export", "newhire3"]) });
  const memoryMb = random.between(38_000, 96_000);
  const cmd = random.pick(["user-files", "user-filelog", "user-fstat"]);
  const pid = server.run(begin, hog, [
    {
      cmd,
      args: "//depot/...",
      steps: [
        { work: 1200 },
        { peek: "db.rev", heldMs, rows: heldMs * 210 },
        { memoryMb },
        { computeEnd: true },
        { send: 900 },
      ],
    },
  ]);
  const limited = random.next() < 0.5;
  if (limited) {
    const text = `Too much memory used (over ${memoryMb - 3}); see 'p4 help maxmemory'.`;
    server.log(end, (log) => log.error(end, pid, cmd, [text]), pid);
  }
  for (let atMs = begin + heldMs * 0.5; atMs < end; atMs += random.between(4000, 19_000)) {
    const other = server.guestPid(atMs);
    const at = Math.floor(atMs);
    const text = random.pick(["Request too large for server memory (try later?).", "malloc: Cannot allocate memory"]);
    server.log(at, (log) => log.error(at, other, random.pick(["user-sync", "user-changes"]), [text]), other);
  }
  server.delay(begin + heldMs / 2, end, (_run, step) => ("work" in step ? random.skewed(50, 800) : 0));
  server.lookTwice(begin + Math.floor(heldMs * 0.7));
  const calm = calmHost(random);
  lookAtHost(server, begin + Math.floor(heldMs * 0.72), {
    ...calm,
    totalMb: 131_072,
    freeMb: random.between(300, 1500),
    pressure: [12, random.between(10, 40), 4],
    processOf: (run) => ({
      ...calm.processOf(run),
      ...(run.plan.pid === pid ? { stat: "R", rssKb: memoryMb * 1000, cpuPercent: 98 } : {}),
    }),
  });
  const more = { orCategories: ["resource-pressure"], roots: [pid], window: { fromMs: begin, toMs: end } };
  return scene.finish(oneIncident("oom-kill", ["memory-hog"], more, ["slow-command", "error-burst"]));
}
