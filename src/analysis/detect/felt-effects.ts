import type { CaseReader } from "../../contracts/case-reader.js";
import type { DetectContext, Fact } from "../../contracts/signal.js";
import { fact } from "./host-signal.js";
import { type SlowStretch, slowFact } from "./slow-stretch.js";
import { plural, seconds, span } from "./words.js";

/** How a machine's trouble shows in the log: without one of these it hurt nobody. */
export interface Effect {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fact: Fact;
}

export function effectOf(stretch: SlowStretch): Effect {
  return { fromMs: stretch.fromMs, toMs: stretch.toMs, fact: slowFact(stretch) };
}

const STANDSTILL_MS = 15_000;
const STANDSTILL_RUNNING = 3;

/** Commands were running and the log did not get a line. */
export function standstills(reader: CaseReader, serverId: number): Effect[] {
  return reader
    .quietStretches(serverId, STANDSTILL_MS)
    .filter((one) => one.running >= STANDSTILL_RUNNING)
    .map(({ fromMs, toMs, running, after }) => {
      const words = `nothing was logged for ${seconds(toMs - fromMs)} (${span(fromMs, toMs)}) while ${running} commands ran`;
      return { fromMs, toMs, fact: fact(words, toMs - fromMs, "ms", after) };
    });
}

/** Holders that get slow make queues. A single workspace's queue is that workspace's business. */
export function lockQueues(context: DetectContext, serverId: number): Effect[] {
  return context
    .locks(serverId)
    .clusters.filter((cluster) => cluster.victims.length >= 3 && cluster.scope !== "client")
    .flatMap((cluster) => {
      const ref = cluster.victims[0]?.refs[0];
      if (ref === undefined) return [];
      const words = `${plural(cluster.victims.length, "command")} queued for locks ${span(cluster.fromMs, cluster.toMs)}`;
      const told = fact(words, cluster.victims.length, "commands", ref);
      return [{ fromMs: cluster.fromMs, toMs: cluster.toMs, fact: told }];
    });
}
