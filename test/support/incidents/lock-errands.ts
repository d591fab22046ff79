import type { Errand } from "../fixture-scenarios/everyday-commands.js";
import type { Random } from "../fixture-scenarios/random.js";
import type { Step } from "../fixture-scenarios/world-shapes.js";

/** Commands that hold tables for long, as the domain's documents describe them; `holdMs` is how long the tables are held. */
export const read = (table: string): Step => ({ lock: `db.${table}`, mode: "R" });
export const write = (table: string): Step => ({ lock: `db.${table}`, mode: "W" });
export const free: Step = { unlock: "tables" };
export const own = (workspace: string): Step => ({ lock: `clients/${workspace}`, mode: "W" });

/** Computing with some waiting for the disk in between, as a long write does. */
function toil(random: Random, ms: number): Step[] {
  const cpu = Math.floor(ms * (0.35 + 0.6 * random.next()));
  return [{ work: cpu }, { idle: ms - cpu }];
}

const AREAS = ["main", "rel5", "dev/engine", "art/cinematics", "stable", "mobile"];

/** `-d` as people write it: of one line, of several, with what a parser may stumble over. */
function description(random: Random): string {
  const what = random.pick(["the vendor drop", "SDK 9", "scanned sets", "last year's season", "don't panic"]);
  const more = random.pick([
    "",
    "",
    "",
    "\n\nReviewed-by: jo\n",
    "\n  - see [JIRA-4711]\n  - (was: 'old')\n",
    "\n\tindented\n",
  ]);
  return `-d import of ${what}${more}`;
}

/** Submit of very many files: start, upload, then the commit that holds the tables of revisions. */
export function bigSubmit(random: Random, workspace: string, holdMs: number): readonly Errand[] {
  const files = random.between(80_000, 900_000);
  const tables = ["have", "integed", "revdx", "revhx", "revcx", "rev", "locks", "working"];
  return [
    {
      cmd: "user-submit",
      args: description(random),
      steps: [own(workspace), { work: 400 }],
    },
    {
      cmd: "dm-SubmitChange",
      args: "",
      steps: [own(workspace), { work: 900 }, { receive: random.between(20_000, 140_000) }, { work: 1500 }],
    },
    {
      cmd: "dm-CommitSubmit",
      args: "",
      steps: [
        own(workspace),
        { lock: "meta/commit", mode: "W" },
        { lock: "meta/db", mode: "R" },
        read("domain"),
        ...tables.map(write),
        { table: "db.have", counts: [0, files, files, files, 0], pages: Math.floor(files / 30) },
        { table: "db.rev", counts: [0, files, files, files, 0], pages: Math.floor(files / 24) },
        ...toil(random, holdMs),
        free,
        { unlock: "meta/commit" },
        { computeEnd: true },
      ],
    },
  ];
}

/** `populate` or `copy` across big trees: commits itself. */
export function bigPopulate(random: Random, holdMs: number): Errand {
  const [from, to] = [random.pick(AREAS), `rel${random.between(6, 30)}`];
  const rows = random.between(150_000, 2_000_000);
  const tables = ["integed", "storage", "revdx", "revhx", "revcx", "rev"];
  return {
    cmd: random.pick(["user-populate", "user-populate", "user-copy"]),
    args: random.pick([
      `//depot/${from}/... //depot/${to}/...`,
      `${description(random)} //depot/${from}/... //depot/${to}/...`,
      `-b ${to} -s //depot/${from}/...`,
    ]),
    steps: [
      { lock: "storageup/storageup", mode: "R" },
      { lock: "meta/commit", mode: "W" },
      read("domain"),
      ...tables.map(write),
      { table: "db.integed", counts: [0, rows, rows * 2, rows * 2, 0], pages: Math.floor(rows / 20) },
      { table: "db.rev", counts: [0, rows, rows * 3, rows, 0], pages: Math.floor(rows / 20) },
      ...toil(random, holdMs),
      free,
      { computeEnd: true },
    ],
  };
}

/** `integrate`/`merge` of a big tree, opening all files: writes resolve, locks and working. */
export function bigIntegrate(random: Random, workspace: string, holdMs: number): Errand {
  const from = random.pick(AREAS);
  const rows = random.between(200_000, 3_000_000);
  return {
    cmd: random.pick(["user-integrate", "user-merge"]),
    args: `-c ${random.between(800_000, 900_000)} //depot/${from}/... //depot/rel${random.between(6, 30)}/...`,
    steps: [
      own(workspace),
      read("domain"),
      write("have"),
      read("integed"),
      write("resolve"),
      read("revhx"),
      write("locks"),
      write("working"),
      { table: "db.integed", counts: [rows, rows, rows * 6, 0, 0], pages: Math.floor(rows / 12) },
      { table: "db.working", counts: [0, rows, rows, Math.floor(rows / 4), 0], pages: Math.floor(rows / 40) },
      ...toil(random, holdMs),
      free,
      { computeEnd: true },
      { send: random.between(2000, 20_000) },
    ],
  };
}

export function obliterate(random: Random, holdMs: number): Errand {
  const tables = ["label", "have", "integed", "resolve", "revdx", "revhx", "revcx", "rev", "locks", "working"];
  const rows = random.between(2_000_000, 30_000_000);
  const gone = random.between(500, 90_000);
  return {
    cmd: "user-obliterate",
    args: `${random.pick(["-y ", "-y ", "-ya ", ""])}//depot/${random.pick(AREAS)}/${random.pick(["old", "secret", "thirdparty"])}/...`,
    steps: [
      ...tables.map(write),
      { table: "db.have", counts: [0, 1, rows, 0, gone], pages: Math.floor(rows / 90) },
      { table: "db.rev", counts: [0, 1, Math.floor(rows / 2), 0, gone], pages: Math.floor(rows / 180) },
      ...toil(random, holdMs),
      { computeEnd: true },
      free,
    ],
  };
}

/** Label contents of very many files written or deleted. */
export function bigLabel(random: Random, holdMs: number): Errand {
  const label = `nightly-${random.between(1000, 9999)}`;
  const rows = random.between(400_000, 6_000_000);
  const [cmd, args] = random.pick([
    ["user-tag", `-l ${label} //depot/...`],
    ["user-labelsync", `-l ${label} //depot/${random.pick(AREAS)}/...`],
    ["user-label", `-d -f ${label}`],
  ] as const);
  const deletes = cmd === "user-label";
  return {
    cmd,
    args,
    steps: [
      { lock: `label/${label}`, mode: "W" },
      read("domain"),
      write("label"),
      read("revhx"),
      { table: "db.label", counts: [0, 1, rows, deletes ? 0 : rows, deletes ? rows : 0], pages: Math.floor(rows / 35) },
      ...toil(random, holdMs),
      free,
      { computeEnd: true },
    ],
  };
}

/** The protections table is replaced: 10,000s of lines written while every command wants to read it. */
export function protectEdit(random: Random, holdMs: number): Errand {
  const table = random.pick(["protect", "protect", "group", "trigger"]);
  const lines = random.between(8000, 60_000);
  const cmd = { protect: "user-protect", group: "user-group", trigger: "user-triggers" }[
    table as "protect" | "group" | "trigger"
  ];
  return {
    cmd,
    args: table === "group" ? "-i all-staff" : "-i",
    steps: [
      ...(table === "group" ? [write("group"), write("groupx")] : [write(table)]),
      { table: `db.${table}`, counts: [0, 1, lines, lines, lines], pages: Math.floor(lines / 30) },
      ...toil(random, holdMs),
      free,
    ],
  };
}

/** Reports that hold tables for reading while they scan them, then send what they found. */
export function longReport(random: Random, holdMs: number): Errand {
  const rows = Math.floor(holdMs * (30 + 60 * random.next()));
  const area = random.pick(["", "", `${random.pick(AREAS)}/`]);
  const [cmd, args, tables] = random.pick([
    ["user-files", `//depot/${area}...`, ["revdx", "revhx"]],
    ["user-files", `-a //depot/${area}...`, ["revdx", "revhx", "rev"]],
    ["user-sizes", `-s //depot/${area}...`, ["revdx", "revhx"]],
    ["user-fstat", `-Of //depot/${area}...`, ["have", "revdx", "revhx", "rev", "working"]],
    ["user-opened", "-a //...", ["working"]],
    ["user-sync", `-n //...`, ["have", "revdx", "revhx"]],
  ] as const);
  return {
    cmd,
    args,
    steps: [
      ...tables.map(read),
      ...tables.map(
        (table, at): Step => ({
          table: `db.${table}`,
          counts: [0, 1, Math.floor(rows / (tables.length - at)), 0, 0],
          pages: Math.floor(rows / 40),
        }),
      ),
      { work: holdMs },
      { computeEnd: true },
      free,
      { send: random.between(500, 25_000) },
    ],
  };
}

export const ALL_TABLES =
  "config counters nameval server user ticket group depot stream domain template view review label have integed resolve storage revdx revhx revsx revsh revcx rev locks working traits trigger change changex desc job fix bodtext ixtext protect property".split(
    " ",
  );
