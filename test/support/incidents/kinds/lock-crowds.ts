import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { Step } from "../../fixture-scenarios/world-shapes.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { free, own, write } from "../lock-errands.js";
import { lockTruth } from "../lock-truth.js";
import { Scene } from "../scene.js";
import { sharesWorkspace } from "../traffic.js";
import { wedgeLabel } from "../wedge-label.js";

/** Where there is no one holder, or only one workspace. */
export const LOCK_CROWDS: readonly IncidentKind[] = [
  { id: "convoy", family: "fault", never: ["coarse-track"], build: convoy },
  { id: "sendq-contention", family: "fault", never: ["coarse-track"], build: sendq },
  { id: "client-contention", family: "fault", build: clientContention },
  { id: "reconcile-storm", family: "fault", build: reconcileStorm },
];

/** Dozens of scripts write one small table, each for a moment, more often than it can bear. */
function convoy(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(0.25 + 0.3 * random.next());
  const until = begin + random.between(90, 240) * 1000;
  const table = random.pick(["nameval", "nameval", "counters", "user", "domain"]);
  const commands: Readonly<Record<string, readonly [string, string]>> = {
    nameval: ["user-key", "farm-state"],
    counters: ["user-counter", "build-number"],
    user: ["user-login", "-s"],
    domain: ["user-client", "-i"],
  };
  const [cmd, args] = commands[table] ?? ["user-key", "x"];
  const count = random.between(22, 44);
  const mean = random.between(200, 520);
  for (let i = 0; i < count; i++) {
    const who = server.guest({
      user: "farm",
      workspace: `farm-agent-${i}`,
      app: "P4Python [PY3.10.4/P4PY2023.2/API2023.2/2513904]/v95",
    });
    const errand = (): Errand => ({
      cmd,
      args: table === "nameval" || table === "counters" ? `${args}-${i} ${random.between(1, 9999)}` : args,
      steps: [
        write(table),
        { work: 4 },
        { idle: random.between(Math.floor(mean * 0.4), Math.floor(mean * 1.6)) },
        free,
      ],
    });
    server.repeat(
      begin + random.between(0, 6000),
      until,
      who,
      () => [errand()],
      () => random.between(800, 5000),
    );
  }
  server.lookTwice(begin + Math.floor((until - begin) * 0.6));
  return scene.finish(() => {
    const truth = lockTruth(server, [], begin);
    return wedgeLabel(["lock-convoy-many-short-holders"], [null], { ...truth, resources: [`db.${table}`] });
  });
}

/** Several parallel syncs at once; a db.sendq of many gigabytes makes each helper hold it for seconds. */
function sendq(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(0.25 + 0.3 * random.next());
  for (let sync = random.between(3, 6); sync > 0; sync--) {
    const who = server.guest({
      user: "jenkins",
      workspace: `jenkins-full-${sync}`,
      app: "p4/2023.2/LINUX26X86_64/2519561",
      role: "build",
    });
    const threads = random.between(4, 8);
    const atMs = begin + random.between(0, 15_000);
    const parent: Errand = {
      cmd: "user-sync",
      args: `--parallel=threads=${threads},batch=8 //${who.workspace}/...`,
      steps: [
        { peek: "db.rev", heldMs: random.between(600, 3000), rows: 300_000 },
        { computeEnd: true },
        write("sendq"),
        { work: random.between(600, 2400) },
        free,
        { idle: 90_000 },
      ],
    };
    const pid = server.run(atMs, who, [parent]);
    for (let thread = 0; thread < threads; thread++) {
      const turn = (): Step[] => [
        write("sendq"),
        { work: 30 },
        { idle: random.between(700, 2600) },
        free,
        { send: random.between(800, 5000) },
      ];
      const turns = Array.from({ length: random.between(3, 7) }, turn).flat();
      server.run(atMs + random.between(2000, 4000), who, [
        { cmd: "user-transmit", args: `-t${pid} -b8 -s524288`, steps: turns },
      ]);
    }
  }
  server.lookTwice(begin + 35_000);
  return scene.finish(() =>
    wedgeLabel(["sendq-parallel-sync-contention"], undefined, {
      ...lockTruth(server, [], begin),
      resources: ["db.sendq"],
    }),
  );
}

/** One workspace, several tools on it: a long command holds it, the others queue. Nobody else notices. */
function clientContention(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const who = server.guest({
    user: random.pick(["kim", "lou", "build"]),
    workspace: `${random.pick(["team", "shared", "kiosk"])}_ws${random.between(1, 9)}`,
  });
  sharesWorkspace(server, who.workspace, who.user, scene.fromMs, scene.untilMs, random.between(4, 7));
  const begin = scene.moment(0.25 + 0.3 * random.next());
  const holdMs = random.between(40_000, 230_000);
  const [cmd, args, steps] = random.pick<readonly [string, string, readonly Step[]]>([
    ["user-revert", `//${who.workspace}/...`, [{ work: 300 }, { send: holdMs }]],
    ["dm-SubmitChange", "", [{ work: 200 }, { receive: holdMs }]],
    ["user-shelve", `-f -c ${random.between(800_000, 900_000)}`, [{ work: 200 }, { receive: holdMs }]],
    [
      "user-unshelve",
      `-s ${random.between(800_000, 900_000)}`,
      [{ work: Math.floor(holdMs * 0.2) }, { send: Math.floor(holdMs * 0.8) }],
    ],
  ]);
  const pid = server.run(begin, who, [{ cmd, args, steps: [own(who.workspace), ...steps] }]);
  server.lookTwice(begin + Math.floor(holdMs * 0.6));
  return scene.finish(() => clientLabel(["client-workspace-lock-contention"], pid, server, who.workspace, begin));
}

/** Tools of one workspace call reconcile again and again behind one that looks at everything. */
function reconcileStorm(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const who = server.guest({
    user: "fred",
    workspace: `fred_unreal${random.between(1, 9)}`,
    app: "UnrealEngine/NTX64/2023.1/2468153/v92",
  });
  const begin = scene.moment(0.2 + 0.3 * random.next());
  const holdMs = random.between(80_000, 260_000);
  const reconcile = (args: string, ms: number): Errand => ({
    cmd: "user-reconcile",
    args,
    steps: [
      own(who.workspace),
      { peek: "db.have", heldMs: Math.ceil(ms * 0.02), rows: ms * 3 },
      { computeEnd: true },
      { receive: Math.floor(ms * 0.93) },
      { work: Math.ceil(ms * 0.05) },
    ],
  });
  const pid = server.run(begin, who, [reconcile(`-f -m -c default //${who.workspace}/Content/...`, holdMs)]);
  for (let i = random.between(9, 30); i > 0; i--) {
    const file = `//${who.workspace}/Content/__ExternalActors__/A${random.between(1, 900)}.uasset`;
    server.run(begin + random.between(1500, holdMs - 5000), who, [
      reconcile(`-f -m -c default ${file}`, random.between(60, 900)),
    ]);
  }
  server.lookTwice(begin + Math.floor(holdMs * 0.7));
  return scene.finish(() => clientLabel(["reconcile-storm"], pid, server, who.workspace, begin));
}

function clientLabel(
  causes: readonly string[],
  pid: number,
  server: Scene["server"],
  workspace: string,
  begin: number,
) {
  const truth = { ...lockTruth(server, [pid], begin), resources: [workspace, `clients/${workspace}`] };
  return wedgeLabel(causes, [pid], truth, "client-lock-contention");
}
