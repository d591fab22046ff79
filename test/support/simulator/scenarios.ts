import type { Process, Step } from "./engine.js";
import * as programs from "./programs.js";
import { Random } from "./random.js";
import { World } from "./world.js";

export const SCENARIOS = [
  "chain",
  "fan",
  "diamond",
  "roots-apart",
  "roots-together",
  "circle",
  "killed",
  "in-flight",
  "outside",
  "pid-reuse",
  "one-workspace",
  "named-lock",
  "staircase",
  "convoy",
  "quiet",
  "busy",
  "late-sender",
  "many-tables",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** Builds and runs one graph. The scenario says what is planted; what really blocked whom is measured in truth.ts. */
export function simulate(scenario: Scenario, seed: number): World {
  const draw = new Random(seed ^ 0x5eed);
  const world = new World(seed * 7919 + SCENARIOS.indexOf(scenario), draw.chance(0.3) ? "fair" : "linux");
  world.trackLevel = draw.chance(0.25) ? 3 : 1;
  world.pathsReadable = draw.chance(0.85);
  world.endMs = 400_000;
  BUILDERS[scenario](world);
  world.engine.run(world.endMs);
  return world;
}

const REV_TABLES = ["db.revdx", "db.revhx"];
const WRITE_SETS: readonly (readonly string[])[] = [
  ["db.integed", "db.revdx", "db.revhx", "db.rev"],
  ["db.have"],
  ["db.domain", "db.view"],
  ["db.have", "db.label", "db.integed", "db.revdx", "db.revhx", "db.rev", "db.locks", "db.working"],
];
const WRITERS = ["user-obliterate", "user-populate", "user-integrate", "user-unload", "user-client"];
const READERS = ["user-files", "user-fstat", "user-verify", "user-integrated", "user-sizes"];

function holdMs(world: World): number {
  return world.random.skewed(8000, 150_000);
}

/** Plants one long holder and starts enough traffic around it to hit it. Returns it. */
function plant(
  world: World,
  atMs: number,
  ownMs: number,
  kind?: "R" | "W",
  more: { pid?: number; killMs?: number } = {},
): Process {
  const { random } = world;
  const reads = kind === undefined ? random.chance(0.5) : kind === "R";
  const who = world.loner();
  const program = reads
    ? programs.bigReader(
        random,
        random.pick(READERS),
        random.chance(0.7) ? REV_TABLES : ["db.domain", ...REV_TABLES],
        ownMs,
        random.skewed(5, 20_000),
      )
    : programs.bigWriter(random, random.pick(WRITERS), random.pick(WRITE_SETS), ownMs);
  capture(world, atMs, ownMs);
  const planted = world.start(atMs, program, { ...who, ...more });
  world.planted.push(planted);
  return planted;
}

function capture(world: World, atMs: number, ownMs: number): void {
  if (world.captureTimes.length > 0) return;
  const first = atMs + ownMs * world.random.between(0.5, 0.8);
  const gap = Math.min(10_000, ownMs * 0.15);
  world.captureTimes = [first, first + gap];
  world.captureSkewMs = world.random.between(0, 150);
}

function traffic(world: World, low = 0.4, high = 2.5): void {
  world.traffic(0, world.endMs * 0.85, world.random.skewed(low, high));
}

function inTurn(world: World, object: string): Step[] {
  return programs.hold([{ object, mode: "W" }], world.random.between(20, 250));
}

const BUILDERS: Record<Scenario, (world: World) => void> = {
  chain(world) {
    const { random } = world;
    traffic(world, 0.1, 0.6);
    const at = random.between(40_000, 120_000);
    const ownMs = holdMs(world);
    plant(world, at, ownMs, "R");
    // Each link holds an earlier table while it waits for the one the link before holds.
    const links = [
      ["db.have", "db.revdx"],
      ["db.domain", "db.have"],
      ["db.counters", "db.domain"],
    ];
    links.slice(0, random.int(1, 3)).forEach((tables, depth) => {
      const steps = programs.hold(programs.set({ W: tables }), random.between(5, 200));
      world.start(
        at + (depth + 1) * random.between(500, ownMs / 6),
        { cmd: "user-job", args: "-i", steps },
        world.loner(),
      );
    });
  },
  fan(world) {
    traffic(world);
    plant(world, world.random.between(40_000, 120_000), holdMs(world));
  },
  diamond(world) {
    const { random } = world;
    traffic(world, 0.1, 0.5);
    const at = random.between(40_000, 120_000);
    const ownMs = holdMs(world);
    plant(world, at, ownMs, "R");
    const carrier = (table: string, delay: number) =>
      world.start(
        at + delay,
        {
          cmd: "user-job",
          args: "-i",
          steps: programs.hold(programs.set({ W: [table, "db.revdx"] }), random.between(10, 300)),
        },
        world.loner(),
      );
    carrier("db.domain", random.between(300, 2000));
    carrier("db.have", random.between(300, 4000));
    for (let i = random.int(1, 4); i > 0; i--) {
      const steps = [
        ...programs.hold(programs.set({ W: ["db.domain"] }), 10),
        ...programs.hold(programs.set({ W: ["db.have"] }), 10),
      ];
      world.start(
        at + random.between(5000, 5000 + ownMs / 2),
        { cmd: "user-unload", args: "-c x", steps },
        world.loner(),
      );
    }
  },
  "roots-apart"(world) {
    const { random } = world;
    traffic(world);
    let at = random.between(20_000, 50_000);
    for (let i = random.int(2, 3); i > 0; i--) {
      const ownMs = random.skewed(6000, 50_000);
      plant(world, at, ownMs);
      at += ownMs + random.between(15_000, 60_000);
    }
  },
  "roots-together"(world) {
    const { random } = world;
    traffic(world);
    const at = random.between(40_000, 100_000);
    const ownMs = random.skewed(15_000, 100_000);
    plant(world, at, ownMs, "R");
    plant(world, at + random.between(0, 5000), ownMs * random.between(0.8, 1.4), "R");
  },
  circle(world) {
    const { random } = world;
    traffic(world, 0.8, 2.5);
    plant(world, random.between(40_000, 120_000), holdMs(world), "W");
    world.captureSkewMs = random.between(600, 1500);
    // Pairs that take two locks in turns: each waits for the other, never at the same moment. A snapshot that reads the
    // two files a second apart shows a circle.
    for (const at of world.captureTimes) {
      for (let pair = 0; pair < 24; pair++) {
        for (const late of [0, 60]) {
          const steps = [0, 1, 2, 3].flatMap(() =>
            [`change/1${pair}`, `label/turn${pair}`].flatMap((object) => inTurn(world, object)),
          );
          world.start(at + late, { cmd: "user-change", args: "-i", steps }, world.loner());
        }
      }
    }
  },
  killed(world) {
    const { random } = world;
    traffic(world);
    world.bystanders(60_000, random.int(0, 3));
    const at = random.between(60_000, 120_000);
    const ownMs = holdMs(world);
    plant(world, at, ownMs * 3, undefined, { killMs: at + ownMs });
    world.captureTimes = [];
    capture(world, at, ownMs);
  },
  "in-flight"(world) {
    const { random } = world;
    world.bystanders(100_000, random.int(0, 3));
    const at = random.between(80_000, 200_000);
    const ownMs = random.between(40_000, 150_000);
    plant(world, at, 10_000_000);
    world.endMs = at + ownMs;
    world.traffic(0, world.endMs, random.skewed(0.8, 2.5));
    world.captureTimes = [];
    capture(world, at, ownMs);
  },
  outside(world) {
    const { random } = world;
    traffic(world);
    const at = random.between(40_000, 120_000);
    const ownMs = holdMs(world);
    const steps = programs.hold(programs.set({ R: programs.ALL_TABLES }), ownMs);
    world.start(at, { cmd: "", args: "", steps }, { outside: true, user: "", workspace: "" });
    capture(world, at, ownMs);
  },
  "pid-reuse"(world) {
    const { random } = world;
    const pid = world.pid();
    world.start(random.between(1000, 20_000), programs.files(random, random.between(500, 3000), 100), { pid });
    traffic(world);
    const at = random.between(60_000, 120_000);
    const ownMs = holdMs(world);
    plant(world, at, ownMs, undefined, { pid });
    world.start(at + ownMs + 120_000, programs.edit(random, "late_ws"), { pid, user: "late", workspace: "late_ws" });
  },
  "one-workspace"(world) {
    const { random } = world;
    traffic(world, 0.2, 1.2);
    const at = random.between(40_000, 120_000);
    const ownMs = holdMs(world);
    const who = world.loner();
    world.start(at, programs.reconcile(random, who.workspace, ownMs), who);
    for (let i = random.int(2, 12); i > 0; i--) {
      const later = at + random.between(1000, ownMs * 0.8);
      world.start(
        later,
        random.chance(0.5)
          ? programs.reconcile(random, who.workspace, random.between(50, 900))
          : programs.clientEdit(random, who.workspace),
        who,
      );
    }
    capture(world, at, ownMs);
  },
  "named-lock"(world) {
    const { random } = world;
    traffic(world, 0.2, 1.2);
    const at = random.between(40_000, 120_000);
    const ownMs = holdMs(world);
    const name = random.pick(["meta/commit", "label/nightly", "change/4711"]);
    const use = (ms: number) => ({
      cmd: "user-change",
      args: "-i",
      steps: [programs.named(name, "W"), programs.work(ms)],
    });
    world.start(at, use(ownMs), world.loner());
    for (let i = random.int(2, 8); i > 0; i--)
      world.start(at + random.between(1000, ownMs * 0.7), use(random.between(20, 300)), world.loner());
    capture(world, at, ownMs);
  },
  staircase(world) {
    const { random } = world;
    traffic(world, 0.1, 0.5);
    const at = random.between(40_000, 80_000);
    const ownMs = random.between(30_000, 90_000);
    plant(world, at, ownMs, "R");
    for (let i = random.int(20, 60); i > 0; i--) {
      const who = world.loner();
      world.start(
        at + random.between(1000, ownMs * 0.9),
        programs.commit(random, who.workspace, random.between(100, 500)),
        who,
      );
    }
  },
  convoy(world) {
    const { random } = world;
    traffic(world, 0.1, 0.5);
    world.convoy = true;
    const at = random.between(40_000, 80_000);
    const service = random.between(300, 700);
    for (let i = 0, t = at; i < random.int(60, 120); i++) {
      t += service * random.between(0.3, 1.1);
      world.start(
        t,
        {
          cmd: "user-counter",
          args: "x",
          steps: programs.hold(programs.set({ W: ["db.counters"] }), service * random.between(0.7, 1.3)),
        },
        world.loner(),
      );
    }
    world.captureTimes = [at + service * 40, at + service * 50];
  },
  quiet(world) {
    traffic(world, 0.3, 1.5);
    world.captureTimes = [100_000, 110_000];
  },
  busy(world) {
    const { random } = world;
    traffic(world, 2, 4);
    world.bystanders(60_000, random.int(2, 6));
    plant(world, random.between(60_000, 120_000), holdMs(world));
  },
  "late-sender"(world) {
    const { random } = world;
    traffic(world);
    const at = random.between(40_000, 100_000);
    const ownMs = random.skewed(8000, 60_000);
    const sendMs = random.between(30_000, 120_000);
    world.start(at, programs.bigReader(random, random.pick(READERS), REV_TABLES, ownMs, sendMs), world.loner());
    capture(world, at, ownMs);
  },
  "many-tables"(world) {
    const { random } = world;
    traffic(world);
    const at = random.between(40_000, 120_000);
    const ownMs = holdMs(world);
    // Phases: a wait-free scan first, then a long hold in the middle of an even longer command.
    const who = world.loner();
    const steps = [
      programs.work(random.between(1000, 40_000)),
      ...programs.hold(programs.set({ W: random.pick(WRITE_SETS) }), ownMs),
      programs.work(random.between(1000, 40_000)),
    ];
    world.start(at, { cmd: "user-integrate", args: "-b big", steps }, who);
    capture(world, at + 20_000, ownMs);
  },
};
