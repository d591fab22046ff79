import { errorRow } from "../../evidence-writers/structured-log.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { oneIncident } from "../labels.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** What is stored is damaged, or the papers have run out (taxonomy 40 to 42). The words decide; nobody waits for a lock. */
export const DAMAGE: readonly IncidentKind[] = [
  { id: "db-corruption", family: "fault", never: ["log-hole"], build: corruption },
  { id: "db-corruption-after-oom", family: "fault", never: ["log-hole"], build: afterOom },
  { id: "db-corruption-in-csv-only", family: "fault", never: ["log-hole", "old-version"], build: onlyInCsv },
  { id: "archive-missing", family: "fault", never: ["log-hole"], build: archives },
  { id: "license-expired", family: "fault", never: ["log-hole"], build: license },
  { id: "certificate-expired", family: "fault", never: ["log-hole"], build: certificate },
];

const TABLES = ["db.rev", "db.revhx", "db.have", "db.integed", "db.working", "db.domain", "db.counters"];

/** Whoever touches the table gets the error; the rest work on. */
function badTable(server: SimulatedServer, random: Random, table: string, fromMs: number): void {
  const words = random.pick([
    [`Database get error on ${table}!`, "BTree is corrupt!"],
    [`Database scan error on ${table}!`, "BTree is corrupt!"],
    [`Database write error on ${table}!`, "Generation number on page repeatedly newer than expected!"],
    [`Database open error on ${table}!`, "BTree could not be opened or created!"],
  ]);
  const share = random.between(15, 60) / 100;
  server.reshape(fromMs, server.options.untilMs + 1, (plan) => {
    if (plan.user === "p4mon" || plan.cmd.startsWith("rmt-") || random.next() > share) return plan;
    const atMs = server.world.nowMs + random.between(1, 40);
    server.log(atMs, (log) => log.error(atMs, plan.pid, plan.cmd, words), plan.pid);
    return { ...plan, steps: [{ work: 2 }] };
  });
}

function corruption(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(35, 70) / 100);
  const table = random.pick(TABLES);
  badTable(server, random, table, begin);
  server.lookTwice(begin + 60_000);
  const more = { resources: [table], window: { fromMs: begin, toMs: scene.untilMs } };
  return scene.finish(oneIncident("corruption", ["db-corruption"], more, ["error-burst"]));
}

/** The site keeps errors in the structured log alone; the text log shows commands that end at once. */
function onlyInCsv(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(35, 70) / 100);
  const table = random.pick(TABLES);
  const { serverId, offsetMinutes } = server.host;
  const level = Number(variant.version.slice(0, 4)) < 2023 ? 55 : 56;
  const rows: string[] = [];
  server.reshape(begin, scene.untilMs + 1, (plan) => {
    if (plan.user === "p4mon" || plan.cmd.startsWith("rmt-") || random.next() > 0.4) return plan;
    const nowMs = server.world.nowMs;
    const error = { severity: 4, subsystem: 4, code: 27, text: `Database get error on ${table}!\nBTree is corrupt!` };
    rows.push(errorRow({ serverId, level, offsetMinutes }, nowMs + 3, { ...plan, startMs: nowMs }, error));
    return { ...plan, steps: [{ work: 2 }] };
  });
  const more = { resources: [table], window: { fromMs: begin, toMs: scene.untilMs } };
  return scene.finish(
    () => oneIncident("corruption", ["db-corruption"], more, ["error-burst"]),
    (files) => {
      const log = files.find(({ path }) => /(^|\/)log$/.test(path)); // p4/1/logs/log
      const path = (log?.path ?? "log").replace(/log$/, "errors.csv");
      return [...files, { path, content: rows.join(""), modifiedMs: scene.untilMs - offsetMinutes * 60_000 }];
    },
  );
}

/** A writer was killed in the middle of a write; since then its table is torn. */
function afterOom(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const killMs = scene.moment(random.between(30, 45) / 100);
  const begin = killMs + random.between(4000, 90_000);
  const table = random.pick(["db.rev", "db.revhx", "db.have", "db.integed"]);
  const who = server.guest();
  const pid = server.run(killMs - 40_000, who, [
    { cmd: "dm-CommitSubmit", args: "", steps: [{ lock: `clients/${who.workspace}`, mode: "W" }, { work: 900_000 }] },
  ]);
  server.kill(
    killMs,
    (run) => run.plan.pid === pid,
    (killed) => {
      for (const run of killed) {
        const foundMs = killMs + random.between(3000, 40_000);
        server.log(foundMs, (log) => log.exitedUnexpectedly({ ...run.plan, startMs: foundMs }), pid);
      }
    },
  );
  server.syslog(
    killMs,
    "kernel",
    `Out of memory: Killed process ${pid} (p4d_1) total-vm:61200412kB, anon-rss:52114004kB, file-rss:1180kB, shmem-rss:0kB, UID:1001 pgtables:108400kB oom_score_adj:0`,
  );
  badTable(server, random, table, begin);
  const more = { window: { fromMs: begin, toMs: scene.untilMs } };
  return scene.finish(oneIncident("corruption", ["db-corruption"], more, ["oom-kill", "error-burst", "slow-command"]));
}

/** Some files can't be read any more, always the same ones; everything else is well. */
function archives(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(25, 45) / 100);
  const names = Array.from(
    { length: random.between(1, 4) },
    () => `//depot/main/art/${random.pick(["hero", "crate_d", "map01", "voice"])}_${random.between(1, 90)}`,
  );
  const root = "/hxdepots/p4/1/depots/depot/main/art";
  const forms: readonly ((name: string, rev: string) => string[])[] = [
    (name, rev) => [
      `Librarian checkout ${name} ${rev} failed.`,
      `open for read: ${root}/${name.split("/").at(-1)},d/${rev}.gz: No such file or directory`,
    ],
    (name, rev) => [`Error opening librarian file ${name},v revision ${rev}.`],
    (name, rev) => [`RCS checkout ${name},v#${rev} failed!`],
    (name) => [
      `${name}.uasset corrupted during transfer 5B1FC3A90D77E2C11FD0A6E34D7F9C02 vs 00000000000000000000000000000000.`,
    ],
  ];
  const form = random.pick(forms);
  for (let atMs = begin; atMs < scene.untilMs; atMs += random.between(5000, 26_000)) {
    const who = random.pick(server.people);
    const words = form(random.pick(names), `1.${random.between(700_000, 818_000)}`);
    const cmd = random.pick(["user-sync", "user-print", "user-diff"]);
    const pid = server.run(atMs, server.guest(who), [
      { cmd, args: `//${who.workspace}/main/art/...`, steps: [{ work: 9 }, { computeEnd: true }, { send: 40 }] },
    ]);
    server.log(atMs + 30, (log) => log.error(atMs + 30, pid, cmd, words), pid);
  }
  const window = { fromMs: begin, toMs: scene.untilMs };
  return scene.finish(oneIncident("corruption", ["archive-missing-or-corrupt"], { window }, ["error-burst"]));
}

/** From one instant on everybody is refused, with the same words. */
function license(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(35, 65) / 100);
  const text = random.pick([
    "License expired.",
    "Maximum licensed files (1000) exceeded.",
    "Licensing error -- invalid server IP address '10.20.0.3'.",
    "TCP connection not licensed from 10.20.0.3.",
  ]);
  server.reshape(begin, scene.untilMs + 1, (plan) => {
    if (plan.user === "p4mon" || plan.cmd === "user-info" || plan.cmd.startsWith("rmt-")) return plan;
    const atMs = server.world.nowMs + 1;
    server.log(atMs, (log) => log.error(atMs, plan.pid, plan.cmd, [text]), plan.pid);
    return { ...plan, steps: [{ work: 1 }] };
  });
  const window = { fromMs: begin, toMs: scene.untilMs };
  return scene.finish(oneIncident("license-or-certificate", ["license-or-certificate"], { window }, ["error-burst"]));
}

/** No new connection gets through its handshake; who was connected stays. */
function certificate(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(35, 65) / 100);
  const reason = random.pick(["certificate expired", "certificate has expired"]);
  server.reshape(begin, scene.untilMs + 1, (plan) => {
    if (random.next() < 0.06) return plan;
    const atMs = server.world.nowMs + 2;
    const words = [
      "SSL receive failed.",
      `ssl: error:0A000415:SSL routines::sslv3 alert ${reason}`,
      "Handshake failed.",
    ];
    server.log(atMs, (log) => log.error(atMs, plan.pid, null, words), plan.pid);
    return null;
  });
  const window = { fromMs: begin, toMs: scene.untilMs };
  return scene.finish(
    oneIncident("license-or-certificate", ["license-or-certificate"], { window }, ["error-burst", "network-stall"]),
  );
}
