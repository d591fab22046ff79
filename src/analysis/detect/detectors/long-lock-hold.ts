import { z } from "zod";
import { classify } from "../../../base/perforce-command.js";
import type { CommandFact } from "../../../contracts/case-reader.js";
import type { LockCommand, LockUse } from "../../../contracts/lock-facts.js";
import type { DetectContext, Detector, Fact, Signal } from "../../../contracts/signal.js";
import { fact } from "../host-signal.js";
import { quote, seconds } from "../words.js";

const wholeMs = z.number().int().positive();
const settingsSchema = z.strictObject({
  heldMs: wholeMs.default(30_000).describe("a table locked this long at a stretch is locked long"),
  waitedMs: wholeMs.default(20_000).describe("waiting behind it, in all, from which on it is more than a remark"),
  limit: z.number().int().positive().default(20).describe("holds told, longest first"),
});
type Settings = z.infer<typeof settingsSchema>;

/** A table lock held very long while nobody wanted it: tomorrow somebody may. */
export const longLockHold: Detector<Settings> = {
  id: "long-lock-hold",
  title: "Long lock hold",
  question: "Did a single command keep a db.* table locked for long, whether or not anybody waited?",
  needs: ["table-track"],
  settings: settingsSchema,
  falseAlarms:
    "Work in a quiet hour that is meant to take long; it is told as info. Never counted: locks of one workspace, peeks, background pulls, shared meta and storage locks that are held as long as a command runs.",
  source:
    "Perforce KB 2514 looks for holds of this kind; MaxLockTime is advised at 1 to 30 s, so a longer hold is one that a limit would have ended.",
  *detect(context, serverId, settings) {
    const holds = context.reader
      .lockHolders(serverId, settings.heldMs)
      .flatMap((command) => longest(command, settings.heldMs))
      .sort((a, b) => b.heldMs - a.heldMs || a.command.commandId - b.command.commandId);
    for (const hold of holds.slice(0, settings.limit)) {
      const signal = holdSignal(context, serverId, hold, settings);
      if (signal !== null) yield signal;
    }
  },
};

interface Hold {
  readonly command: LockCommand;
  readonly use: LockUse;
  readonly heldMs: number;
}

function longest(command: LockCommand, leastMs: number): Hold[] {
  const kind = classify(command.cmd, command.args);
  if (kind === "background" || kind === "verify") return [];
  const holds = command.uses
    .filter(({ object, mode }) => isTable(object) || (object === "meta/commit" && mode === "W"))
    .map((use) => ({ command, use, heldMs: singleHold(use) }))
    .filter(({ heldMs }) => heldMs >= leastMs)
    .sort((a, b) => b.heldMs - a.heldMs);
  return holds.slice(0, 1);
}

function isTable(object: string): boolean {
  return object.startsWith("db.");
}

/** Several short holds may add up to much; only the longest one says how long somebody would have waited. */
function singleHold({ count, heldMs, maxHeldMs }: LockUse): number {
  return maxHeldMs ?? (count !== null && count > 1 ? 0 : heldMs);
}

function holdSignal(
  { reader, locks }: DetectContext,
  serverId: number,
  { command, use, heldMs }: Hold,
  { waitedMs }: Settings,
): Signal | null {
  const subject = reader.command(command.commandId);
  if (subject === null) return null;
  const behind = waitsBehind({ reader, locks }, serverId, command.commandId);
  const sum = behind.reduce((total, ms) => total + ms, 0);
  return {
    detector: "long-lock-hold",
    serverId,
    category: "slow-command",
    kind: "hold",
    fromMs: command.startMs,
    toMs: command.endMs ?? reader.window(serverId)?.lastMs ?? command.startMs,
    resource: {
      kind: use.object.includes("/") ? "lock" : "table",
      name: use.object,
      mode: use.mode === "W" ? "write" : "read",
    },
    subject,
    cluster: null,
    facts: [holdFact(subject, use, heldMs, behind.length === 0)],
    severity: sum >= waitedMs ? null : "info",
  };
}

function waitsBehind({ locks }: DetectContext, serverId: number, commandId: number): number[] {
  const { actors, clusters } = locks(serverId);
  return clusters
    .flatMap((cluster) => cluster.victims)
    .filter(({ root, waitMs }) => waitMs >= 1000 && root !== null && actors.get(root)?.commandId === commandId)
    .map(({ waitMs }) => waitMs);
}

function holdFact(subject: CommandFact, use: LockUse, heldMs: number, alone: boolean): Fact {
  const mode = use.mode === "W" ? "write" : "read";
  const cost = alone ? ", and nobody waited for it" : "";
  const words = `${quote(subject.cmd, 40)} (pid ${subject.pid}) held ${quote(use.object, 60)} for ${mode} ${seconds(heldMs)}${cost}`;
  return fact(words, heldMs, "ms", use.ref);
}
