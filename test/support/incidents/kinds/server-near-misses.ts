import {
  checkpointLogText,
  infoText,
  licenseText,
  lockstatText,
  realtimeText,
} from "../../evidence-writers/server-state.js";
import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { Step } from "../../fixture-scenarios/world-shapes.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { nothingWrong } from "../labels.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** A stretch of everyday life; `add` puts the one thing into it. */
function everydayWith(add: (scene: Scene, server: SimulatedServer, random: Random) => void): IncidentKind["build"] {
  return (random: Random, variant: Variant) => {
    const scene = new Scene(random, variant);
    add(scene, scene.server, random);
    return scene.finish(nothingWrong);
  };
}

function licenseWarning(random: Random, variant: Variant) {
  const scene = new Scene(random, { ...variant, serverFacts: false, hostEvidence: true });
  const { host } = scene.server;
  const endMs = scene.untilMs + random.between(55, 80) * 86_400_000;
  const date = new Date(endMs).toISOString().slice(0, 10).replaceAll("-", "/");
  const facts = {
    ...{ port: host.port, root: host.root, nowMs: scene.untilMs, zone: "+0000 UTC", uptimeMs: 2.9e9 },
    ...{
      version: host.version ?? "P4D/LINUX26X86_64/2023.2/2535420",
      serverId: host.serverId,
      services: host.services,
    },
    license: `Invented Games 500 users (expires ${date}) (support ends ${date})`,
  };
  scene.server.systemFile(scene.untilMs - 3000, "info", "p4 info", infoText(facts), "captures");
  const remainingS = Math.floor((endMs - scene.untilMs) / 1000);
  const usage = licenseText(random.between(300, 490), 500, String(Math.floor(endMs / 1000)), remainingS);
  scene.server.systemFile(scene.untilMs - 3000, "license", "p4 license -u", usage, "captures");
  return scene.finish(nothingWrong);
}

const login = (slow: readonly Step[]): Errand[] => [
  { cmd: "user-login", args: "", steps: [{ work: 2 }] },
  { cmd: "dm-login", args: "", steps: [{ receive: 3100 }, ...slow, { work: 3 }] },
];

const failedLogin = everydayWith((scene, server, random) => {
  for (let count = random.between(1, 3); count > 0; count--) {
    const atMs = scene.moment(random.between(10, 90) / 100);
    const pid = server.run(atMs, server.guest(random.pick(server.people)), login([{ idle: 200 }]));
    const text = random.pick([
      "Password invalid.",
      "Authentication as uid=gus,ou=people,dc=corp,dc=example failed. Reason: Invalid credentials",
    ]);
    server.log(atMs + 3400, (log) => log.error(atMs + 3400, pid, "dm-login", [text]), pid);
  }
});

/** The directory answered one login late; the ones around it took a blink. */
const slowLogin = everydayWith((scene, server, random) => {
  const strange = scene.moment(random.between(30, 70) / 100);
  for (let atMs = scene.fromMs + 9000; atMs < scene.untilMs; atMs += random.between(20_000, 90_000)) {
    server.run(atMs, server.guest(random.pick(server.people)), login([{ idle: random.between(20, 400) }]));
  }
  server.run(strange, server.guest(random.pick(server.people)), login([{ idle: random.between(4000, 12_000) }]));
});

/** Refusing is its job: submits without a ticket number, files that are too big. */
const policyTrigger = everydayWith((scene, server, random) => {
  for (let count = random.between(2, 5); count > 0; count--) {
    const atMs = scene.moment(random.between(5, 95) / 100);
    const who = server.guest(random.pick(server.people));
    const ms = random.between(30, 300);
    const pid = server.run(atMs, who, [
      {
        cmd: "dm-CommitSubmit",
        args: "",
        steps: [
          { lock: `clients/${who.workspace}`, mode: "W" },
          { trigger: "policy.ticket", ms },
        ],
      },
    ]);
    const words = [
      `Submit validation failed -- fix problems then use 'p4 submit -c ${818_000 + count}'.`,
      "'policy.ticket' validation failed: The description must name a ticket, e.g. ABC-123.",
    ];
    server.log(atMs + ms, (log) => log.error(atMs + ms, pid, "dm-CommitSubmit", words), pid);
  }
});

/** A single submit found its trigger slow; before and after it was quick. */
const slowTrigger = everydayWith((scene, server, random) => {
  const atMs = scene.moment(random.between(20, 80) / 100);
  const who = server.guest(random.pick(server.people));
  const ms = random.between(3000, 8000);
  server.run(atMs, who, [
    {
      cmd: "dm-CommitSubmit",
      args: "",
      steps: [{ lock: `clients/${who.workspace}`, mode: "W" }, { trigger: "swarm.change-content", ms }, { work: 20 }],
    },
  ]);
});

/** Replicas ask for journal and wait until there is some; that takes as long as it takes. */
const longPolls = everydayWith((scene, server, random) => {
  for (let index = random.between(2, 4); index > 0; index--) {
    const app = "p4d/2023.2/LINUX26X86_64/2535420";
    const svc = server.guest({ user: `svc_edge_${index}`, workspace: "unknown", ip: `10.50.0.${index}`, app });
    const poll = (): Errand => ({
      cmd: "rmt-Journal",
      args: "",
      steps: [{ idle: random.between(30_000, 600_000) }, { work: 1 }],
    });
    server.repeat(
      scene.fromMs + 2000,
      scene.untilMs,
      svc,
      () => [poll()],
      () => 30,
    );
  }
});

/** Somebody closed a notebook. */
const brokenConnection = everydayWith((scene, server, random) => {
  const atMs = scene.moment(random.between(15, 85) / 100);
  const who = random.pick(server.people);
  const pid = server.guestPid(atMs);
  const words = [`Connection from ${who.ip} broken.`, "read: socket: Connection reset by peer", "TCP receive failed."];
  server.log(atMs, (log) => log.error(atMs, pid, "user-sync", words), pid);
  const idle = { ...who, pid, startMs: atMs + 21_000, cmd: "IDLE" };
  server.log(atMs + 21_000, (log) => log.exitedUnexpectedly(idle), pid);
});

/** Build machines ask all day for something cheap; as often at the end as at the beginning. */
const busyCi = everydayWith((scene, server, random) => {
  const app = "jenkins.p4-plugin (p4java)/2022.1.2350281";
  for (let index = random.between(3, 5); index > 0; index--) {
    const who = server.guest({ user: "jenkins", workspace: `jenkins-poll${index}`, app, role: "build" });
    const errand = (): Errand => ({
      cmd: random.pick(["user-changes", "user-counter", "user-info"]),
      args: random.pick(["-m1 -s submitted //depot/tools/build/...", "change", "-s"]),
      steps: [{ work: random.between(1, 6) }, { computeEnd: true }],
    });
    server.repeat(
      scene.fromMs + 500,
      scene.untilMs,
      who,
      () => [errand()],
      () => random.between(900, 2600),
    );
  }
});

/** P4V left open over night on a hundred desks. */
function idleSessions(random: Random, variant: Variant) {
  const scene = new Scene(random, { ...variant, captures: variant.captures === "none" ? "monitor" : variant.captures });
  const { server } = scene;
  for (let count = random.between(60, 240); count > 0; count--) {
    const { user, workspace, ip, app } = random.pick(server.people);
    const elapsedMs = random.between(60, 400_000) * 1000;
    const pid = 900_001 + count * 2;
    server.standingRows.push({ pid, state: "I", user, workspace, ip, app, elapsedMs, cmd: "IDLE", args: "none" });
  }
  server.lookTwice(scene.moment(random.between(30, 90) / 100));
  return scene.finish(nothingWrong);
}

/** One file somebody purged on purpose, asked for once. */
const missingFile = everydayWith((scene, server, random) => {
  const atMs = scene.moment(random.between(15, 85) / 100);
  const pid = server.run(atMs, server.guest(random.pick(server.people)), [
    { cmd: "user-print", args: "//depot/old/build.zip#3", steps: [{ work: 3 }] },
  ]);
  const text = "//depot/old/build.zip#3 - purged, no such revision.";
  server.log(atMs + 3, (log) => log.error(atMs + 3, pid, "user-print", [text]), pid);
});

/** The nightly checkpoint works on a copy; its log lies beside the captures, and nobody noticed it. */
const offlineCheckpoint = everydayWith((scene, server, random) => {
  const fromMs = scene.moment(0.2);
  const text = checkpointLogText(
    fromMs,
    fromMs + random.between(120_000, 500_000),
    random.between(800, 4000),
    "offline",
  );
  const atMs = scene.moment(0.85);
  server.lookTwice(atMs);
  server.systemFile(atMs, "checkpoint.log", "tail -c 65536 /p4/1/logs/checkpoint.log", text);
  server.systemFile(atMs, "lockstat", "p4 lockstat", lockstatText([]), "captures");
  const counters = [
    ["rtv.db.lockwait", 0, random.between(2, 40)],
    ["rtv.db.ckp.active", 0, null],
    ["rtv.db.io.records", 126_389_592_854, null],
    ["rtv.svr.sessions.active", random.between(4, 60), random.between(90, 400)],
  ] as const;
  server.systemFile(atMs, "realtime", "p4d --show-realtime", realtimeText(counters), "captures");
});

/** A healthy server with one thing in it that resembles a fault. */
export const SERVER_NEAR_MISSES: readonly IncidentKind[] = [
  { id: "license-ends-in-two-months", family: "no-fault", build: licenseWarning },
  { id: "failed-login", family: "no-fault", build: failedLogin },
  { id: "one-slow-login", family: "no-fault", build: slowLogin },
  { id: "policy-trigger-refuses", family: "no-fault", build: policyTrigger },
  { id: "one-slow-trigger", family: "no-fault", build: slowTrigger },
  { id: "journal-long-polls", family: "no-fault", build: longPolls },
  { id: "one-broken-connection", family: "no-fault", build: brokenConnection },
  { id: "busy-ci", family: "no-fault", build: busyCi },
  { id: "idle-sessions", family: "no-fault", build: idleSessions },
  { id: "offline-checkpoint", family: "no-fault", build: offlineCheckpoint },
  { id: "missing-file-of-one-user", family: "no-fault", build: missingFile },
];
