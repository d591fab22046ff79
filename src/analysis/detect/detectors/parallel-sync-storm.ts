import type { LockCluster } from "../../../contracts/lock-facts.js";
import type { DetectContext, Detector, Fact, Signal } from "../../../contracts/signal.js";
import { fact } from "../host-signal.js";
import { type EpisodeSettings, episodeSettings, episodesOf, lockSignal } from "../lock-episode.js";
import { plural, span } from "../words.js";

/** Parallel syncs keep each other, and everybody who syncs, waiting at the one queue table they share. */
export const parallelSyncStorm: Detector<EpisodeSettings> = {
  id: "parallel-sync-storm",
  title: "Parallel sync storm",
  question: "Did parallel syncs keep each other waiting for db.sendq?",
  needs: [],
  needsAny: ["table-track", "lslocks"],
  settings: episodeSettings({ waitMs: 5_000, pileUp: 3, loneWaitMs: 20_000, crowdMs: 60_000 }),
  falseAlarms: "None known. Parallel syncs, however many, are normal while nobody waits for db.sendq.",
  source:
    "Administrator's guide on parallel sync and client.sendq.dir, which exists to take this contention away; log lines of user-transmit -t<pid of the parent>.",
  *detect(context, serverId, settings) {
    for (const episode of episodesOf(context, serverId, ["table", "other"], settings)) {
      const { victims } = episode.cluster;
      const atQueue = victims.filter((victim) => victim.object.startsWith("db.sendq"));
      if (atQueue.length * 2 < victims.length || atQueue.length === 0) continue;
      const signal = lockSignal(context, serverId, episode, "parallel-sync-storm", "db-wedge");
      yield { ...signal, kind: "sendq", facts: [...signal.facts, ...childFacts(context, signal, episode.cluster)] };
    }
  },
};

const MOST_COMMANDS = 5000;

/** How many transfer children ran meanwhile. */
function childFacts({ reader }: DetectContext, { serverId }: Signal, { fromMs, toMs }: LockCluster): Fact[] {
  const children = reader
    .commandsDuring(serverId, fromMs, toMs, MOST_COMMANDS)
    .filter(({ cmd }) => cmd === "user-transmit");
  const [first] = children;
  if (first === undefined) return [];
  const parents = new Set(children.map(({ args }) => /(?:^| )-t(\d{1,10})/.exec(args)?.[1] ?? "")).size; // -t208015 -b8
  const words = `${plural(children.length, "transfer child", "transfer children")} of ${plural(parents, "parallel sync", "parallel syncs")} ran ${span(fromMs, toMs)}`;
  return [fact(words, children.length, "commands", first.ref)];
}
