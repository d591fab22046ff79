import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { Step } from "../../fixture-scenarios/world-shapes.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { ALL_TABLES, free, read, write } from "../lock-errands.js";
import { lockTruth } from "../lock-truth.js";
import { Scene } from "../scene.js";
import { wedgeLabel } from "../wedge-label.js";

export const CHECKPOINTS: readonly IncidentKind[] = [
  { id: "checkpoint-by-command", family: "fault", build: byCommand },
  { id: "checkpoint-by-cron", family: "fault", never: ["no-lock-captures"], build: byCron },
  { id: "admin-dump", family: "fault", build: dump },
  { id: "journal-rotation", family: "fault", never: ["coarse-track"], build: rotation },
];

const DUMP = ["checkpoint-or-dump-on-live-server"];

/** Every table locked for reading, in lock order, while it is written out: part computing, part waiting for the disk. */
function wholeDatabase(random: Random, ms: number): Step[] {
  const cpu = Math.floor(ms * (0.4 + 0.5 * random.next()));
  const scans = ALL_TABLES.map(
    (table, index): Step => ({
      table: `db.${table}`,
      counts: [0, 1, 9000 + index * random.between(1000, 90_000), 0, 0],
      pages: 200 + index * 90,
    }),
  );
  return [{ lock: "meta/db", mode: "R" }, ...ALL_TABLES.map(read), ...scans, { work: cpu }, { idle: ms - cpu }, free];
}

function byCommand(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const begin = scene.moment(0.25 + 0.35 * random.next());
  const holdMs = random.between(40_000, 200_000);
  const who = scene.server.guest({ user: "perforce", workspace: scene.server.host.host, ip: "127.0.0.1" });
  const args = random.pick(["checkpoint -Z", "checkpoint", "checkpoint -z backup"]);
  const pid = scene.server.run(begin, who, [{ cmd: "user-admin", args, steps: wholeDatabase(random, holdMs) }]);
  scene.server.lookTwice(begin + Math.floor(holdMs * 0.6));
  return scene.finish(() => wedgeLabel(DUMP, [pid], lockTruth(scene.server, [pid], begin), "checkpoint-under-load"));
}

/** `p4d -jc` from cron: the server knows nothing of it, so neither log nor monitor do; lslocks and ps do. */
function byCron(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const { root, host } = server.host;
  const minute = Math.ceil(scene.moment(0.25 + 0.3 * random.next()) / 300_000) * 300_000;
  const begin = minute + random.between(900, 2600);
  const holdMs = random.between(50_000, 170_000);
  const pid = server.guestPid(begin);
  const errand: Errand = { cmd: "p4d", args: `-r ${root} -jc`, steps: wholeDatabase(random, holdMs), unseen: true };
  server.run(begin, server.guest({ user: "perforce", workspace: host, ip: "127.0.0.1" }), [errand], pid);
  server.syslog(minute + 1000, `CRON[${pid - 2}]`, `(perforce) CMD (/p4/common/bin/live_checkpoint.sh 1)`);
  const look = begin + Math.floor(holdMs * 0.5);
  server.lookTwice(look);
  server.systemFile(look, "ps-p4d", "ps -o pid,stat,lstart,args", psOf(server, pid, begin));
  return scene.finish(() => wedgeLabel(DUMP, [pid], lockTruth(server, [pid], begin), "checkpoint-under-load"));
}

function psOf(server: Scene["server"], pid: number, startMs: number): string {
  const when = (ms: number) => {
    const date = new Date(ms).toUTCString(); // Tue, 05 Mar 2024 14:07:36 GMT
    const [day = "", dom = "", month = "", year = "", time = ""] = date.split(" ");
    return `${day.slice(0, 3)} ${month} ${String(Number(dom)).padStart(2)} ${time} ${year}`;
  };
  const { root } = server.host;
  const parent = `  ${String(server.nextPid() % 2000)} Ss   ${when(startMs - 900_000_000)} p4d -r ${root} -p 1666 -d`;
  return `    PID STAT                  STARTED COMMAND\n${parent}\n${String(pid).padStart(7)} R    ${when(startMs)} p4d -r ${root} -J journal -jc -Z\n`;
}

/** `admin dump` keeps its locks while it sends. */
function dump(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const begin = scene.moment(0.25 + 0.35 * random.next());
  const holdMs = random.between(40_000, 180_000);
  const who = scene.server.guest({ user: "p4admin" });
  const steps: Step[] = [
    ...ALL_TABLES.map(read),
    { work: Math.floor(holdMs * 0.4) },
    { send: Math.ceil(holdMs * 0.6) },
    free,
  ];
  const pid = scene.server.run(begin, who, [{ cmd: "user-admin", args: "dump", steps }]);
  scene.server.lookTwice(begin + Math.floor(holdMs * 0.6));
  return scene.finish(() => wedgeLabel(DUMP, [pid], lockTruth(scene.server, [pid], begin), "checkpoint-under-load"));
}

/** The journal is copied to another filesystem while no table may change. */
function rotation(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const begin = scene.moment(0.25 + 0.35 * random.next());
  const holdMs = random.between(12_000, 90_000);
  const who = scene.server.guest({ user: "perforce", workspace: scene.server.host.host, ip: "127.0.0.1" });
  const tables = ALL_TABLES.map((table) => (table === "counters" ? write(table) : read(table)));
  const steps: Step[] = [{ lock: "meta/db", mode: "R" }, ...tables, { work: 150 }, { idle: holdMs }, free];
  const pid = scene.server.run(begin, who, [
    { cmd: "user-admin", args: random.pick(["journal", "journal /p4journals/p4_1", "journal -z"]), steps },
  ]);
  scene.server.lookTwice(begin + Math.floor(holdMs * 0.3));
  return scene.finish(() =>
    wedgeLabel(["journal-rotation-stall"], [pid], lockTruth(scene.server, [pid], begin), "checkpoint-under-load"),
  );
}
