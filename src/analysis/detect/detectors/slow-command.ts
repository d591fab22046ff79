import { z } from "zod";
import {
  type CommandClass,
  classify,
  isInteractive,
  isParallelTransfer,
  type TimeBudget,
  timeBudget,
  verbOf,
} from "../../../base/perforce-command.js";
import type { Category } from "../../../contracts/analysis.js";
import type { CommandFact } from "../../../contracts/case-reader.js";
import type { EvidenceRef } from "../../../contracts/lock-facts.js";
import { COMMAND_FLAG } from "../../../contracts/record-batch.js";
import type { DetectContext, Detector, Fact, Signal } from "../../../contracts/signal.js";

const wholeMs = z.number().int().positive();
const settingsSchema = z.strictObject({
  lapseMs: wholeMs.default(100_000).describe("a command this long is slow"),
  transferMs: wholeMs
    .default(500_000)
    .describe("the same for sync, print and reconcile when the log does not say how much they moved"),
  minMbPerS: z
    .number()
    .positive()
    .default(2)
    .describe("a sync or print that moves less than this for more than lapseMs has a slow network or client"),
  openMs: wholeMs.default(600_000).describe("a command without completion is slow when it had been open this long"),
  limit: z.number().int().positive().default(200).describe("commands looked at, longest first"),
});
type Settings = z.infer<typeof settingsSchema>;

const ENDED_UNSEEN =
  COMMAND_FLAG.supplanted | COMMAND_FLAG.removedFromMonitor | COMMAND_FLAG.noCompletionKind | COMMAND_FLAG.anonymous;

/** Single commands that hurt nobody but whoever ran them. */
export const slowCommand: Detector<Settings> = {
  id: "slow-command",
  title: "Slow command",
  question: "Did a single command take very long by itself, not because it waited for others?",
  needs: ["command-start", "command-completion"],
  settings: settingsSchema,
  falseAlarms:
    "Work that is meant to take long and is not recognised as such. Normal and never counted: background pulls and rmt-*, IDLE, open forms and password prompts, parallel syncs, verify, checkpoints and journal rotations (unless somebody waits for them), a sync that moves data at a fair rate.",
  source:
    "Limits of log2sql's sql_report.sh: 100 s, and 500 s for syncs; the time budget is lock wait, pause, trigger, network, CPU as track output tells them.",
  *detect(context, serverId, settings) {
    for (const command of context.reader.slowCommands(serverId, settings.lapseMs, settings.limit)) {
      const budget = timeBudget(command);
      if (budget === null || command.endMs === null || isNameless(command)) continue;
      const category = categoryOf(command, budget, settings);
      if (category !== null) yield finished(context, command, budget, category);
    }
    yield* stillOpen(context, serverId, settings);
  },
};

/** What a checkpoint or a verify costs others is other detectors' business. */
const MEANT_TO_LAST: readonly CommandClass[] = ["background", "verify", "checkpoint", "journal"];

/** Null: normal, or explained by waiting for somebody else's lock. */
function categoryOf(command: CommandFact, budget: TimeBudget, settings: Settings): Category | null {
  const kind = classify(command.cmd, command.args);
  if (budget.lapseMs < settings.lapseMs || budget.dominant === "lock-wait") return null;
  if (MEANT_TO_LAST.includes(kind) || isParallelTransfer(command.cmd, command.args)) return null;
  if (budget.dominant === "trigger") return "trigger-stall";
  if (budget.dominant === "paused") return "resource-pressure";
  if (isThinkTime(command, budget)) return null;
  if (budget.dominant === "cpu") return "slow-command";
  if (kind === "transfer") return transferCategory(command, budget, settings);
  if (kind === "reconcile" && budget.lapseMs < settings.transferMs) return null; // the client digests its files meanwhile
  return "slow-command";
}

/** Somebody looks at a form. Its messages are too few for an rpc line above track 1, so no line means the same. */
function isThinkTime(command: CommandFact, budget: TimeBudget): boolean {
  if (!isInteractive(command.cmd, command.args)) return false;
  return budget.dominant === "peer" || budget.dominant === "none" ? (command.rpcMb ?? 0) < 10 : false;
}

function transferCategory(command: CommandFact, budget: TimeBudget, settings: Settings): Category | null {
  const rate = command.rpcMb === null ? null : (command.rpcMb * 1000) / budget.lapseMs;
  if (rate !== null && rate >= settings.minMbPerS) return null;
  if (rate === null && budget.lapseMs < settings.transferMs) return null;
  return budget.dominant === "peer" ? "network-stall" : "slow-command";
}

function* stillOpen(context: DetectContext, serverId: number, settings: Settings): Iterable<Signal> {
  const { reader } = context;
  const window = reader.window(serverId);
  if (window === null) return;
  const lost = reader.logLosses(serverId);
  for (const command of reader.openCommands(serverId)) {
    const openMs = window.lastMs - command.startMs;
    if (openMs < settings.openMs || (command.flags & ENDED_UNSEEN) !== 0) continue;
    if (lost.some((one) => one.toMs >= command.startMs)) continue; // it may have ended in lines that nobody has
    if (vanished(context, command) || !isSuspiciousWhenOpen(command)) continue;
    const text = `${verbOf(command.cmd)} (pid ${command.pid}) had not completed ${seconds(openMs)} after it started`;
    yield signal(context, command, "slow-command", window.lastMs, [fact(text, openMs, command.ref)]);
  }
}

/** Only its completion is there: its start lies before the log, or is lost. Nobody can say what it was. */
function isNameless(command: CommandFact): boolean {
  return (command.flags & COMMAND_FLAG.anonymous) !== 0;
}

/** A monitor capture taken while the command should have been running does not list it: it had ended. */
function vanished(context: DetectContext, command: CommandFact): boolean {
  const rows = context.reader.capturedProcesses(command.serverId);
  const later = rows.filter((row) => row.takenMs !== null && row.takenMs > command.startMs + 1000);
  return later.length > 0 && !later.some((row) => row.pid === command.pid);
}

function isSuspiciousWhenOpen(command: CommandFact): boolean {
  const kind = classify(command.cmd, command.args);
  if (["background", "verify", "transfer", "other", "form", "admin"].includes(kind)) return false;
  return !isInteractive(command.cmd, command.args);
}

/** Only the lapse is a fact here; where the time went is the causes' business. */
function finished(context: DetectContext, command: CommandFact, budget: TimeBudget, category: Category): Signal {
  const words = `${verbOf(command.cmd)} (pid ${command.pid}) took ${seconds(budget.lapseMs)}`;
  const toMs = command.endMs ?? command.startMs + budget.lapseMs;
  return signal(context, command, category, toMs, [fact(words, budget.lapseMs, command.endRef ?? command.ref)]);
}

function signal(
  context: DetectContext,
  command: CommandFact,
  category: Category,
  toMs: number,
  facts: readonly Fact[],
): Signal {
  const trigger = category === "trigger-stall" ? context.reader.triggers(command.commandId)[0] : undefined;
  return {
    detector: "slow-command",
    serverId: command.serverId,
    category,
    fromMs: command.startMs,
    toMs,
    resource:
      trigger === undefined
        ? { kind: "client", name: command.workspace, mode: null }
        : { kind: "trigger", name: trigger.name, mode: null },
    subject: command,
    cluster: null,
    facts,
    severity: null,
  };
}

function fact(text: string, ms: number, ref: EvidenceRef): Fact {
  return { text, value: ms, unit: "ms", ref };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
