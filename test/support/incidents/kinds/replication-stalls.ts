import { pullLjText, pullLsTagged, pullLsText } from "../../evidence-writers/server-state.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { nothingWrong, oneIncident } from "../labels.js";
import { pullRow, replicaPair, savePull } from "../replica-pair.js";
import type { SceneLabel } from "../scene.js";

/** A replica or an edge falls behind or stops (taxonomy 31, 32). */
export const REPLICATION_STALLS: readonly IncidentKind[] = [
  { id: "replica-lag", family: "fault", never: ["no-host-evidence", "second-server", "skewed-clock"], build: lag },
  {
    id: "replica-stalled",
    family: "fault",
    never: ["no-host-evidence", "second-server", "skewed-clock"],
    build: stalled,
  },
  { id: "replica-corrupt-journal", family: "fault", never: ["second-server", "log-hole"], build: corruptRecord },
  {
    id: "replica-archive-pull-stuck",
    family: "fault",
    never: ["no-host-evidence", "second-server"],
    build: archivesStuck,
  },
  { id: "replica-service-ticket", family: "fault", never: ["second-server", "log-hole"], build: serviceTicket },
  { id: "replica-lag-within-bounds", family: "no-fault", never: ["second-server"], build: withinBounds },
];

/** When a replica began to fall behind is often before the log begins: the window is not judged. */
function behind(causes: readonly (string | null)[]): SceneLabel {
  return oneIncident("replication-stall", causes, {}, ["error-burst"]);
}

/** It moves, but slower than the master writes: gigabytes behind and growing. */
function lag(random: Random, variant: Variant) {
  const both = replicaPair(random, variant);
  const { scene, replica } = both;
  pullRow(both);
  const atMs = scene.moment(0.75);
  replica.lookTwice(atMs);
  const masterPerS = random.between(900_000, 6_000_000);
  savePull(both, atMs, {
    behind: random.between(600, 9000) * 1_000_000,
    replicaPerS: masterPerS * (random.between(20, 70) / 100),
    masterPerS,
    statefileAgeMs: 0,
    verbose: random.next() < 0.5,
  });
  return scene.finish(behind(["replica-metadata-lag"]));
}

/** It does not move at all; nothing says why. */
function stalled(random: Random, variant: Variant) {
  const both = replicaPair(random, variant, (scene) => scene.moment(0.3));
  const { scene, replica } = both;
  pullRow(both);
  const atMs = scene.moment(0.8);
  replica.lookTwice(atMs);
  savePull(both, atMs, {
    behind: random.between(120, 4000) * 1_000_000,
    replicaPerS: 0,
    masterPerS: random.between(200_000, 3_000_000),
    statefileAgeMs: random.between(600, 90_000) * 1000,
    verbose: random.next() < 0.5,
  });
  return scene.finish(behind(["replica-stalled", "replica-metadata-lag"]));
}

/** One record of the journal can't be read; pull tries it again and again. */
function corruptRecord(random: Random, variant: Variant) {
  const both = replicaPair(random, variant, (scene) => scene.moment(0.35));
  const { scene, replica, pullPid } = both;
  const begin = scene.moment(0.35) + 3000;
  const opcode = random.between(1_700_000_000, 1_790_000_000);
  const texts = ["Journal file '-' replay failed at line 1!", `Bad opcode '${opcode}' journal record!`];
  for (let atMs = begin; atMs < scene.untilMs; atMs += random.between(1500, 30_000)) {
    replica.log(atMs, (log) => log.error(atMs, pullPid, "pull -i 1", texts), pullPid);
  }
  pullRow(both, ` ${texts.join("\n")}`);
  const atMs = scene.moment(0.8);
  replica.lookTwice(atMs);
  savePull(both, atMs, {
    behind: random.between(300, 2000) * 1_000_000,
    replicaPerS: 0,
    masterPerS: random.between(100_000, 900_000),
    statefileAgeMs: atMs - begin,
    verbose: true,
  });
  return scene.finish(behind(["replica-corrupt-journal"]));
}

/** Metadata comes, files do not. */
function archivesStuck(random: Random, variant: Variant) {
  const both = replicaPair(random, variant);
  const { scene, replica } = both;
  pullRow(both);
  const total = random.between(11_000, 480_000);
  const oldest = random.between(700_000, 809_000);
  for (let atMs = scene.moment(0.2); atMs < scene.untilMs; atMs += random.between(6000, 60_000)) {
    const pid = both.pullPid + 2;
    const file = `//depot/main/art/${random.pick(["hero", "crate", "map01"])}_${random.between(1, 900)}.uasset 1.${random.between(700_000, 809_000)}`;
    replica.log(
      atMs,
      (log) => log.error(atMs, pid, "pull -u -i 1", [`Transfer of librarian file '${file}' failed.`]),
      pid,
    );
  }
  const atMs = scene.moment(0.75);
  replica.lookTwice(atMs);
  const tagged = random.next() < 0.5;
  [0, 300].forEach((afterS, index) => {
    const args = [random.between(0, 2), total + index * 211, total * 2_600_000, oldest] as const;
    const text = tagged ? pullLsTagged(...args) : pullLsText(...args);
    replica.systemFile(
      atMs + afterS * 1000,
      `pull-ls-${index + 1}`,
      `p4${tagged ? " -ztag" : ""} pull -ls`,
      text,
      "captures",
    );
  });
  savePull(both, atMs, { behind: 40_000, replicaPerS: 300_000, masterPerS: 300_000, statefileAgeMs: 0 });
  return scene.finish(behind(["replica-archive-pull-stuck"]));
}

/** The ticket of the service user ran out: master and replica both say so, several times a minute. */
function serviceTicket(random: Random, variant: Variant) {
  const both = replicaPair(random, variant, (scene) => scene.moment(0.3));
  const { scene, replica, user, pullPid } = both;
  const begin = scene.moment(0.3) + 2000;
  const text = random.pick([
    "Perforce password (P4PASSWD) invalid or unset.",
    "Your session has expired, please login again.",
  ]);
  const app = "p4d/2023.2/LINUX26X86_64/2535420";
  for (let atMs = begin; atMs < scene.untilMs; atMs += random.between(1000, 15_000)) {
    const pid = scene.server.guestPid(atMs);
    const asks = { user, workspace: "unknown", ip: "10.60.0.4", app, pid, startMs: atMs, cmd: "rmt-Journal" };
    scene.server.log(
      atMs,
      (log) => log.start(asks).error(atMs, pid, "rmt-Journal", [text]).completed(asks, atMs, 2),
      pid,
    );
    replica.log(atMs + 4, (log) => log.error(atMs + 4, pullPid, "pull -i 1", [text]), pullPid);
  }
  pullRow(both, ` ${text}`);
  const atMs = scene.moment(0.8);
  replica.lookTwice(atMs);
  const journal = random.between(800, 4000);
  const state = {
    replica: [journal, random.between(1e8, 2e9)] as const,
    master: null,
    statefileMs: begin,
    nowMs: atMs,
  };
  replica.systemFile(atMs, "pull-lj-1", "p4 pull -lj", pullLjText(state), "captures");
  return scene.finish(behind(["replica-stalled", "replica-metadata-lag"]));
}

/** A few megabytes behind and catching up, a few files on their way: a working day. */
function withinBounds(random: Random, variant: Variant) {
  const both = replicaPair(random, variant);
  const { scene, replica } = both;
  pullRow(both);
  const atMs = scene.moment(0.6);
  replica.lookTwice(atMs);
  const perS = random.between(60_000, 800_000);
  savePull(both, atMs, {
    behind: random.between(0, 3_000_000),
    replicaPerS: perS,
    masterPerS: perS,
    statefileAgeMs: 0,
  });
  const waiting = random.between(0, 60);
  const text = pullLsText(Math.min(waiting, 2), waiting, waiting * 900_000, waiting === 0 ? 0 : 818_104);
  replica.systemFile(atMs, "pull-ls-1", "p4 pull -ls", text, "captures");
  return scene.finish(nothingWrong);
}
