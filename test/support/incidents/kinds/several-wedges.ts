import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { Step } from "../../fixture-scenarios/world-shapes.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { bigLabel, bigPopulate, free, longReport, obliterate, own, read, write } from "../lock-errands.js";
import { lockTruth } from "../lock-truth.js";
import { Scene } from "../scene.js";
import { keyUsers, labelUsers } from "../traffic.js";
import { wedgeLabel } from "../wedge-label.js";

/** More than one holder, or more than one server. */
export const SEVERAL_WEDGES: readonly IncidentKind[] = [
  { id: "two-wedges", family: "fault", build: twoWedges },
  { id: "two-servers-wedged", family: "fault", never: ["second-server"], build: twoServers },
  { id: "wedge-on-commit-felt-on-edge", family: "fault", never: ["second-server"], build: commitAndEdge },
];

/** Two holders at the same time, each with tables and victims of its own. */
function twoWedges(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  labelUsers(server, scene.fromMs, scene.untilMs);
  keyUsers(server, scene.fromMs, scene.untilMs);
  const first = scene.moment(0.3 + 0.2 * random.next());
  const second = first + random.between(3000, 25_000);
  const label = bigLabel(random, random.between(45_000, 120_000));
  // A label of its own area: without reading the tables of revisions it meets nobody but the users of labels.
  const apart = {
    ...label,
    steps: label.steps.filter((step) => !("lock" in step) || !["db.revhx", "db.domain"].includes(step.lock)),
  };
  const labelPid = server.run(first, server.guest(), [apart]);
  const keysMs = random.between(45_000, 120_000);
  const keys: Errand = {
    cmd: random.pick(["user-keys", "user-counters"]),
    args: "-e *",
    steps: [
      read("nameval"),
      { table: "db.nameval", counts: [0, 1, keysMs * 60, 0, 0], pages: keysMs },
      { work: keysMs },
      { computeEnd: true },
      free,
      { send: 900 },
    ],
  };
  const keysPid = server.run(second, server.guest(), [keys]);
  server.lookTwice(second + 25_000);
  return scene.finish(() => {
    const truth = lockTruth(server, [labelPid, keysPid], first);
    const windowOf = (tables: readonly string[]) => {
      const waits = truth.victims
        .flatMap((run) => run.waits)
        .filter((wait) => tables.includes(wait.object) && wait.toMs - wait.fromMs >= 1000);
      return {
        fromMs: Math.min(...waits.map((wait) => wait.fromMs)),
        toMs: Math.max(...waits.map((wait) => wait.toMs)),
      };
    };
    return {
      verdict: "incident",
      incidents: [
        {
          category: "db-wedge",
          causes: ["label-heavy-operation"],
          roots: [labelPid],
          resources: ["db.label"],
          window: windowOf(["db.label"]),
        },
        {
          category: "db-wedge",
          causes: ["long-scan-query", "db-read-lock-blocks-writers"],
          roots: [keysPid],
          resources: ["db.nameval"],
          window: windowOf(["db.nameval"]),
        },
      ],
    };
  });
}

/** Two servers of one archive, each with a wedge of its own. */
function twoServers(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const other = scene.addServer({ people: random.between(22, 34) });
  const incidents = [scene.server, other].map((server, index) => {
    const begin = scene.moment(0.25 + 0.4 * random.next());
    const holdMs = random.between(35_000, 150_000);
    const [errand, cause] =
      index === 0
        ? ([longReport(random, holdMs), "long-scan-query"] as const)
        : ([obliterate(random, holdMs), "obliterate-on-live-server"] as const);
    const pid = server.run(begin, server.guest(), [errand]);
    server.lookTwice(begin + Math.floor(holdMs * 0.6));
    return () => wedgeLabel([cause], [pid], lockTruth(server, [pid], begin)).incidents;
  });
  return scene.finish(() => ({ verdict: "incident", incidents: incidents.flatMap((tell) => tell()) }));
}

/** The commit server is wedged; on the edge all that shows is that commands wait for it. */
function commitAndEdge(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const edge = scene.addServer({
    services: "edge-server",
    serverId: `edge.${server.host.host}`,
    submits: false,
    people: random.between(14, 22),
  });
  const begin = scene.moment(0.3 + 0.25 * random.next());
  const holdMs = random.between(45_000, 150_000);
  const report = random.next() < 0.5;
  const errand = report ? longReport(random, holdMs) : bigPopulate(random, holdMs);
  const pid = server.run(begin, server.guest(), [errand]);
  for (let i = random.between(3, 7); i > 0; i--) {
    const who = random.pick(edge.people);
    const atMs = begin + random.between(1500, holdMs - 8000);
    const waitMs = begin + holdMs - atMs + random.between(100, 900);
    const local: Errand = {
      cmd: "user-submit",
      args: `-d fix ${i}`,
      steps: [own(who.workspace), { work: 20 }, { remote: `${server.host.host}:1666`, ms: waitMs }, { work: 12 }],
    };
    edge.run(atMs, who, [local]);
    const commit: Step[] = [
      { lock: "meta/commit", mode: "W" },
      read("domain"),
      ...["have", "integed", "revdx", "revhx", "rev"].map(write),
      { work: random.between(20, 200) },
      free,
    ];
    server.run(atMs + 30, { ...who, ip: `10.70.0.2/${who.ip}` }, [{ cmd: "dm-CommitSubmit", args: "", steps: commit }]);
  }
  for (const one of [server, edge]) one.lookTwice(begin + Math.floor(holdMs * 0.7));
  const cause = report ? "long-scan-query" : "big-integrate-copy-populate";
  return scene.finish(() => ({
    ...wedgeLabel([cause], [pid], lockTruth(server, [pid], begin)),
    alsoTrue: ["replication-stall", "slow-command", "network-stall", "client-lock-contention"],
  }));
}
