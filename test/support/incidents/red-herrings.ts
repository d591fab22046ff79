import type { Errand } from "../fixture-scenarios/everyday-commands.js";
import type { Random } from "../fixture-scenarios/random.js";
import { calmHost, lookAtHost } from "./host-mood.js";
import type { Variant } from "./incident-kind.js";
import type { SimulatedServer } from "./simulated-server.js";

/** What every real log has and what means nothing. None of it takes a table lock that anybody else needs for long. */
export function scatterRedHerrings(server: SimulatedServer, random: Random, variant: Variant): void {
  grumble(server, random);
  unhurried(server, random);
  idleRows(server, random);
  harmlessSyslog(server, random);
  calmHostFiles(server, random);
  // "active threads" lines are seen since 2019.2.
  if (Number(variant.version.slice(0, 4)) >= 2019 && random.next() < 0.4) threadEvents(server, random);
}

/** `2024/06/19 12:25:31 560465376 pid 1056102: Server is now using 55 active threads.`, between the blocks. */
function threadEvents(server: SimulatedServer, random: Random): void {
  const { fromMs, untilMs } = server.options;
  for (let atMs = fromMs + 9000; atMs < untilMs; atMs += random.between(8000, 60_000)) {
    server.world.at(atMs, () => {
      const running = [...server.world.running];
      const pid = running.at(-1)?.plan.pid ?? 1;
      const text = `Server is now using ${running.length + 3} active threads.`;
      server.log(atMs, (log) => log.event(atMs, pid, text, random.between(0, 999_999_999)), pid);
    });
  }
}

/** Where the kind says nothing of the host, the collector saved that it was well. */
function calmHostFiles(server: SimulatedServer, random: Random): void {
  const { fromMs, untilMs } = server.options;
  const tools = random.pick([[], [], ["df", "vmstat"], ["df"], ["iostat", "pressure"]]);
  const mood = calmHost(random);
  const atMs = Math.floor(fromMs + (untilMs - fromMs) * (0.3 + 0.65 * random.next()));
  if (server.hostFiles.length === 0 && random.next() < 0.6)
    lookAtHost(server, atMs, mood, tools.length === 0 ? undefined : tools);
}

/** Users' mistakes and a client that went away, a few an hour. */
function grumble(server: SimulatedServer, random: Random): void {
  const { fromMs, untilMs } = server.options;
  for (let atMs = fromMs + 40_000; atMs < untilMs; atMs += random.between(90_000, 330_000)) {
    const who = random.pick(server.people);
    const pid = server.nextPid();
    const [operation, text] = random.pick([
      ["user-resolved", `//${who.workspace}/... - no file(s) resolved.`],
      ["user-unlock", "No such changelist."],
      ["user-diff", `//${who.workspace}/Game.h - file(s) not opened on this client.`],
      ["user-client", `Client '${who.workspace}_old' unknown - use 'client' command to create it.`],
      ["user-print", "//depot/main/gone.txt - no such file(s)."],
    ] as const);
    if (random.next() < 0.25) {
      const idle = { ...who, pid, startMs: atMs - 31_000, cmd: "IDLE" };
      server.log(atMs, (log) => log.exitedUnexpectedly(idle), pid);
    } else server.log(atMs, (log) => log.error(atMs, pid, operation, [text]), pid);
  }
}

/** A replica that polls for journal, a longer peek, a form left open while its owner is at lunch. */
function unhurried(server: SimulatedServer, random: Random): void {
  const { fromMs, untilMs } = server.options;
  const svc = server.guest({
    user: "svc_replica",
    workspace: "unknown",
    ip: "10.50.0.4",
    app: "p4d/2023.2/LINUX26X86_64/2535420",
  });
  const poll = (): Errand[] => [
    { cmd: "rmt-Journal", args: "", steps: [{ idle: random.between(800, 26_000) }, { work: 1 }] },
  ];
  if (random.next() < 0.6) server.repeat(fromMs + 1500, untilMs, svc, poll, () => 20, server.guestPid(fromMs));
  const peekMs = random.between(1500, 9000);
  const peek: Errand = {
    cmd: "user-changes",
    args: `-m 50 //depot/main/...@${random.between(2, 9)}00000,@now`,
    steps: [
      { peek: "db.rev", heldMs: peekMs, rows: peekMs * 370 },
      { computeEnd: true },
      { send: random.between(20, 1500) },
    ],
  };
  server.run(fromMs + Math.floor((untilMs - fromMs) * (0.1 + 0.8 * random.next())), server.guest(), [peek]);
  const form: Errand = {
    cmd: "user-change",
    args: "",
    steps: [{ work: 3 }, { think: random.between(60_000, 600_000) }, { work: 2 }],
  };
  if (random.next() < 0.6)
    server.run(fromMs + random.between(10_000, 300_000), random.pick(server.peopleAtDesks), [form]);
}

function idleRows(server: SimulatedServer, random: Random): void {
  for (let i = random.between(1, 5); i > 0; i--) {
    const { user, workspace, ip, app } = random.pick(server.people);
    const elapsedMs = random.between(20, 4000) * 1000;
    server.standingRows.push({
      pid: server.nextPid() + 1,
      state: "I",
      user,
      workspace,
      ip,
      app,
      elapsedMs,
      cmd: "IDLE",
      args: "none",
    });
  }
}

const NOISE: readonly (readonly [string, string])[] = [
  ["CRON[38801]", "(root) CMD (cd / && run-parts --report /etc/cron.hourly)"],
  ["systemd[1]", "Starting Daily man-db regeneration..."],
  ["systemd[1]", "man-db.service: Deactivated successfully."],
  ["systemd[1]", "Started Session 1482 of user perforce."],
  ["sshd[20114]", "Accepted publickey for ops from 10.9.0.4 port 50112 ssh2: ED25519 SHA256:q1w2e3"],
  ["chronyd[811]", "Selected source 10.9.0.1 (ntp1.corp)"],
  ["kernel", "perf: interrupt took too long (2511 > 2500), lowering kernel.perf_event_max_sample_rate to 79500"],
  ["sudo", "ops : TTY=pts/0 ; PWD=/home/ops ; USER=root ; COMMAND=/usr/bin/lslocks"],
  ["rsyslogd", '[origin software="rsyslogd"] rsyslogd was HUPed'],
];

function harmlessSyslog(server: SimulatedServer, random: Random): void {
  const { fromMs, untilMs } = server.options;
  for (let atMs = fromMs + random.between(5000, 90_000); atMs < untilMs; atMs += random.between(60_000, 300_000)) {
    const [tag, text] = random.pick(NOISE);
    server.syslog(atMs, tag, text);
  }
}
