import type { Random } from "../../fixture-scenarios/random.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { nothingWrong, oneIncident } from "../labels.js";
import { Scene } from "../scene.js";

/** Many people get errors while the server itself is quick (taxonomy 13, 24, and what no row describes). */
export const ERROR_BURSTS: readonly IncidentKind[] = [
  { id: "limits-hit-by-many", family: "fault", never: ["log-hole"], build: limits },
  { id: "mass-open-exclusive", family: "fault", never: ["log-hole"], build: massOpen },
  { id: "new-error-signature", family: "fault", never: ["log-hole"], build: newSignature },
  { id: "few-limits-hit", family: "no-fault", build: fewLimits },
];

const LIMITS = [
  "Request too large (over 1500); see 'p4 help maxresults'.",
  "Too many rows scanned (over 10000); see 'p4 help maxscanrows'.",
  "Operation took too long (over 1 seconds); see 'p4 help maxlocktime'.",
];

/** Somebody set a group's limit far too low: half of the company's commands end in it. */
function limits(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { pauseMs: random.between(16, 24) * 1000 });
  const { server } = scene;
  const begin = scene.moment(random.between(35, 60) / 100);
  const text = random.pick(LIMITS);
  const hit = new Set([
    "user-sync",
    "user-files",
    "user-fstat",
    "user-changes",
    "user-filelog",
    "user-opened",
    "user-have",
  ]);
  server.reshape(begin, scene.untilMs + 1, (plan) => {
    if (!hit.has(plan.cmd) || random.next() < 0.2) return plan;
    const atMs = server.world.nowMs + random.between(2, 90);
    server.log(atMs, (log) => log.error(atMs, plan.pid, plan.cmd, [text]), plan.pid);
    return { ...plan, steps: [{ work: 2 }] };
  });
  const window = { fromMs: begin, toMs: scene.untilMs };
  return scene.finish(oneIncident("error-burst", ["limit-hit", "limits-absent-or-overridden"], { window }));
}

/** One command opened everything with the type that only one may open: everybody else is refused. */
function massOpen(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { pauseMs: random.between(14, 20) * 1000 });
  const { server } = scene;
  const begin = scene.moment(random.between(30, 50) / 100);
  const files = random.between(60_000, 410_000);
  const who = server.guest({ user: random.pick(["newhire3", "intern1", "batch_tool"]) });
  const pid = server.run(begin, who, [
    {
      cmd: "user-edit",
      args: `//${who.workspace}/...`,
      steps: [
        { lock: `clients/${who.workspace}`, mode: "W" },
        { table: "db.working", counts: [files, files, files, files, 0], pages: Math.floor(files / 30) },
        { table: "db.locks", counts: [0, 1, files, files, 0], pages: Math.floor(files / 60) },
        { work: random.between(2500, 7000) },
        { computeEnd: true },
        { send: random.between(4000, 15_000) },
      ],
    },
  ]);
  server.reshape(begin + 8000, scene.untilMs + 1, (plan) => {
    if (plan.cmd !== "user-edit" || plan.pid === pid) return plan;
    const atMs = server.world.nowMs + 3;
    const file = `//depot/main/art/hero_${random.between(1, 900)}.uasset`;
    const words = [
      `${file} - can't edit exclusive file already opened`,
      `${file} - also opened by ${who.user}@${who.workspace}`,
    ];
    server.log(atMs, (log) => log.error(atMs, plan.pid, plan.cmd, words), plan.pid);
    return plan;
  });
  server.lookTwice(begin + 60_000);
  const more = { roots: [pid, null], window: { fromMs: begin, toMs: scene.untilMs } };
  return scene.finish(oneIncident("error-burst", ["mass-open-or-exclusive-lock"], more, ["slow-command"]));
}

/** A new tool release, and an error nobody saw before comes twenty times a minute. No row of the taxonomy names it. */
function newSignature(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(35, 60) / 100);
  const end = Math.min(scene.untilMs, begin + random.between(240, 520) * 1000);
  const [cmd, text] = random.pick([
    ["user-sync", "RpcTransport: partial message read"],
    ["user-changes", "Invalid changelist/client/label/date '@{BUILD_CL}'."],
    ["user-client", "Error in client specification. Null directory (//) not allowed in '//depot//main/...'."],
    ["user-fstat", "Protocol version 99 not supported by this server; upgrade the server."],
  ] as const);
  for (let atMs = begin; atMs < end; atMs += random.between(1200, 4500)) {
    const who = server.guest({ ...random.pick(server.people), app: "StudioTool/NTX64/2024.9/991/v97" });
    const pid = server.run(atMs, who, [{ cmd, args: "//depot/main/...", steps: [{ work: 2 }] }]);
    server.log(atMs + 2, (log) => log.error(atMs + 2, pid, cmd, [text]), pid);
  }
  return scene.finish(
    oneIncident("error-burst", [null], { window: { fromMs: begin, toMs: end } }, ["connection-storm"]),
  );
}

/** Limits do their work: three people asked for too much and were told. */
function fewLimits(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  for (let count = random.between(2, 4); count > 0; count--) {
    const atMs = scene.moment(random.between(10, 90) / 100);
    const pid = server.run(atMs, server.guest(), [{ cmd: "user-files", args: "//...", steps: [{ work: 900 }] }]);
    const text = random.pick(LIMITS);
    server.log(atMs + 900, (log) => log.error(atMs + 900, pid, "user-files", [text]), pid);
  }
  return scene.finish(nothingWrong);
}
