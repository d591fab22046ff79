import { diskspaceText, p4Size } from "../../evidence-writers/server-state.js";
import type { Random } from "../../fixture-scenarios/random.js";
import { calmHost, type HostMood, lookAtHost } from "../host-mood.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { oneIncident } from "../labels.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** A volume fills up (taxonomy 35): first p4d refuses by itself, in the worst case a write fails. */
export const DISK_SPACE: readonly IncidentKind[] = [
  { id: "disk-space-min", family: "fault", never: ["log-hole"], build: belowMinimum },
  { id: "disk-full-journal", family: "fault", never: ["log-hole"], build: journalFull },
  { id: "disk-full-depot", family: "fault", never: ["log-hole"], build: depotFull },
];

const WRITES = new Set([
  "user-sync",
  "user-edit",
  "user-client",
  "user-submit",
  "dm-CommitSubmit",
  "user-key",
  "user-integrate",
]);

/** The server refuses nearly everything, and says which volume and how little is left. */
function belowMinimum(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(35, 65) / 100);
  const end = random.next() < 0.5 ? scene.untilMs : begin + random.between(180, 400) * 1000;
  const volume = random.pick(["P4ROOT", "P4JOURNAL", "P4LOG", "depot", "TEMP"]);
  const minimum = random.pick(["250M", "5G", "10G"]);
  const leastMb = minimum === "250M" ? 250 : Number.parseInt(minimum, 10) * 1024;
  server.reshape(begin, end, (plan) => {
    if (["rmt-Journal", "user-monitor", "user-info", "user-diskspace"].includes(plan.cmd)) return plan;
    const freeMb = leastMb * (0.7 + 0.28 * random.next());
    const nowMs = server.world.nowMs;
    const text = `The filesystem '${volume}' has only ${p4Size(freeMb)} free, but the server configuration requires at least ${minimum} available.`;
    server.log(nowMs + 2, (log) => log.error(nowMs + 2, plan.pid, plan.cmd, [text]), plan.pid);
    return { ...plan, steps: [{ work: 2 }] };
  });
  server.lookTwice(begin + 60_000);
  look(server, random, begin + 62_000, volume, leastMb * 0.8);
  return scene.finish(
    oneIncident("disk-full", ["disk-space-min"], { window: { fromMs: begin, toMs: end } }, ["error-burst"]),
  );
}

/** Nothing more fits into the journal: writers stop where they are. */
function journalFull(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(55, 78) / 100);
  const journal = server.host.root.startsWith("/p4/") ? "/p4/1/logs/journal" : `${server.host.root}/journal`;
  server.reshape(begin, scene.untilMs + 1, (plan) => {
    if (!WRITES.has(plan.cmd)) return plan;
    const atMs = server.world.nowMs + random.between(3, 60);
    server.log(
      atMs,
      (log) => log.error(atMs, plan.pid, plan.cmd, [`write: ${journal}: No space left on device`]),
      plan.pid,
    );
    return { ...plan, steps: [{ work: 3 }, { idle: random.next() < 0.4 ? 7_200_000 : random.between(100, 9000) }] };
  });
  server.lookTwice(begin + 50_000);
  look(server, random, begin + 52_000, "P4JOURNAL", 0);
  const window = { fromMs: begin, toMs: scene.untilMs };
  return scene.finish(oneIncident("disk-full", ["disk-full"], { window }, ["error-burst", "storage-stall"]));
}

/** The archive volume is full: submits and shelves fail, reading goes on. */
function depotFull(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { pauseMs: random.between(16, 24) * 1000 });
  const { server } = scene;
  const begin = scene.moment(random.between(35, 60) / 100);
  server.reshape(begin, scene.untilMs + 1, (plan) => {
    if (plan.cmd !== "dm-SubmitChange" && plan.cmd !== "dm-CommitSubmit") return plan;
    const atMs = server.world.nowMs + random.between(200, 4000);
    const file = `/hxdepots/p4/1/depots/depot/main/art/hero.uasset,d/1.${random.between(810_000, 820_000)}.gz`;
    const texts = [
      `write: ${file}: No space left on device`,
      "Submit aborted -- fix problems then use 'p4 submit -c 818117'.",
    ];
    server.log(atMs, (log) => log.error(atMs, plan.pid, plan.cmd, texts), plan.pid);
    return { ...plan, steps: [{ receive: Math.max(50, atMs - server.world.nowMs) }] };
  });
  server.lookTwice(begin + 90_000);
  look(server, random, begin + 92_000, "depot", 0);
  const window = { fromMs: begin, toMs: scene.untilMs };
  return scene.finish(oneIncident("disk-full", ["disk-full"], { window }, ["error-burst"]));
}

const MOUNTS: Readonly<Record<string, string>> = {
  P4ROOT: "/hxmetadata",
  P4JOURNAL: "/hxlogs",
  P4LOG: "/hxlogs",
  TEMP: "/hxlogs",
  depot: "/hxdepots",
};

/** df and `p4 diskspace` of that moment; the volume named has `freeMb` left. */
function look(server: SimulatedServer, random: Random, atMs: number, volume: string, freeMb: number): void {
  const mood = calmHost(random);
  const mount = MOUNTS[volume] ?? "/hxlogs";
  const filesystems = mood.filesystems.map((each) =>
    each.mount === mount ? { ...each, usedKb: Math.floor(each.sizeKb * 0.95 - freeMb * 1024) } : each,
  );
  lookAtHost(server, atMs, { ...mood, filesystems }, ["df"]);
  server.systemFile(atMs, "diskspace", "p4 diskspace", diskspaceText(volumes(filesystems)), "captures");
}

function volumes(filesystems: HostMood["filesystems"]) {
  return ["P4ROOT", "P4JOURNAL", "P4LOG", "TEMP", "journalPrefix"].map((name) => {
    const mount = name === "journalPrefix" ? "/hxdepots" : (MOUNTS[name] ?? "/hxlogs");
    const found = filesystems.find((each) => each.mount === mount);
    const sizeKb = found?.sizeKb ?? 1;
    return { name, mount, totalMb: sizeKb / 1024, freeMb: (sizeKb * 0.95 - (found?.usedKb ?? 0)) / 1024 };
  });
}
