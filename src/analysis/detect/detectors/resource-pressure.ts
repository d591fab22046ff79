import { z } from "zod";
import type { CaseReader } from "../../../contracts/case-reader.js";
import type { DetectContext, Detector, Fact, HarmedCommand, Signal } from "../../../contracts/signal.js";
import { effectOf, lockQueues } from "../felt-effects.js";
import { fact, hostSignal, near, reach } from "../host-signal.js";
import { PRESSURE_LIMITS, pressureSigns } from "../pressure-signs.js";
import { harmedBy, knownErrors } from "../server-errors.js";
import { type SlowStretch, slowFact, slowStretches } from "../slow-stretch.js";
import { clock, plural, quote, seconds } from "../words.js";

const count = z.number().int().positive();
const percent = z.number().positive();
const settingsSchema = z.strictObject({
  pausedMs: count.default(1000).describe("a pause this long is felt"),
  pausedCommands: count
    .default(3)
    .describe("commands paused that long for it to count; one that is refused counts alone"),
  swapKb: count.default(PRESSURE_LIMITS.swapKb).describe("kB a second swapped in and out together, in two samples"),
  stealPercent: percent
    .default(PRESSURE_LIMITS.stealPercent)
    .describe("processor time stolen by other machines of the host, in two samples"),
  cpuPressure: percent.default(PRESSURE_LIMITS.cpuPressure).describe("cpu_some_avg10 of /proc/pressure from here on"),
  idlePercent: percent
    .default(PRESSURE_LIMITS.idlePercent)
    .describe("processors idle no more than this, in two samples"),
  apartMs: count.default(120_000).describe("how far a capture may be from the slow stretch it explains"),
});
type Settings = z.infer<typeof settingsSchema>;

/** Processor time above this share of all lapse: they competed for processors. */
const COMPUTING = 0.5;

/** The machine has too little processor or memory: p4d pauses commands, or everybody is slow. */
export const resourcePressure: Detector<Settings> = {
  id: "resource-pressure",
  title: "Resource pressure",
  question: "Were commands paused or refused, or all slow, for want of processor or memory?",
  needs: [],
  needsAny: ["command-completion", "server-errors", "server-threads", "pressure", "vm-statistics"],
  clearNeedsAny: ["server-threads", "pressure", "vm-statistics", "table-track"],
  settings: settingsSchema,
  falseAlarms:
    "Thresholds of sys.pressure.* set so low that a healthy machine pauses commands. Never counted: a busy machine whose commands are as fast as ever, a pressure line without a pause, one swapped-out idle program.",
  source: "p4 help resources and configurables (sys.pressure.*), kernel documentation of /proc/pressure and vmstat.",
  *detect(context, serverId, settings) {
    const paused = pausedCommands(context.reader, serverId, settings);
    if (paused !== null) yield paused;
    const slow = slowStretches(context.reader, serverId);
    const short = machineShort(context, serverId, slow, settings);
    if (short !== null) yield short;
    const computing = slow.filter((one) => one.cpuShare >= COMPUTING);
    if (short === null) yield* computing.map((one) => signal(serverId, "cpu", one, [slowFact(one)], "major", []));
  },
};

/** A machine that swaps or starves, and people who feel it at that time: all slow, or queues behind holders that are. */
function machineShort(
  context: DetectContext,
  serverId: number,
  slow: readonly SlowStretch[],
  settings: Settings,
): Signal | null {
  const signs = pressureSigns(context.reader, serverId, settings);
  const effects = [...slow.map(effectOf), ...lockQueues(context, serverId)];
  const felt = effects.filter((effect) => signs.some((sign) => near(sign, effect, settings.apartMs)));
  const believed = signs.filter((sign) => felt.some((effect) => near(sign, effect, settings.apartMs)));
  if (believed.length === 0) return null;
  const shortage = believed.some((sign) => sign.kind === "swap") ? "swap" : "cpu";
  const facts = [...believed, ...felt].map((one) => one.fact);
  return signal(serverId, shortage, reach(felt), facts, "major", []);
}

function pausedCommands(reader: CaseReader, serverId: number, settings: Settings): Signal | null {
  const paused = reader.commandsBy(serverId, "paused", settings.pausedMs, 1000);
  const errors = knownErrors(reader, serverId, "pressure");
  const longest = paused[0];
  const refused = errors[0];
  if (refused === undefined && paused.length < settings.pausedCommands) return null;
  const facts: Fact[] = [];
  if (refused !== undefined) {
    const words = `p4d ended or refused ${plural(errors.length, "command")} under pressure, the first at ${clock(refused.atMs)}: ${quote(refused.text)}`;
    facts.push(fact(words, errors.length, "errors", refused.ref));
  }
  if (longest !== undefined) {
    const ref = longest.trackRef ?? longest.ref;
    const words = `p4d paused ${plural(paused.length, "command")} for ${seconds(settings.pausedMs)} or more, the longest for ${seconds(longest.pausedMs ?? 0)}`;
    facts.push(fact(words, longest.pausedMs, "ms", ref));
  }
  const held = paused.map(({ pid, user, startMs }): HarmedCommand => ({ pid, user, atMs: startMs }));
  const times = [
    ...paused.map(({ startMs, pausedMs }) => ({ fromMs: startMs, toMs: startMs + (pausedMs ?? 0) })),
    ...errors.map(({ atMs }) => ({ fromMs: atMs, toMs: atMs })),
  ];
  const harmed = [...held, ...harmedBy(reader, serverId, errors)];
  const severity = harmed.length >= 20 ? "major" : null;
  return signal(serverId, "paused", reach(times), [...facts, ...pressureLines(reader, serverId)], severity, harmed);
}

/** Server under resource pressure.  Pause rate CPU 59%, mem 0%, CPU pressure 2, mem pressure 0 */
function pressureLines(reader: CaseReader, serverId: number): Fact[] {
  const lines = reader.events(serverId).filter((event) => event.kind === "pressure");
  const worst = [...lines].sort((a, b) => level(b.values) - level(a.values))[0];
  if (worst === undefined) return [];
  const [, , cpu = 0, memory = 0] = worst.values;
  const words = `p4d said so itself ${lines.length} times; at ${clock(worst.atMs)} CPU pressure was ${cpu} and memory pressure ${memory} (2 is high)`;
  return [fact(words, lines.length, "lines", worst.ref)];
}

function level([, , cpu, memory]: readonly (number | null)[]): number {
  return Math.max(cpu ?? 0, memory ?? 0);
}

function signal(
  serverId: number,
  kind: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  facts: readonly Fact[],
  severity: Signal["severity"],
  harmed: readonly HarmedCommand[],
): Signal {
  const name = kind === "swap" ? "memory" : kind === "cpu" ? "processors" : "p4d";
  return hostSignal({
    detector: "resource-pressure",
    serverId,
    category: "resource-pressure",
    kind,
    fromMs,
    toMs,
    resource: { kind: "host", name },
    facts,
    severity,
    harmed,
  });
}
