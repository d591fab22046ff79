import { pullLjText } from "../evidence-writers/server-state.js";
import type { Random } from "../fixture-scenarios/random.js";
import type { Variant } from "./incident-kind.js";
import { Scene } from "./scene.js";
import type { SimulatedServer } from "./simulated-server.js";

export interface ReplicaPair {
  readonly scene: Scene;
  readonly replica: SimulatedServer;
  /** Service user of the replica. */
  readonly user: string;
  readonly pullPid: number;
}

/** A master that people work on, and a replica of it with readers of its own. */
export function replicaPair(
  random: Random,
  variant: Variant,
  pullUntil: (scene: Scene) => number = (scene) => scene.untilMs,
): ReplicaPair {
  const scene = new Scene(random, variant);
  const edge = random.next() < 0.4;
  const serverId = `${edge ? "edge" : "ha"}.${random.pick(["fra", "chi", "syd", "lon"])}`;
  const services = edge ? "edge-server" : random.pick(["replica", "standby", "forwarding-replica"]);
  const replica = scene.addServer({ serverId, services, people: random.between(8, 16), submits: false });
  const user = `svc_${serverId.replace(".", "_")}`;
  const pullPid = replica.nextPid() + 1;
  pullBatches(replica, user, pullPid, pullUntil(scene));
  return { scene, replica, user, pullPid };
}

/** A block for each batch of journal that arrives; no start line of its own, no completion. */
function pullBatches(replica: SimulatedServer, user: string, pid: number, untilMs: number): void {
  const { random, fromMs } = replica.options;
  const app = "p4d/2023.2/LINUX26X86_64/2535420";
  for (let atMs = fromMs + 1500; atMs < untilMs; atMs += random.between(900, 9000)) {
    const command = {
      user,
      workspace: "unknown",
      ip: "background",
      app,
      pid,
      startMs: atMs,
      cmd: "pull",
      args: "-i 1",
    };
    const sections = [
      {
        name: "db.rev",
        pages: [4, 3, 2] as const,
        locks: [0, 1] as const,
        rows: [0, 0, 0, random.between(1, 40), 0] as const,
      },
      { name: "replica/pull", mode: "W" as const, total: [0, 0, 0, random.between(1, 5)] as const },
    ];
    replica.log(atMs, (log) => log.track(command, { sections }), pid);
  }
}

export function pullRow({ replica, user, pullPid }: ReplicaPair, words = ""): void {
  replica.standingRows.push({
    pid: pullPid,
    state: "B",
    user,
    elapsedMs: 84_484_000,
    cmd: "pull",
    args: `-i 1${words}`,
  });
}

/** `p4 pull -lj` twice; the replica's and the master's place move by what they are told, in bytes per second. */
export function savePull(
  pair: ReplicaPair,
  atMs: number,
  place: { behind: number; replicaPerS: number; masterPerS: number; statefileAgeMs: number; verbose?: boolean },
): void {
  const { random } = pair.replica.options;
  const journal = random.between(800, 4000);
  const sequence = random.between(100_000_000, 2_000_000_000);
  [0, random.between(50, 240)].forEach((afterS, index) => {
    const nowMs = atMs + afterS * 1000;
    const at = Math.floor(sequence + place.replicaPerS * afterS);
    const behind = Math.floor(place.behind + (place.masterPerS - place.replicaPerS) * afterS);
    const age = place.replicaPerS > 0 ? random.between(0, 2000) : place.statefileAgeMs + afterS * 1000;
    const text = pullLjText({
      replica: [journal, at],
      master: [[journal, at + behind]],
      statefileMs: nowMs - age,
      nowMs,
      ...(place.verbose === true ? { behindBytes: behind } : {}),
    });
    const command = `p4 pull -lj${place.verbose === true ? "v" : ""}`;
    pair.replica.systemFile(nowMs, `pull-lj-${index + 1}`, command, text, "captures");
  });
}
