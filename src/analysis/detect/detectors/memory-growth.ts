import { z } from "zod";
import type { CaseReader, CommandFact } from "../../../contracts/case-reader.js";
import type { Detector, Fact, HarmedCommand, Signal } from "../../../contracts/signal.js";
import { fact, hostSignal, spells } from "../host-signal.js";
import { harmedBy, knownErrors, usersOf } from "../server-errors.js";
import { syslogOf, type TimedLine, timed } from "../storage-evidence.js";
import { bytes, clock, plural, quote } from "../words.js";

const settingsSchema = z.strictObject({
  hogPercent: z.number().positive().default(30).describe("memory of the machine that one p4d process has, to be a hog"),
  availablePercent: z.number().positive().default(10).describe("memory left on the machine for the hog to count"),
  commandPercent: z.number().positive().default(50).describe("the same for a command, by the log's own memory figure"),
});
type Settings = z.infer<typeof settingsSchema>;

/** Kills of one shortage come within seconds; the service comes back within minutes. */
const SAME_SHORTAGE_MS = 300_000;
const KB = 1024;

/** Memory ran out: the kernel kills p4d, p4d can't get any, or one command is about to take it all. */
export const memoryGrowth: Detector<Settings> = {
  id: "memory-growth",
  title: "Memory growth and kills",
  question: "Did p4d run out of memory, or was one command about to take it all?",
  needs: [],
  needsAny: ["syslog", "process-list", "vm-statistics", "server-errors"],
  clearNeedsAny: ["syslog", "process-list", "vm-statistics"],
  settings: settingsSchema,
  falseAlarms:
    "A process named like p4d that is none. Never counted: kills of other programs, a large process while memory is left, a command that hits MaxMemory (see error-burst).",
  source:
    "Kernel messages of the OOM killer; p4prometheus memlimits (50 % of the memory by one command); the runbook's memory hogs.",
  *detect({ reader }, serverId, settings) {
    yield* kills(reader, serverId);
    yield* refusals(reader, serverId);
    yield* hogs(reader, serverId, settings);
  },
};

/** Killed process 4548 (p4d_1) …      task=p4d,pid=4548      p4d_1.service: A process of this unit has been killed … */
const P4D_KILLED = /\((?:p4d|p4d_\w{1,20})\)|task=p4d|\bp4d\w{0,20}\.service\b|\btask p4d/;

function* kills(reader: CaseReader, serverId: number): Iterable<Signal> {
  const lines = syslogOf(reader, serverId, "oom").filter((line) => P4D_KILLED.test(line.text.slice(0, 1000)));
  for (const spell of spells(lines, SAME_SHORTAGE_MS)) {
    const named = spell.filter((line) => line.pid !== null);
    const told = named[0] ?? spell[0];
    if (told === undefined) continue;
    const pids = [...new Set(named.map((line) => line.pid as number))];
    const victims = pids.flatMap((pid) => runningAs(reader, serverId, pid, told.atMs) ?? []);
    const harmed = victims.map(({ pid, user, startMs }): HarmedCommand => ({ pid, user, atMs: startMs }));
    yield hostSignal({
      detector: "memory-growth",
      serverId,
      category: "oom-kill",
      kind: "oom-kill",
      fromMs: spell[0]?.atMs ?? told.atMs,
      toMs: spell.at(-1)?.atMs ?? told.atMs,
      resource: { kind: "host", name: "memory" },
      facts: [killFact(told, pids), ...victims.map(victimFact)],
      severity: "critical",
      subject: victims[0] ?? null,
      harmed,
    });
  }
}

function killFact(line: TimedLine, pids: readonly number[]): Fact {
  const whom = pids.length === 0 ? "p4d" : pids.length === 1 ? `p4d (pid ${pids[0]})` : `${pids.length} p4d processes`;
  return fact(
    `the kernel killed ${whom} at ${clock(line.atMs)} because memory had run out`,
    pids[0] ?? null,
    "pid",
    line.ref,
  );
}

function victimFact({ pid, user, cmd, args, ref }: CommandFact): Fact {
  return fact(`pid ${pid} was ${quote(user, 40)}'s ${quote(`${cmd} ${args}`, 80)}`, pid, "pid", ref);
}

/** The command that a pid was at an instant: the last that had begun, unless it had ended. */
function runningAs(reader: CaseReader, serverId: number, pid: number, atMs: number): CommandFact | null {
  const now = reader.commandsDuring(serverId, atMs - 2000, atMs + 2000, 50_000);
  return now.find((one) => one.pid === pid && one.startMs <= atMs + 1000) ?? null;
}

function* refusals(reader: CaseReader, serverId: number): Iterable<Signal> {
  for (const spell of spells(knownErrors(reader, serverId, "memory"), SAME_SHORTAGE_MS)) {
    const first = spell[0];
    const last = spell.at(-1);
    if (first === undefined || last === undefined) continue;
    const harmed = harmedBy(reader, serverId, spell);
    const largest = largestDuring(reader, serverId, first.atMs, last.atMs);
    const words = `p4d could not get memory for ${plural(harmed.length, "command")} of ${plural(usersOf(harmed), "user")}, first at ${clock(first.atMs)}: ${quote(first.text)}`;
    yield hostSignal({
      detector: "memory-growth",
      serverId,
      category: "oom-kill",
      kind: "refused",
      fromMs: first.atMs,
      toMs: last.atMs,
      resource: { kind: "host", name: "memory" },
      facts: [fact(words, spell.length, "errors", first.ref), ...(largest === null ? [] : [largestFact(largest)])],
      severity: null,
      subject: largest,
      harmed,
    });
  }
}

/** Many times what the next one took. */
const OUTGROWN = 3;

/** The one command that had far more memory than any other at that time, by the log's own figure. */
function largestDuring(reader: CaseReader, serverId: number, fromMs: number, toMs: number): CommandFact | null {
  const during = ({ startMs, endMs }: CommandFact) => startMs <= toMs + 1000 && (endMs ?? toMs) >= fromMs - 1000;
  const [first, second] = reader.commandsBy(serverId, "memory", 1, 500).filter(during);
  if (first === undefined || (first.memMb ?? 0) < OUTGROWN * (second?.memMb ?? 0)) return null;
  return first;
}

function largestFact({ pid, memMb, trackRef, ref }: CommandFact): Fact {
  return fact(
    `pid ${pid} used ${memMb} MB meanwhile, many times what any other command did`,
    memMb,
    "MB",
    trackRef ?? ref,
  );
}

function* hogs(reader: CaseReader, serverId: number, settings: Settings): Iterable<Signal> {
  const figures = timed([...reader.measurements(serverId, "vmstat"), ...reader.measurements(serverId, "top")]);
  const totalKb = figures.find((one) => one.name === "memory_total_kb")?.value ?? null;
  const left = figures.filter((one) => one.name === "memory_available_kb").sort((a, b) => a.value - b.value)[0];
  if (totalKb === null || left === undefined || left.value * 100 > totalKb * settings.availablePercent) return;
  const scarce = fact(
    `only ${bytes(left.value * KB)} of memory were left at ${clock(left.atMs)}`,
    left.value,
    "kb",
    left.ref,
  );
  const [biggest] = reader
    .osProcesses(serverId)
    .filter((row) => row.command.includes("p4d") && (row.rssKb ?? 0) * 100 >= totalKb * settings.hogPercent)
    .sort((a, b) => (b.rssKb ?? 0) - (a.rssKb ?? 0));
  if (biggest !== undefined) {
    const atMs = biggest.atMs ?? left.atMs;
    const subject = runningAs(reader, serverId, biggest.pid, atMs);
    const words = `p4d (pid ${biggest.pid}) had ${bytes((biggest.rssKb ?? 0) * KB)} of the ${bytes(totalKb * KB)} of the machine`;
    yield hog(serverId, Math.min(atMs, left.atMs), Math.max(atMs, left.atMs), subject, [
      fact(words, biggest.rssKb, "kb", biggest.ref),
      scarce,
    ]);
    return;
  }
  const [command] = reader.commandsBy(serverId, "memory", (totalKb * settings.commandPercent) / 100 / KB, 1);
  if (command === undefined) return;
  const words = `pid ${command.pid} used ${bytes((command.memMb ?? 0) * KB * KB)} of the ${bytes(totalKb * KB)} of the machine`;
  const endMs = command.endMs ?? reader.window(serverId)?.lastMs ?? command.startMs;
  yield hog(serverId, command.startMs, endMs, command, [
    fact(words, command.memMb, "MB", command.trackRef ?? command.ref),
    scarce,
  ]);
}

function hog(
  serverId: number,
  fromMs: number,
  toMs: number,
  subject: CommandFact | null,
  facts: readonly Fact[],
): Signal {
  return hostSignal({
    detector: "memory-growth",
    serverId,
    category: "oom-kill",
    kind: "hog",
    fromMs,
    toMs,
    resource: { kind: "host", name: "memory" },
    facts,
    severity: null,
    subject,
  });
}
