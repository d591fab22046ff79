import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { free, own, read, write } from "../lock-errands.js";
import { Scene } from "../scene.js";

/** One command takes very long and hurts nobody but its user. */
export const SLOW_COMMANDS: readonly IncidentKind[] = [
  { id: "slow-scan", family: "fault", build: (...all) => alone(...all, "long-scan-query", scan) },
  { id: "slow-integrate", family: "fault", build: (...all) => alone(...all, "big-integrate-copy-populate", preview) },
  { id: "slow-label", family: "fault", build: (...all) => alone(...all, "label-heavy-operation", label) },
  { id: "slow-upload", family: "fault", build: (...all) => alone(...all, "big-submit", upload) },
  { id: "slow-map", family: "fault", build: slowMap },
  { id: "verify-at-peak", family: "fault", build: verifyAtPeak },
];

function alone(
  random: Random,
  variant: Variant,
  cause: string,
  errands: (random: Random, workspace: string, ms: number) => readonly Errand[],
) {
  const scene = new Scene(random, variant);
  const begin = scene.moment(0.08 + 0.2 * random.next());
  const ms = random.between(300_000, 640_000);
  const who = scene.server.guest();
  const pid = scene.server.run(begin, who, errands(random, who.workspace, ms));
  scene.server.lookTwice(begin + Math.floor(ms * (0.3 + 0.5 * random.next())));
  return scene.finish({
    verdict: "incident",
    incidents: [
      { category: "slow-command", causes: [cause], roots: [pid], window: { fromMs: begin, toMs: begin + ms } },
    ],
  });
}

/** A lockless scan of the whole depot. */
function scan(random: Random, _: string, ms: number): Errand[] {
  const [cmd, args, table] = random.pick([
    ["user-filelog", "-m 5 //depot/...", "db.rev"],
    ["user-print", "-a //depot/main/*.ini", "db.rev"],
    ["user-sizes", "-a //depot/...", "db.rev"],
    ["user-diff2", "-q //depot/main/... //depot/rel5/...", "db.rev"],
    ["user-dirs", "//depot/*/*/*/*/*", "db.rev"],
    ["user-jobs", "-e Description=*crash*", "db.job"],
  ] as const);
  const rows = Math.floor(ms * (40 + 80 * random.next()));
  return [
    {
      cmd,
      args,
      steps: [
        { peek: table, heldMs: ms, rows },
        { memoryMb: random.between(200, 1800) },
        { computeEnd: true },
        { send: random.between(500, 9000) },
      ],
    },
  ];
}

/** An integration of huge trees that only looks: lockless. */
function preview(random: Random, _: string, ms: number): Errand[] {
  const rows = ms * 30;
  const args = `-n //depot/main/... //depot/rel${random.between(6, 30)}/...`;
  return [
    {
      cmd: random.pick(["user-integrate", "user-merge", "user-copy"]),
      args,
      steps: [
        { peek: "db.integed", heldMs: Math.floor(ms * 0.7), rows },
        { peek: "db.rev", heldMs: Math.floor(ms * 0.3), rows: Math.floor(rows / 2) },
        { computeEnd: true },
        { send: 3000 },
      ],
    },
  ];
}

/** A label nobody else uses. */
function label(random: Random, _: string, ms: number): Errand[] {
  const name = `milestone-${random.between(1, 99)}`;
  const rows = ms * 12;
  return [
    {
      cmd: "user-labelsync",
      args: `-l ${name}`,
      steps: [
        { lock: `label/${name}`, mode: "W" },
        read("domain"),
        { work: 3 },
        free,
        write("label"),
        { table: "db.label", counts: [0, 1, rows, rows, 0], pages: Math.floor(rows / 30) },
        { work: Math.floor(ms * 0.6) },
        { idle: Math.floor(ms * 0.4) },
        free,
        { computeEnd: true },
      ],
    },
  ];
}

/** A submit whose upload takes minutes; the commit is quick. */
function upload(random: Random, workspace: string, ms: number): Errand[] {
  const files = random.between(20, 900);
  return [
    { cmd: "user-submit", args: "-d cinematics", steps: [own(workspace), { work: 9 }] },
    {
      cmd: "dm-SubmitChange",
      args: "",
      steps: [
        own(workspace),
        { work: 30 },
        { receive: ms },
        {
          lbr: [
            "--- lbr Binary",
            `---   opens+closes+checkins+exists 0+0+${files}+0`,
            `---   reads+readbytes+writes+writebytes 0+0+${files * 20}+${(ms / 90_000).toFixed(1)}G`,
          ],
        },
        { work: 700 },
      ],
    },
    {
      cmd: "dm-CommitSubmit",
      args: "",
      steps: [
        own(workspace),
        { lock: "meta/commit", mode: "W" },
        read("domain"),
        ...["have", "integed", "revdx", "revhx", "rev", "locks", "working"].map(write),
        { work: random.between(60, 300) },
        free,
      ],
    },
  ];
}

/** A view of thousands of lines with wildcards: whatever this workspace does burns a core, over few rows. */
function slowMap(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const who = server.guest({ workspace: "everything_but_art" });
  const begin = scene.moment(0.08 + 0.1 * random.next());
  const pids: number[] = [];
  let at = begin;
  let until = begin;
  for (let i = random.between(2, 4); i > 0; i--) {
    const ms = random.between(75_000, 210_000);
    const [cmd, args] = random.pick([
      ["user-have", `//${who.workspace}/...`],
      ["user-opened", `-C ${who.workspace}`],
      ["user-where", `//${who.workspace}/...`],
      ["user-sync", `-n //${who.workspace}/...`],
    ] as const);
    const steps = [
      { peek: "db.have", heldMs: 40, rows: random.between(100, 3000) },
      { table: "db.view", counts: [0, 1, random.between(3000, 20_000), 0, 0] as const },
      { work: ms },
      { computeEnd: true as const },
      { send: random.between(10, 900) },
    ];
    pids.push(server.run(at, who, [{ cmd, args, steps }]));
    until = at + ms;
    at = until + random.between(5000, 30_000);
  }
  server.lookTwice(begin + 40_000);
  return scene.finish({
    verdict: "incident",
    incidents: [
      {
        category: "slow-command",
        causes: ["map-view-protect-complexity"],
        roots: pids,
        window: { fromMs: begin, toMs: until },
      },
    ],
  });
}

/** Somebody verifies the depot in working hours: the disk of archives is busy, and what reads archives gets slower. */
function verifyAtPeak(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { hour: random.between(9, 15) });
  const { server } = scene;
  const begin = scene.moment(0.1);
  const ms = Math.floor((scene.untilMs - begin) * (0.6 + 0.3 * random.next()));
  const lbr = [
    "--- lbr Rcs",
    `---   opens+closes+checkins+exists ${ms}+${ms}+0+${ms}`,
    `---   reads+readbytes+writes+writebytes ${ms * 4}+${Math.floor(ms / 9000)}G+0+0`,
  ];
  const verify: Errand = {
    cmd: "user-verify",
    args: `-q ${random.pick(["//...", "//depot/...", "//depot/main/..."])}`,
    steps: [
      { peek: "db.rev", heldMs: 4000, rows: 900_000 },
      { lbr },
      { work: Math.floor(ms * 0.35) },
      { idle: Math.floor(ms * 0.65) - 4000 },
    ],
  };
  const pid = server.run(begin, server.guest({ user: "p4admin", ip: "127.0.0.1" }), [verify]);
  server.delay(begin, begin + ms, (run, step) =>
    run.plan.pid === pid
      ? 0
      : "send" in step
        ? step.send * 5 + random.between(200, 4000)
        : "receive" in step
          ? step.receive * 2
          : 0,
  );
  server.lookTwice(begin + Math.floor(ms * 0.5));
  return scene.finish({
    verdict: "incident",
    incidents: [
      {
        category: "slow-command",
        orCategories: ["storage-stall"],
        causes: ["verify-or-storage-job-at-peak"],
        roots: [pid],
        window: { fromMs: begin, toMs: begin + ms },
      },
    ],
  });
}
