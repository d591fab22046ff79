import { z } from "zod";
import { classify } from "../../../base/perforce-command.js";
import type { DetectContext, Detector, Fact } from "../../../contracts/signal.js";
import {
  episodeSettings,
  episodesOf,
  type LockEpisode,
  lockSignal,
  rootActor,
  VICTIM_WAIT_MS,
} from "../lock-episode.js";

const settingsSchema = episodeSettings({ waitMs: 5_000, pileUp: 3, loneWaitMs: 20_000, crowdMs: 60_000 }).extend({
  heldTables: z
    .number()
    .int()
    .positive()
    .default(10)
    .describe("db.* tables that one process unknown to p4 monitor read-locks at once, to be taken for a checkpoint"),
  waitedTables: z
    .number()
    .int()
    .positive()
    .default(5)
    .describe("different tables waited for behind a holder nobody saw, to suspect a whole-database lock"),
});
type Settings = z.infer<typeof settingsSchema>;

/** A checkpoint, dump or journal rotation that locks the whole database while people work. */
export const checkpointUnderLoad: Detector<Settings> = {
  id: "checkpoint-under-load",
  title: "Checkpoint or journal rotation under load",
  question: "Was everybody waiting for a checkpoint, a dump or a journal rotation?",
  needs: [],
  needsAny: ["table-track", "lslocks"],
  settings: settingsSchema,
  falseAlarms:
    "Another program that read-locks all db.* files (a backup tool) looks the same; without captures a holder that the log lost may too, so confidence stays medium.",
  source:
    "Perforce KB 2406 and 2419: a checkpoint of the live database locks all tables; `p4d -jc` from cron never appears in the P4LOG.",
  *detect(context, serverId, settings) {
    for (const episode of episodesOf(context, serverId, ["table", "other"], settings)) {
      const facts = wholeDatabaseLock(context, serverId, episode, settings);
      if (facts === null) continue;
      const signal = lockSignal(context, serverId, episode, "checkpoint-under-load", "checkpoint-under-load");
      yield facts.length === 0 ? signal : { ...signal, facts };
    }
  },
};

function wholeDatabaseLock(
  context: DetectContext,
  serverId: number,
  episode: LockEpisode,
  settings: Settings,
): Fact[] | null {
  const actor = rootActor(episode);
  if (actor === null || actor.pid === null) return unseenHolder(context, episode, settings);
  const kind = classify(actor.cmd, actor.args);
  if (kind === "checkpoint" || kind === "journal") return [];
  return actor.commandId === null ? foreignHolder(context, serverId, actor.pid, settings) : null;
}

/** lslocks shows a p4d with read locks on most db.* files that `p4 monitor` does not know: `p4d -jc` outside the server. */
function foreignHolder(context: DetectContext, serverId: number, pid: number, settings: Settings): Fact[] | null {
  if (context.reader.capturedProcesses(serverId).some((row) => row.pid === pid)) return null;
  const held = context.reader
    .capturedLocks(serverId)
    .filter((lock) => lock.pid === pid && !lock.waiting && lock.mode === "R" && lock.object?.startsWith("db."));
  const tables = new Set(held.map((lock) => lock.object));
  const first = held[0];
  if (first === undefined || tables.size < settings.heldTables) return null;
  const text = `pid ${pid} held read locks on ${tables.size} db.* tables, this one among them, and p4 monitor does not know it`;
  return [{ text, value: tables.size, unit: "tables", ref: first.ref }];
}

/** Nobody in the evidence held what many commands waited for, on many tables: the holder locked them all. */
function unseenHolder(context: DetectContext, episode: LockEpisode, settings: Settings): Fact[] | null {
  const { cluster, analysis } = episode;
  if (cluster.convoy) return null;
  const explained = new Set(
    cluster.edges.filter((edge) => analysis.actors.get(edge.blocker)?.pid != null).map((edge) => edge.blocked),
  );
  const orphans = cluster.victims.filter((victim) => !explained.has(victim.actor));
  const waits = orphans
    .flatMap((victim) => analysis.actors.get(victim.actor) ?? [])
    .sort((a, b) => (a.startMs ?? 0) - (b.startMs ?? 0) || (a.ref?.lineNo ?? 0) - (b.ref?.lineNo ?? 0))
    .flatMap(({ commandId }) => (commandId === null ? [] : context.reader.lockUses(commandId)))
    .filter((use) => use.object.startsWith("db.") && use.waitMs >= VICTIM_WAIT_MS);
  const tables = new Set(waits.map((use) => use.object));
  const first = waits[0];
  if (first === undefined || tables.size < settings.waitedTables) return null;
  if (waits.some((use) => use.mode === "R")) return null; // a checkpoint's read locks let readers in
  const text = `commands waited to write ${tables.size} different tables, ${first.object} among them, and nothing in the log held them`;
  return [{ text, value: tables.size, unit: "tables", ref: first.ref }];
}
