import type { Person } from "./people.js";
import type { Random } from "./random.js";
import type { Step } from "./world-shapes.js";

/** What people do all day, as lists of steps; tables in lock order (domain < have < integed < revdx < revhx < rev < working). */
export interface Errand {
  readonly cmd: string;
  readonly args: string;
  readonly steps: readonly Step[];
  /** See Plan. */
  readonly unseen?: boolean;
}

const AREAS = ["main/art", "main/code", "main/levels", "main/audio", "rel5/code", "rel5/art", "tools/build"];
const read = (name: string): Step => ({ lock: `db.${name}`, mode: "R" });
const write = (name: string): Step => ({ lock: `db.${name}`, mode: "W" });
const free: Step = { unlock: "tables" };

export function sync(who: Person, random: Random): Errand {
  const scanned = random.skewed(20, 4000);
  const sent = random.skewed(10, 9000);
  return {
    cmd: "user-sync",
    args: `//${who.workspace}/${random.pick(AREAS)}/...`,
    steps: [
      { lock: `clientEntity/${who.workspace}`, mode: "W" },
      { lock: "meta/db", mode: "R" },
      { work: random.between(2, 8) },
      read("have"),
      read("revdx"),
      read("revhx"),
      { table: "db.revhx", counts: [0, 1, scanned, 0, 0], pages: 2 + Math.floor(scanned / 40) },
      { work: 2 + Math.floor(scanned / 90) },
      free,
      { unlock: "meta/db" },
      { computeEnd: true },
      { send: sent },
      write("have"),
      { table: "db.have", counts: [0, 1, scanned, Math.ceil(sent / 30), 0] },
      { work: random.between(1, 3) },
      free,
    ],
  };
}

export function edit(who: Person, random: Random): Errand {
  return {
    cmd: "user-edit",
    args: `-c default //${who.workspace}/${random.pick(AREAS)}/${random.pick(FILES)}`,
    steps: [
      { lock: `clients/${who.workspace}`, mode: "W" },
      read("domain"),
      read("have"),
      write("locks"),
      write("working"),
      { work: random.between(1, 9) },
      free,
    ],
  };
}

const FILES = ["hero.uasset", "map01.umap", "engine.cpp", "Game.h", "voice.wav", "readme.md", "crate_d.tga"];

export function lookAround(who: Person, random: Random): Errand {
  const path = `//depot/${random.pick(AREAS)}/...`;
  const scanned = random.skewed(30, 20_000);
  const peek = (table: string): Step => ({ peek: `db.${table}`, heldMs: 1 + Math.floor(scanned / 250), rows: scanned });
  const kinds: readonly (readonly [string, string, Step])[] = [
    ["user-fstat", `-Olhp //${who.workspace}/${random.pick(AREAS)}/${random.pick(FILES)}`, peek("rev")],
    ["user-changes", `-m 20 -s submitted ${path}`, peek("change")],
    ["user-opened", `-C ${who.workspace}`, peek("working")],
    ["user-filelog", `-m 10 //depot/${random.pick(AREAS)}/${random.pick(FILES)}`, peek("rev")],
    ["user-describe", `-s ${random.between(810_000, 818_000)}`, peek("desc")],
    ["user-have", `//${who.workspace}/${random.pick(AREAS)}/...`, peek("have")],
  ];
  const [cmd, args, step] = random.pick(kinds);
  return {
    cmd,
    args,
    steps: [{ work: random.between(1, 5) }, step, { computeEnd: true }, { send: random.skewed(1, 900) }],
  };
}

export function clientSpec(who: Person, random: Random): Errand {
  if (random.next() < 0.5) {
    return { cmd: "user-client", args: `-o ${who.workspace}`, steps: [read("domain"), { work: 2 }, free] };
  }
  return {
    cmd: "user-client",
    args: "-i",
    steps: [
      { lock: `clients/${who.workspace}`, mode: "W" },
      write("domain"),
      write("view"),
      { work: random.between(2, 6) },
      free,
    ],
  };
}

export function integrate(who: Person, random: Random): Errand {
  const area = random.pick(["code", "art"]);
  const files = random.skewed(4, 600);
  return {
    cmd: "user-integrate",
    args: `//depot/main/${area}/... //depot/rel5/${area}/...@${random.between(810_000, 818_000)}`,
    steps: [
      { lock: `clients/${who.workspace}`, mode: "W" },
      read("domain"),
      read("have"),
      read("integed"),
      write("resolve"),
      { table: "db.integed", counts: [0, files, files * 6, 0, 0] },
      { work: 20 + files },
      free,
      { computeEnd: true },
      { send: random.between(5, 400) },
    ],
  };
}

export function reviewSystem(random: Random): Errand {
  const id = random.between(40_000, 41_000);
  const set: Errand = {
    cmd: "user-key",
    args: `swarm-review-${id} {"state":"needsReview","projects":[],"updated":${1_709_000_000 + id}}`,
    steps: [write("nameval"), { work: 1 }, free],
  };
  const get: Errand = {
    cmd: "user-keys",
    args: "-e swarm-review-*",
    steps: [{ peek: "db.nameval", heldMs: 4, rows: 900 }],
  };
  return random.pick([set, get, { cmd: "user-user", args: "-o swarm", steps: [read("user"), { work: 1 }, free] }]);
}

/** A submit is three commands of one connection; the last one holds the tables of revisions for a moment. */
export function submit(who: Person, random: Random, change: number): readonly Errand[] {
  const files = random.skewed(1, 160);
  const own: Step = { lock: `clients/${who.workspace}`, mode: "W" };
  return [
    {
      cmd: "user-submit",
      args: "-i",
      steps: [own, write("counters"), write("change"), { work: random.between(2, 6) }, free],
    },
    {
      cmd: "dm-SubmitChange",
      args: "",
      steps: [
        own,
        write("locks"),
        { work: 2 },
        free,
        { receive: random.skewed(40, 6000) },
        { lbr: ["--- lbr Binary", `---   opens+closes+checkins+exists 0+0+${files}+0`] },
      ],
    },
    { cmd: "dm-CommitSubmit", args: "", steps: commitSteps(who.workspace, files, 12 + files, change) },
  ];
}

const COMMIT_TABLES = ["have", "integed", "revdx", "revhx", "rev", "locks", "working", "change", "changeidx"];

export function commitSteps(workspace: string, files: number, workMs: number, change: number): readonly Step[] {
  return [
    { lock: `clients/${workspace}`, mode: "W" },
    { trigger: "swarm.change-content", ms: 20 + (change % 60) },
    { lock: "meta/commit", mode: "W" },
    { lock: "meta/db", mode: "R" },
    read("domain"),
    ...COMMIT_TABLES.map(write),
    { table: "db.rev", counts: [files, files, files, files, 0] },
    { work: workMs },
    free,
    { unlock: "meta/commit" },
    { computeEnd: true },
    { trigger: "swarm.changesave", ms: 30 + (change % 40) },
  ];
}
