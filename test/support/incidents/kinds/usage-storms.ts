import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import { calmHost, lookAtHost } from "../host-mood.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { oneIncident } from "../labels.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** Too many commands, none of them bad: scripts, pollers, retries, a farm that wakes up (taxonomy 7 to 10). */
export const USAGE_STORMS: readonly IncidentKind[] = [
  { id: "polling-storm", family: "fault", never: ["log-hole"], build: pollingStorm },
  { id: "expensive-changes-polling", family: "fault", never: ["coarse-track"], build: changesPolling },
  { id: "maxcommands-storm", family: "fault", never: ["log-hole"], build: maxCommands },
  { id: "retry-amplification", family: "fault", build: retries },
];

/** All cores busy: whatever computes takes a few times as long. Most of what people do holds a table for a blink, still. */
function busyCores(server: SimulatedServer, fromMs: number, toMs: number, factor: number): void {
  server.delay(fromMs, toMs, (_run, step) => ("work" in step ? Math.min(step.work * factor, 900) : 0));
}

function saturatedHost(random: Random) {
  const calm = calmHost(random);
  const user = random.between(74, 91);
  return {
    ...calm,
    cpu: [user, random.between(4, 97 - user), 0.4, 0] as const,
    runQueue: random.between(38, 120),
    pressure: [random.between(40, 85), 0, 1.2] as const,
  };
}

/** A script asks for one file, one key, one spec at a time, in several loops at once. */
function pollingStorm(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(30, 60) / 100);
  const end = begin + random.between(170, 260) * 1000;
  const loops = random.between(4, 7);
  const user = random.pick(["asset_daemon", "svc_metrics", "buildbot", "shotgrid_sync"]);
  const app = random.pick(["P4Python [PY3.9.2/P4PY2022.1/API2022.1/2280177]/v92", "p4/2021.1/LINUX26X86_64/2156517"]);
  const errand = cheapErrand(random);
  for (let index = 0; index < loops; index++) {
    const who = server.guest({ user, workspace: `${user}-${index}`, ip: `10.31.4.${20 + index}`, app });
    server.repeat(
      begin + index * 400,
      end,
      who,
      () => [errand()],
      () => random.between(150, 500),
    );
  }
  busyCores(server, begin, end, random.between(1, 4));
  server.lookTwice(begin + 90_000);
  lookAtHost(server, begin + 92_000, saturatedHost(random));
  return scene.finish(
    oneIncident("connection-storm", ["polling-storm-or-runaway-script"], { window: { fromMs: begin, toMs: end } }, [
      "resource-pressure",
    ]),
  );
}

function cheapErrand(random: Random): () => Errand {
  const form = random.pick(["fstat", "key", "client", "info"] as const);
  const work = () => ({ work: random.between(1, 4) });
  return () => {
    if (form === "key")
      return { cmd: "user-key", args: `pipeline-state-${random.between(1000, 9999)}`, steps: [work()] };
    if (form === "client") return { cmd: "user-client", args: `-o bot_ws_${random.between(1, 400)}`, steps: [work()] };
    if (form === "info") return { cmd: "user-info", args: "-s", steps: [work()] };
    const file = `//depot/main/art/props/prop_${random.between(10_000, 99_999)}.uasset`;
    return { cmd: "user-fstat", args: `-Ol ${file}`, steps: [{ peek: "db.rev", heldMs: 1, rows: 2 }, work()] };
  };
}

/** Every workstation asks once a minute for the newest change below a path, and each answer walks over db.rev. */
function changesPolling(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(25, 50) / 100);
  const end = begin + random.between(320, 520) * 1000;
  const ugs = random.next() < 0.5;
  const app = ugs ? "UnrealGameSync/NTX64/2023.1/2468153/v92" : "jenkins.p4-plugin (p4java)/2022.1.2350281";
  const pollers = random.between(9, 16);
  const path = random.pick(["//depot/main/...", "//depot/main/...@>=801234", "//stream/dev/...@2024/01/01,@now"]);
  for (let index = 0; index < pollers; index++) {
    const user = ugs ? `artist${index}` : "jenkins";
    const who = server.guest({ user, workspace: `${user}-poll${index}`, ip: `10.30.7.${30 + index}`, app });
    const scanMs = () => random.between(9000, 34_000);
    const errand = (): Errand => {
      const heldMs = scanMs();
      return {
        cmd: "user-changes",
        args: `-m1 -s submitted ${path}`,
        steps: [{ peek: "db.rev", heldMs, rows: heldMs * 367 }, { computeEnd: true }, { send: 3 }],
      };
    };
    server.repeat(
      begin + random.between(0, 55_000),
      end,
      who,
      () => [errand()],
      () => random.between(26_000, 48_000),
    );
  }
  busyCores(server, begin + 20_000, end, random.between(2, 5));
  server.lookTwice(begin + 160_000);
  lookAtHost(server, begin + 161_000, saturatedHost(random));
  return scene.finish(
    oneIncident("connection-storm", ["expensive-changes-polling"], { window: { fromMs: begin, toMs: end + 60_000 } }, [
      "resource-pressure",
      "slow-command",
    ]),
  );
}

/** A farm wakes up at once; the server lets no more in than it is configured for. Nobody waits for a lock. */
function maxCommands(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const limit = random.pick([120, 150, 200, 250]);
  const begin = scene.moment(random.between(35, 65) / 100);
  const wanted = limit + random.between(60, 160);
  let last = begin;
  for (let index = 0; index < wanted; index++) {
    const atMs = begin + Math.floor((index / wanted) * random.between(6000, 9000));
    const who = server.guest({
      user: "farm",
      workspace: `farm-node${index}`,
      ip: `10.33.${index >> 7}.${(index % 120) + 10}`,
    });
    const sendMs = random.between(40_000, 130_000);
    last = Math.max(last, atMs + sendMs);
    server.run(atMs, who, [
      {
        cmd: "user-sync",
        args: `//farm-node${index}/main/...`,
        steps: [{ work: 30 }, { computeEnd: true }, { send: sendMs }],
      },
    ]);
  }
  const refusedMs = refuseBeyond(server, limit, begin, last);
  server.lookTwice(begin + 30_000);
  return scene.finish(
    () => {
      const window = { fromMs: begin, toMs: Math.max(begin + 10_000, ...refusedMs) };
      const sideEffects = ["network-stall", "slow-command"];
      return oneIncident("connection-storm", ["connection-storm-maxcommands"], { window }, sideEffects);
    },
    (files) =>
      files.map((file) =>
        typeof file.content === "string"
          ? { ...file, content: file.content.replace("server.maxcommands=2500", `server.maxcommands=${limit}`) }
          : file,
      ),
  );
}

/** When somebody was refused; filled while the world runs. */
function refuseBeyond(server: SimulatedServer, limit: number, fromMs: number, toMs: number): number[] {
  const refusedMs: number[] = [];
  let told = 0;
  server.reshape(fromMs, toMs, (plan) => {
    const nowMs = server.world.nowMs;
    const running = server.world.running.size;
    if (running < limit) {
      if (running - told >= 10)
        server.log(nowMs, (log) =>
          log.event(nowMs, plan.pid, `Server is now using ${running} active threads.`, 411_226_000),
        );
      told = Math.max(told, running - (running % 10));
      return plan;
    }
    const text = `Request refused: this server is configured to run a maximum of ${limit} simultaneous commands.`;
    server.log(nowMs, (log) => log.error(nowMs, plan.pid, plan.cmd, [text]), plan.pid);
    refusedMs.push(nowMs);
    return null;
  });
  return refusedMs;
}

/** Agents give up after a minute and ask again; what they asked first still runs. The server only gets slower. */
function retries(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(25, 45) / 100);
  const end = begin + random.between(300, 420) * 1000;
  const agents = random.between(5, 9);
  const [cmd, args] = random.pick([
    ["user-fstat", "-Ol -Rco //depot/..."],
    ["user-filelog", "-t -s //depot/main/..."],
    ["user-verify", "-q //archive/..."],
    ["user-dirs", "-H //depot/*/*/*/*"],
  ] as const);
  let last = end;
  for (let index = 0; index < agents; index++) {
    const who = server.guest({ user: "ci", workspace: `ci-agent${index}`, ip: `10.34.0.${20 + index}` });
    for (let atMs = begin + random.between(0, 9000); atMs < end; atMs += random.between(59_000, 66_000)) {
      const heldMs = random.between(180_000, 290_000);
      const pid = server.run(atMs, who, [
        {
          cmd,
          args,
          steps: [{ peek: "db.rev", heldMs, rows: heldMs * 190 }, { computeEnd: true }],
        },
      ]);
      const doneMs = atMs + heldMs;
      last = Math.max(last, doneMs);
      const texts = [
        "Client side operation(s) failed.  Command aborted.",
        "Command terminated because client disconnected.",
      ];
      server.log(doneMs, (log) => log.error(doneMs, pid, cmd, texts), pid);
    }
  }
  busyCores(server, begin + 60_000, end, random.between(2, 6));
  server.lookTwice(end - 30_000);
  lookAtHost(server, end - 29_000, saturatedHost(random));
  const window = { fromMs: begin, toMs: Math.min(last, scene.untilMs) };
  return scene.finish(
    oneIncident("connection-storm", ["retry-amplification"], { window }, [
      "resource-pressure",
      "slow-command",
      "network-stall",
    ]),
  );
}
