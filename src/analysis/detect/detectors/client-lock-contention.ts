import type { Detector } from "../../../contracts/signal.js";
import { type EpisodeSettings, episodeSettings, episodesOf, lockSignal } from "../lock-episode.js";

/** The queue of one workspace: everybody else is served. */
export const clientLockContention: Detector<EpisodeSettings> = {
  id: "client-lock-contention",
  title: "Workspace lock contention",
  question: "Did commands of one workspace queue behind each other at clients/NAME or clientEntity/NAME?",
  needs: [],
  needsAny: ["table-track", "lslocks"],
  settings: episodeSettings({ waitMs: 10_000, pileUp: 2, loneWaitMs: 30_000, crowdMs: 120_000 }),
  falseAlarms:
    "Build farms that share one workspace on purpose. A clients/ lock held for the whole command is normal and does not count, only waiting does.",
  source: "Perforce KB 3163 (workspace locks under server.locks).",
  *detect(context, serverId, settings) {
    for (const episode of episodesOf(context, serverId, ["client"], settings)) {
      yield lockSignal(context, serverId, episode, "client-lock-contention", "client-lock-contention");
    }
  },
};
