import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { oneIncident } from "../labels.js";
import { free, write } from "../lock-errands.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** An edge whose commands wait for the commit server (taxonomy 30); both logs are there. */
export const EDGE_LATENCY: readonly IncidentKind[] = [
  { id: "edge-commit-latency", family: "fault", never: ["coarse-track", "second-server"], build: thinLine },
];

/** A commit server and an edge of it. */
function commitAndEdge(random: Random, variant: Variant): { scene: Scene; edge: SimulatedServer; remote: string } {
  let scene = new Scene(random, variant);
  while (scene.server.host.services !== "commit-server") scene = new Scene(random, variant);
  const serverId = `edge.${random.pick(["fra", "chi", "syd", "lon"])}`;
  const edge = scene.addServer({ serverId, services: "edge-server", people: random.between(14, 24), submits: false });
  return { scene, edge, remote: `${scene.server.host.host}:1666` };
}

/** What an edge can't do alone: the commit answers within `ms`, spent there or on the way. */
function forwarded(random: Random, workspace: string, remote: string, ms: number): Errand {
  const [cmd, args] = random.pick([
    ["user-change", "-i"],
    ["user-shelve", "-f -c 818204"],
    ["user-submit", "-i"],
    ["user-lock", `//${workspace}/main/art/hero.uasset`],
  ] as const);
  return { cmd, args, steps: [{ lock: `clients/${workspace}`, mode: "W" }, { work: 4 }, { remote, ms }, { work: 3 }] };
}

/** The same request as the commit server sees it: a command of the service user's connection. */
function onCommit(random: Random, workMs: number): Errand {
  const cmd = random.pick(["rmt-SubmitShelf", "rmt-Change", "rmt-Lock"]);
  return { cmd, args: "", steps: [write("counters"), write("change"), { work: workMs }, free] };
}

/** The line between the two is slow or lossy; the commit server itself answers at once. */
function thinLine(random: Random, variant: Variant) {
  const { scene, edge, remote } = commitAndEdge(random, variant);
  const begin = scene.moment(random.between(28, 45) / 100);
  const end = begin + random.between(330, 520) * 1000;
  for (let atMs = scene.fromMs + 9000; atMs < scene.untilMs; atMs += random.between(5000, 18_000)) {
    const ill = atMs >= begin && atMs < end;
    const ms = ill ? random.between(14_000, 75_000) : random.between(20, 400);
    // A workspace of its own: whoever waits does nothing else in it meanwhile.
    const who = edge.guest();
    edge.run(atMs, who, [forwarded(random, who.workspace, remote, ms)]);
    scene.server.run(atMs + 15 + (ill ? ms / 2 : 0), { ...who, ip: `10.60.0.4/${who.ip}` }, [onCommit(random, 4)]);
  }
  edge.lookTwice(begin + 120_000);
  const window = { fromMs: begin, toMs: Math.min(scene.untilMs, end + 75_000) };
  return scene.finish(
    oneIncident("replication-stall", ["edge-commit-latency"], { window }, ["slow-command", "client-lock-contention"]),
  );
}
