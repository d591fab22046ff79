import { stamp } from "../../evidence-writers/server-state.js";
import { oomKill } from "../../evidence-writers/system-log.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { P4LogWriter } from "../../p4log-writer.js";
import { tellSyslog } from "../host-mood.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { nothingWrong, oneIncident } from "../labels.js";
import { bigPopulate } from "../lock-errands.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** The server goes down, or is being taken down (taxonomy 39, 21). */
export const RESTARTS: readonly IncidentKind[] = [
  { id: "server-crash", family: "fault", never: ["log-hole"], build: crash },
  { id: "forced-restart", family: "fault", never: ["log-hole"], build: forcedRestart },
  { id: "server-killed-by-oom", family: "fault", never: ["log-hole", "no-host-evidence"], build: parentKilled },
  { id: "admin-stop-in-progress", family: "fault", never: ["log-hole"], build: stopInProgress },
  { id: "maintenance-restart", family: "no-fault", never: ["log-hole"], build: maintenance },
];

const PARENT = 1811;

/** Everything ends without a word; after a while somebody or something starts the server again. */
function outage(scene: Scene, server: SimulatedServer, downMs: number, upMs: number): void {
  const { random } = scene;
  server.kill(
    downMs,
    () => true,
    (killed) => {
      const open = killed.filter((run) => [...run.uses.values()].length > 0).length;
      const version = (server.host.version ?? "P4D/LINUX26X86_64/2023.2/2535420").replace(/ .*/, ""); // ... (2023/12/19)
      server.log(upMs, (log) => log.lifecycle("starting", upMs, PARENT + random.between(100, 90_000), version));
      if (open > 0 && random.next() < 0.7)
        server.log(upMs + 300, (log) => info(log, `Server restarted while ${open} transaction(s) outstanding.`));
    },
  );
  server.down(downMs, upMs);
  // What is read for the first time comes from the disk.
  server.delay(upMs, upMs + 40_000, (_run, step) => ("work" in step ? random.skewed(20, 1800) : 0));
}

/** A server that is down writes nothing: what the scene scattered into that time was never logged. */
function hush(server: SimulatedServer, downMs: number, upMs: number): void {
  const { pieces } = server.recorder;
  const kept = pieces.filter((piece) => piece.atMs <= downMs || piece.atMs >= upMs);
  pieces.splice(0, pieces.length, ...kept);
}

function info(log: P4LogWriter, text: string): void {
  log.raw(`Perforce server info:\n\t${text}\n\n`);
}

function times(scene: Scene, random: Random) {
  const downMs = scene.moment(random.between(35, 65) / 100);
  return { downMs, upMs: downMs + random.between(25, 240) * 1000 };
}

function systemd(server: SimulatedServer, atMs: number, upMs: number, how: string): void {
  server.syslog(atMs, "systemd[1]", `p4d_1.service: Main process exited, ${how}`);
  server.syslog(atMs, "systemd[1]", "p4d_1.service: Failed with result 'signal'.");
  server.syslog(upMs - 1000, "systemd[1]", "p4d_1.service: Scheduled restart job, restart counter is at 1.");
  server.syslog(upMs, "systemd[1]", "Started p4d_1.service - Helix Server Instance 1.");
}

function crash(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const { downMs, upMs } = times(scene, random);
  outage(scene, server, downMs, upMs);
  server.syslog(
    downMs,
    "kernel",
    `p4d_1[${PARENT}]: segfault at 18 ip 00007f2b1c4a0e31 sp 00007ffd8a1f2c40 error 4 in p4d_1[400000+1c41000]`,
  );
  systemd(server, downMs + 200, upMs, "code=dumped, status=11/SEGV");
  const window = { fromMs: downMs - 5000, toMs: upMs + 5000 };
  return scene.finish(() => {
    hush(server, downMs, upMs);
    return oneIncident("server-restart", ["server-crash-or-forced-restart"], { window });
  });
}

/** Somebody lost patience, or the machine was reset: the log just stops and begins again. */
function forcedRestart(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const { downMs, upMs } = times(scene, random);
  outage(scene, server, downMs, upMs);
  if (random.next() < 0.5) {
    server.syslog(
      downMs - 900,
      "sudo",
      "ops : TTY=pts/2 ; PWD=/p4 ; USER=root ; COMMAND=/usr/bin/systemctl kill -s KILL p4d_1",
    );
    systemd(server, downMs, upMs, "code=killed, status=9/KILL");
  } else {
    server.syslog(
      upMs - 14_000,
      "kernel",
      "Linux version 5.14.0-362.24.1.el9_3.x86_64 (mockbuild@build) (gcc 11.4.1) #1 SMP PREEMPT_DYNAMIC",
    );
    server.syslog(upMs - 13_000, "systemd[1]", "Detected architecture x86-64.");
    server.syslog(upMs, "systemd[1]", "Started p4d_1.service - Helix Server Instance 1.");
  }
  const window = { fromMs: downMs - 5000, toMs: upMs + 5000 };
  return scene.finish(() => {
    hush(server, downMs, upMs);
    return oneIncident("server-restart", ["server-crash-or-forced-restart"], { window });
  });
}

/** The kernel chose the parent: the whole server is gone. */
function parentKilled(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const { downMs, upMs } = times(scene, random);
  outage(scene, server, downMs, upMs);
  tellSyslog(server, oomKill(downMs, PARENT, "p4d_1", 51_300_220, 60_001_440));
  systemd(server, downMs + 400, upMs, "code=killed, status=9/KILL");
  const more = { orCategories: ["server-restart"], window: { fromMs: downMs - 5000, toMs: upMs + 5000 } };
  return scene.finish(() => {
    hush(server, downMs, upMs);
    return oneIncident("oom-kill", ["oom-kill", "server-crash-or-forced-restart"], more, [
      "server-restart",
      "oom-kill",
    ]);
  });
}

/** An admin stops the server while a big command writes: it waits for the writer, everybody waits for it, and it stays down. */
function stopInProgress(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(60, 72) / 100);
  const writer = server.guest();
  if (random.next() < 0.5) server.run(begin - 20_000, writer, [bigPopulate(random, random.between(50_000, 90_000))]);
  const stopMs = begin + random.between(20, 60) * 1000;
  const verb = random.pick(["restart", "stop"]);
  server.run(begin, server.guest({ user: "p4admin" }), [
    { cmd: "user-admin", args: verb, steps: [{ work: 2 }, { idle: stopMs - begin }] },
  ]);
  server.log(begin + 40, (log) =>
    info(log, `Perforce Server quiescing ${stamp(begin + 40)} pid ${PARENT}, ${random.between(3, 60)} thread(s).`),
  );
  const failedMs = begin + 15_060;
  server.log(failedMs, (log) =>
    info(log, `Perforce Server quiesce ${stamp(failedMs)} pid ${PARENT}, failed after 15 seconds.`),
  );
  if (verb === "restart")
    server.log(failedMs + 4, (log) => info(log, "Perforce Server downgrading restart to a shutdown."));
  server.down(begin + 1000, scene.untilMs + 1);
  server.kill(stopMs, () => true);
  server.log(stopMs, (log) => log.lifecycle("shutdown", stopMs, PARENT));
  if (random.next() < 0.5) server.lookTwice(begin + 8000);
  const window = { fromMs: begin, toMs: stopMs };
  return scene.finish(() => {
    hush(server, stopMs, scene.untilMs + 1);
    return oneIncident("server-restart", ["admin-stop-restart-in-progress"], { window }, ["db-wedge", "slow-command"]);
  });
}

/** At night, announced, with the lines that belong to it; it is back within a minute and ends nobody's work. */
function maintenance(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { hour: random.between(1, 4), people: 5, pauseMs: 120_000 });
  const { server } = scene;
  const downMs = scene.moment(random.between(35, 65) / 100);
  const upMs = downMs + random.between(4, 50) * 1000;
  server.down(downMs - 120_000, upMs);
  server.log(downMs - 300, (log) =>
    info(log, `Perforce Server quiescing ${stamp(downMs - 300)} pid ${PARENT}, 0 thread(s).`),
  );
  server.log(downMs, (log) => log.lifecycle("shutdown", downMs, PARENT));
  const version = (server.host.version ?? "").replace(/ .*/, ""); // ... (2023/12/19)
  server.log(upMs, (log) => log.lifecycle("starting", upMs, PARENT + random.between(100, 90_000), version));
  server.syslog(downMs - 600, "systemd[1]", "Stopping p4d_1.service - Helix Server Instance 1...");
  server.syslog(downMs + 100, "systemd[1]", "p4d_1.service: Deactivated successfully.");
  server.syslog(upMs, "systemd[1]", "Started p4d_1.service - Helix Server Instance 1.");
  return scene.finish(() => {
    hush(server, downMs, upMs);
    return nothingWrong;
  });
}
