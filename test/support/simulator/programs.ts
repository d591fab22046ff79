import type { Mode, Step, Want } from "./engine.js";
import type { Random } from "./random.js";

/** What commands do, as scripts. Table order follows the published lock order. */
const ORDER = [
  "db.counters",
  "db.nameval",
  "db.user",
  "db.group",
  "db.domain",
  "db.view",
  "db.label",
  "db.have",
  "db.integed",
  "db.resolve",
  "db.storage",
  "db.revdx",
  "db.revhx",
  "db.revcx",
  "db.rev",
  "db.locks",
  "db.working",
  "db.change",
  "db.desc",
  "db.fix",
  "db.protect",
  "db.sendq",
] as const;

export const ALL_TABLES: readonly string[] = ORDER;

function rank(object: string): number {
  const position = (ORDER as readonly string[]).indexOf(object);
  return position < 0 ? -1 : position;
}

/** `set({ R: [...], W: [...] })`, in lock order. */
export function set(tables: { R?: readonly string[]; W?: readonly string[] }): Want[] {
  const wants: Want[] = [];
  for (const mode of ["R", "W"] as const) for (const object of tables[mode] ?? []) wants.push({ object, mode });
  return wants.sort((a, b) => rank(a.object) - rank(b.object));
}

function lock(wants: readonly Want[]): Step {
  return { do: "lock", wants };
}

export function work(ms: number): Step {
  return { do: "work", ms };
}

function unlock(wants: readonly Want[]): Step {
  return { do: "unlock", objects: wants.map((want) => want.object) };
}

/** Take, work, release. */
export function hold(wants: readonly Want[], ms: number): Step[] {
  return [lock(wants), work(ms), unlock(wants)];
}

export function named(object: string, mode: Mode): Step {
  return lock([{ object, mode }]);
}

export interface Program {
  readonly cmd: string;
  readonly args: string;
  readonly steps: Step[];
}

/** Every command first looks at who asks: short reads that almost never collide. */
function prologue(random: Random): Step[] {
  return [
    ...hold(set({ R: ["db.user", "db.group", "db.protect"] }), random.between(0.5, 3)),
    work(random.between(1, 8)),
  ];
}

const COMMIT_SET = set({
  R: ["db.domain"],
  W: [
    "db.integed",
    "db.storage",
    "db.revdx",
    "db.revhx",
    "db.revcx",
    "db.rev",
    "db.locks",
    "db.working",
    "db.change",
    "db.desc",
  ],
});

export function commit(random: Random, workspace: string, ownMs: number): Program {
  const meta = { object: "meta/commit", mode: "W" as const };
  return {
    cmd: "dm-CommitSubmit",
    args: "",
    steps: [
      named(`clients/${workspace}`, "W"),
      ...prologue(random),
      lock([meta]),
      work(random.between(1, 10)),
      ...hold(COMMIT_SET, ownMs),
      unlock([meta]),
      ...hold(set({ W: ["db.have"] }), random.between(2, 30)),
      work(random.between(1, 40)),
    ],
  };
}

export function sync(random: Random, workspace: string, netMs: number): Program {
  const steps: Step[] = [
    named(`clientEntity/${workspace}`, "W"),
    ...prologue(random),
    ...hold(set({ R: ["db.domain", "db.view"] }), random.between(1, 20)),
    work(random.skewed(5, 2000)),
    { do: "computed" },
  ];
  const writes = random.int(1, 4);
  for (let i = 0; i < writes; i++) {
    steps.push(work(netMs / writes), ...hold(set({ W: ["db.have"] }), random.between(2, 25)));
  }
  return { cmd: "user-sync", args: `//${workspace}/...`, steps };
}

export function clientEdit(random: Random, workspace: string): Program {
  return {
    cmd: "user-client",
    args: "-i",
    steps: [
      named(`clients/${workspace}`, "W"),
      ...prologue(random),
      ...hold(set({ W: ["db.domain"], R: ["db.counters"] }), random.between(3, 40)),
    ],
  };
}

export function edit(random: Random, workspace: string): Program {
  const tables = set({ R: ["db.have"], W: ["db.locks", "db.working"] });
  return {
    cmd: "user-edit",
    args: `//${workspace}/a.c`,
    steps: [...prologue(random), ...hold(tables, random.between(2, 40)), work(random.between(5, 60))],
  };
}

/** Lockless: scans for long and blocks nobody. */
export function changes(random: Random): Program {
  return {
    cmd: "user-changes",
    args: "-m 100 //depot/...",
    steps: [...prologue(random), work(random.skewed(20, 5000))],
  };
}

/** Still takes real read locks on the indexes while it scans, then sends. */
export function files(random: Random, scanMs: number, sendMs: number): Program {
  const tables = set({ R: ["db.revdx", "db.revhx"] });
  return {
    cmd: "user-files",
    args: "//depot/...",
    steps: [...prologue(random), ...hold(tables, scanMs), { do: "computed" }, work(sendMs)],
  };
}

export function label(random: Random, ownMs: number): Program {
  const name = `label/rel_${random.int(1, 3)}`;
  return {
    cmd: "user-labelsync",
    args: "-l rel",
    steps: [named(name, "W"), ...prologue(random), ...hold(set({ W: ["db.label"], R: ["db.domain"] }), ownMs)],
  };
}

export function reconcile(random: Random, workspace: string, ownMs: number): Program {
  return {
    cmd: "user-reconcile",
    args: `//${workspace}/...`,
    steps: [
      named(`clients/${workspace}`, "W"),
      ...prologue(random),
      ...hold(set({ R: ["db.have"] }), random.between(2, 20)),
      work(ownMs),
    ],
  };
}

export function transmit(random: Random, parent: number): Program {
  const steps: Step[] = [...prologue(random)];
  for (let i = random.int(2, 6); i > 0; i--)
    steps.push(...hold(set({ W: ["db.sendq"] }), random.between(1, 8)), work(random.between(50, 900)));
  return { cmd: "user-transmit", args: `-t${parent} -b8 -s524288`, steps };
}

/** A big writer: everything a populate, an obliterate or a giant integrate keeps for long. */
export function bigWriter(random: Random, cmd: string, tables: readonly string[], ownMs: number): Program {
  return {
    cmd,
    args: "//depot/big/...",
    steps: [...prologue(random), ...hold(set({ W: tables }), ownMs), work(random.between(5, 300))],
  };
}

export function bigReader(
  random: Random,
  cmd: string,
  tables: readonly string[],
  ownMs: number,
  sendMs: number,
): Program {
  const steps = [...prologue(random), ...hold(set({ R: tables }), ownMs), { do: "computed" } as const, work(sendMs)];
  return { cmd, args: "//depot/...", steps };
}
