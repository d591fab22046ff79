import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import { ALL_TABLES, free, own, read, write } from "../lock-errands.js";
import type { Scene } from "../scene.js";
import { labelUsers } from "../traffic.js";

/** Lockless scans of some seconds, some of them at once. */
export function longPeeks(scene: Scene, random: Random): void {
  for (let i = random.between(6, 16); i > 0; i--) {
    const ms = random.between(3000, 24_000);
    const [cmd, args] = random.pick([
      ["user-changes", "-m 1 //depot/main/...@>800000"],
      ["user-filelog", "-m 1 //depot/main/code/..."],
      ["user-interchanges", "//depot/main/... //depot/rel5/..."],
      ["user-describe", "-s 812345"],
    ] as const);
    scene.server.run(scene.moment(0.05 + 0.85 * random.next()), scene.server.guest(), [
      {
        cmd,
        args,
        steps: [
          { peek: "db.rev", heldMs: ms, rows: ms * random.between(60, 370) },
          { computeEnd: true },
          { send: random.between(20, 2500) },
        ],
      },
    ]);
  }
}

/** P4V windows of people at lunch; background rows that have been there for weeks. */
export function idleSessions(scene: Scene, random: Random): void {
  const { server } = scene;
  for (let i = random.between(15, 60); i > 0; i--) {
    const { user, workspace, ip, app } = random.pick(server.people);
    server.standingRows.push({
      pid: server.nextPid() + 1,
      state: "I",
      user,
      workspace,
      ip,
      app,
      elapsedMs: random.between(60, 90_000) * 1000,
      cmd: "IDLE",
      args: "none",
    });
  }
}

/** Replicas and edges poll for journal and fetch archives; their commands last as long as there is nothing new. */
export function backgroundPulls(scene: Scene, random: Random): void {
  const { server, fromMs, untilMs } = scene;
  for (let i = random.between(2, 6); i > 0; i--) {
    const who = server.guest({
      user: `svc_edge${i}`,
      workspace: "unknown",
      ip: `10.5${i}.0.4`,
      app: "p4d/2023.2/LINUX26X86_64/2535420",
    });
    const journal = (): Errand => ({
      cmd: "rmt-Journal",
      args: "",
      steps: [{ idle: random.skewed(400, 90_000) }, { work: 1 }],
    });
    server.repeat(
      fromMs + i * 700,
      untilMs,
      who,
      () => [journal()],
      () => 15,
      server.guestPid(fromMs),
    );
    const fetch = (): Errand => ({ cmd: "rmt-FileFetch", args: "", steps: [{ send: random.skewed(5, 9000) }] });
    server.repeat(
      fromMs + i * 900,
      untilMs,
      who,
      () => [fetch()],
      () => random.between(900, 15_000),
    );
  }
  const elapsedMs = random.between(400_000, 900_000) * 1000;
  server.standingRows.push(
    { pid: 2411, state: "B", user: "svc_replica", elapsedMs, cmd: "pull", args: "-i 1" },
    { pid: 2412, state: "B", user: "svc_replica", elapsedMs, cmd: "pull", args: "-u -i 1" },
  );
}

/** Millions of rows, hundreds of thousands of files, and done in seconds. */
export function hugeButFast(scene: Scene, random: Random): void {
  const { server } = scene;
  for (let i = random.between(3, 7); i > 0; i--) {
    const rows = random.between(900_000, 4_000_000);
    const ms = random.between(1500, 9000);
    const who = server.guest();
    const [cmd, args, table] = random.pick([
      ["user-files", "-e //depot/main/...", "db.rev"],
      ["user-sync", `-n //${who.workspace}/...`, "db.rev"],
      ["user-have", `//${who.workspace}/...`, "db.have"],
    ] as const);
    server.run(scene.moment(0.05 + 0.85 * random.next()), who, [
      {
        cmd,
        args,
        steps: [{ peek: table, heldMs: ms, rows }, { computeEnd: true }, { send: random.between(1000, 14_000) }],
      },
    ]);
  }
  const who = server.guest();
  const files = random.between(30_000, 90_000);
  const commit: Errand = {
    cmd: "dm-CommitSubmit",
    args: "",
    steps: [
      own(who.workspace),
      { lock: "meta/commit", mode: "W" },
      read("domain"),
      ...["have", "integed", "revdx", "revhx", "rev", "locks", "working"].map(write),
      { table: "db.rev", counts: [files, files, files, files, 0], pages: 900 },
      { work: random.between(300, 750) },
      free,
    ],
  };
  server.run(scene.moment(0.5), who, [
    { cmd: "user-submit", args: "-i", steps: [own(who.workspace), { work: 20 }] },
    { cmd: "dm-SubmitChange", args: "", steps: [own(who.workspace), { receive: random.between(4000, 25_000) }] },
    commit,
  ]);
}

/** Editors left open: the command lasts until its user saves the form. */
export function openForms(scene: Scene, random: Random): void {
  const { server, fromMs, untilMs } = scene;
  for (let i = random.between(3, 8); i > 0; i--) {
    const who = random.pick(server.peopleAtDesks);
    const thinking = random.between(60_000, untilMs - fromMs - 60_000);
    const cmd = random.pick(["user-change", "user-client", "user-branch", "user-user", "user-job", "user-label"]);
    const args = random.pick(["", cmd === "user-client" ? who.workspace : String(random.between(800_000, 900_000))]);
    server.run(fromMs + random.between(5000, 300_000), who, [
      { cmd, args, steps: [read("domain"), { work: 2 }, free, { think: thinking }, { work: 2 }] },
    ]);
  }
}

/** People mistype; with server=4 every such mistake is in the log. */
export function userErrors(scene: Scene, random: Random): void {
  const { server, fromMs, untilMs } = scene;
  for (let at = fromMs + 5000; at < untilMs; at += random.between(4000, 40_000)) {
    const who = random.pick(server.people);
    const pid = server.nextPid();
    const [operation, text] = random.pick([
      ["user-sync", `//${who.workspace}/Contnet/... - no such file(s).`],
      ["user-edit", `//${who.workspace}/Game.h - file(s) not on client.`],
      ["user-submit", "No files to submit from the default changelist."],
      ["user-login", "Password invalid."],
      ["user-describe", "8123456 - no such changelist."],
      [
        "user-client",
        `Error in client specification.\n\tError detected at line 12.\n\tWrong number of words for field 'View'.`,
      ],
      ["user-edit", "//depot/main/map01.umap - can't edit exclusive file already opened"],
      ["user-print", "You don't have permission for this operation."],
    ] as const);
    server.log(at, (log) => log.error(at, pid, operation, text.split("\n\t")), pid);
  }
}

/** Builders sync and label all night while a replica's backup and a metrics script do their work. */
export function buildNight(scene: Scene, random: Random): void {
  const { server, fromMs, untilMs } = scene;
  labelUsers(server, fromMs, untilMs);
  for (let i = random.between(5, 12); i > 0; i--) {
    const who = server.guest({ user: "jenkins", workspace: `nightly-agent${i}`, role: "build" });
    const sync = (): Errand => ({
      cmd: "user-sync",
      args: `//${who.workspace}/...@${random.between(800_000, 900_000)}`,
      steps: [
        { peek: "db.rev", heldMs: random.between(200, 4000), rows: random.between(10_000, 500_000) },
        { computeEnd: true },
        { send: random.between(5000, 50_000) },
        write("have"),
        { work: random.between(2, 40) },
        free,
      ],
    });
    server.repeat(
      fromMs + random.between(1000, 200_000),
      untilMs,
      who,
      () => [sync()],
      () => random.between(20_000, 200_000),
    );
  }
}

/** A table is held for a minute, and nobody wants it. */
export function unwantedLock(scene: Scene, random: Random): void {
  const ms = random.between(20_000, 58_000);
  const label = `archive-${random.between(1, 99)}`;
  const rows = random.between(100_000, 900_000);
  const steps = [
    { lock: `label/${label}`, mode: "W" } as const,
    write("label"),
    { table: "db.label", counts: [0, 1, rows, rows, 0] as const },
    { work: ms },
    free,
    { computeEnd: true } as const,
  ];
  scene.server.run(scene.moment(0.2 + 0.6 * random.next()), scene.server.guest(), [
    { cmd: "user-labelsync", args: `-l ${label}`, steps },
  ]);
}

/** Now and then a commit takes a second or two, and a few people wait that long. */
export function hiccups(scene: Scene, random: Random): void {
  for (let i = random.between(3, 8); i > 0; i--) {
    const who = scene.server.guest();
    const tables = ["have", "integed", "revdx", "revhx", "rev", "locks", "working"].map(write);
    const steps = [
      own(who.workspace),
      { lock: "meta/commit", mode: "W" } as const,
      read("domain"),
      ...tables,
      { work: random.between(700, 1900) },
      free,
    ];
    scene.server.run(scene.moment(0.05 + 0.9 * random.next()), who, [{ cmd: "dm-CommitSubmit", args: "", steps }]);
  }
}

/** The checkpoint of every night: all tables for minutes, and everybody asleep. */
export function nightCheckpoint(scene: Scene, random: Random): void {
  const { server } = scene;
  const begin = scene.moment(0.2 + 0.3 * random.next());
  const ms = random.between(40_000, 240_000);
  const steps = [
    { lock: "meta/db", mode: "R" } as const,
    ...ALL_TABLES.map(read),
    { work: Math.floor(ms * 0.6) },
    { idle: Math.ceil(ms * 0.4) },
    free,
  ];
  server.run(begin, server.guest({ user: "perforce", ip: "127.0.0.1" }), [
    { cmd: "user-admin", args: "checkpoint -Z", steps },
  ]);
  // Who was in is out by then.
  server.reshape(begin - 20_000, begin + ms + 3000, (plan) => (plan.cmd === "user-admin" ? plan : null));
}
