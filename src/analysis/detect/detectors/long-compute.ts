import { z } from "zod";
import { least, most } from "../../../base/extremes.js";
import { classify, isInteractive } from "../../../base/perforce-command.js";
import type { CommandFact } from "../../../contracts/case-reader.js";
import type { Detector, Fact, Signal } from "../../../contracts/signal.js";
import { groupBy } from "../group-by.js";
import { fact } from "../host-signal.js";
import { harmOf } from "../slowdown.js";
import { plural, quote, seconds } from "../words.js";

const wholeMs = z.number().int().positive();
const settingsSchema = z.strictObject({
  computeMs: wholeMs.default(10_000).describe("a compute phase this long is long"),
  loneMs: wholeMs.default(60_000).describe("so long that one command is worth a remark"),
  runs: z
    .number()
    .int()
    .positive()
    .default(3)
    .describe("long compute phases of one workspace that are more than a remark"),
  mostRows: z
    .number()
    .int()
    .positive()
    .default(100_000)
    .describe("with more rows than this it is a scan, which is another matter"),
  limit: z.number().int().positive().default(2000).describe("commands looked at, longest compute phase first"),
});
type Settings = z.infer<typeof settingsSchema>;

/** Processor time of a compute phase: below this share it waited for something else. */
const COMPUTING = 0.7;
/** Kinds whose work is computing over many files, whatever the view looks like. */
const HEAVY = new Set([
  "submit",
  "integrate",
  "obliterate",
  "label",
  "verify",
  "checkpoint",
  "journal",
  "background",
  "reconcile",
]);

/** The server computes long and reads little: it joins mappings of views, branches and protections. */
export const longCompute: Detector<Settings> = {
  id: "long-compute",
  title: "Long compute phase",
  question: "Did commands of one workspace compute for long although they looked at few rows?",
  needs: ["command-completion", "compute-phase", "table-track"],
  settings: settingsSchema,
  falseAlarms:
    "A server whose processors are all busy computes slowly for everybody; only processor time counts here, so that is not mistaken. Never counted: submits, integrates, labels and other work that computes by nature.",
  source:
    "Perforce KB 1238 and 3124 on views and protections: compute end near lapse, processor time near both, few rows, the same user or workspace every time.",
  *detect(context, serverId, settings) {
    const long = context.reader.commandsBy(serverId, "compute", settings.computeMs, settings.limit);
    const joins = long.filter((command) => isJoin(command, settings));
    const byWorkspace = groupBy(joins, ({ user, workspace }) => `${user}\0${workspace}`);
    for (const commands of byWorkspace.values()) {
      const [longest] = commands;
      const often = commands.length >= settings.runs;
      if (longest === undefined || (!often && (longest.computeMs ?? 0) < settings.loneMs)) continue;
      yield signalOf(serverId, longest, commands, often);
    }
  },
};

/** Few rows: with track thresholds a table that is not told was below them, which is few. */
function isJoin(command: CommandFact, { computeMs: leastMs, mostRows }: Settings): boolean {
  const { cmd, args, computeMs, cpuMs, trackRef, lockWaitMs, scanRows } = command;
  if (computeMs === null || cpuMs === null || trackRef === null || command.lapseMs === null) return false;
  if (HEAVY.has(classify(cmd, args)) || isInteractive(cmd, args) || scanRows >= mostRows) return false;
  return cpuMs >= leastMs && cpuMs >= computeMs * COMPUTING && lockWaitMs * 2 < command.lapseMs;
}

function signalOf(serverId: number, longest: CommandFact, commands: readonly CommandFact[], often: boolean): Signal {
  return {
    detector: "long-compute",
    serverId,
    category: "slow-command",
    kind: "compute",
    harmed: harmOf(commands),
    fromMs: least(commands.map((one) => one.startMs)),
    toMs: most(commands.map((one) => one.endMs ?? one.startMs)),
    resource: { kind: "client", name: longest.workspace, mode: null },
    subject: longest,
    cluster: null,
    facts: factsOf(longest, commands),
    severity: often ? null : "info",
  };
}

function factsOf(longest: CommandFact, commands: readonly CommandFact[]): Fact[] {
  const ref = longest.computeRef ?? longest.endRef ?? longest.ref;
  const computeMs = longest.computeMs ?? 0;
  const one = `${quote(longest.cmd, 40)} (pid ${longest.pid}) computed ${seconds(computeMs)} of ${seconds(longest.lapseMs ?? computeMs)} and scanned ${longest.scanRows} rows`;
  const list = [fact(one, computeMs, "ms", ref)];
  if (commands.length > 1) {
    const sumMs = commands.reduce((sum, command) => sum + (command.computeMs ?? 0), 0);
    const words = `${plural(commands.length, "command")} of workspace ${quote(longest.workspace, 60)} computed like that, ${seconds(sumMs)} in all`;
    list.push(fact(words, sumMs, "ms", ref));
  }
  return list;
}
