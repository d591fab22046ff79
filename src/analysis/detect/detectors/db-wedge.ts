import type { Detector } from "../../../contracts/signal.js";
import { type EpisodeSettings, episodeSettings, episodesOf, lockSignal } from "../lock-episode.js";

/** Lock waits on particular tables, long enough and with enough commands piled up behind them. */
export const dbWedge: Detector<EpisodeSettings> = {
  id: "db-wedge",
  title: "Database wedge",
  question: "Did commands pile up behind a lock on a db.* table, or on a lock that all workspaces share?",
  needs: [],
  needsAny: ["table-track", "lslocks"],
  settings: episodeSettings({ waitMs: 5_000, pileUp: 3, loneWaitMs: 20_000, crowdMs: 60_000 }),
  falseAlarms:
    "A planned operation in a quiet hour (an obliterate at night) is found too; its impact is then small. Peeks never count: they block nobody.",
  source:
    "Perforce KB 2514 (simple P4D log analysis) and M. Bloch's report on locking at large sites: pile-ups are caused by single commands that hold locks.",
  *detect(context, serverId, settings) {
    for (const episode of episodesOf(context, serverId, ["table", "other"], settings)) {
      yield lockSignal(context, serverId, episode, "db-wedge", "db-wedge");
    }
  },
};
