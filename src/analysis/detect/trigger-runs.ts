import { least, most } from "../../base/extremes.js";
import type { TriggerRun } from "../../contracts/case-reader.js";
import type { DetectContext, Fact, Signal } from "../../contracts/signal.js";
import { median } from "./baseline.js";
import { groupBy } from "./group-by.js";
import { fact, hostSignal, spells } from "./host-signal.js";
import { harmOf } from "./slowdown.js";
import { plural, quote, seconds, span } from "./words.js";

export interface SlowTriggerSettings {
  readonly runMs: number;
  readonly times: number;
  readonly share: number;
  readonly commands: number;
  readonly apartMs: number;
}

const MOST_RUNS = 20_000;
/** Quick runs that make a habit. */
const LEAST_RUNS = 5;

/** `swarm.changesave` and `swarm.strict` belong to swarm: one system behind them, one trouble. */
function familyOf(trigger: string): string {
  return trigger.split(".", 1)[0] ?? trigger;
}

/** Triggers that took most of the time of several commands, one signal a family and spell. */
export function* slowTriggers(
  context: DetectContext,
  serverId: number,
  settings: SlowTriggerSettings,
): Iterable<Signal> {
  const runs = context.reader.triggerRuns(serverId, 0, MOST_RUNS).filter(({ cmd }) => !isLogin(cmd));
  const usual = habits(runs, settings.runMs);
  const families = groupBy(runs, ({ name }) => familyOf(name));
  for (const list of families.values()) {
    const timed = slowRuns(list, usual, settings)
      .map((run) => ({ ...run, atMs: run.startMs }))
      .sort((a, b) => a.atMs - b.atMs);
    for (const spell of spells(timed, settings.apartMs)) {
      if (new Set(spell.map((run) => run.commandId)).size < settings.commands) continue;
      yield slowSignal(context, serverId, spell, usual);
    }
  }
}

/** A trigger that checks passwords is part of the login. */
export function isLogin(cmd: string): boolean {
  return cmd === "user-login" || cmd === "dm-login" || cmd === "user-login2" || cmd === "dm-Login";
}

function habits(runs: readonly TriggerRun[], limitMs: number): Map<string, number> {
  const quick = groupBy(
    runs.filter(({ lapseMs }) => lapseMs < limitMs),
    ({ name }) => name,
  );
  const known = [...quick].filter(([, list]) => list.length >= LEAST_RUNS);
  return new Map(known.map(([name, list]) => [name, median(list.map(({ lapseMs }) => lapseMs))]));
}

/**
 * Of one family: the slow runs of commands that it held up. A submit calls several triggers of Swarm in turn, and where
 * Swarm does not answer each of them waits: it is their sum that the command pays.
 */
function slowRuns(
  list: readonly TriggerRun[],
  usual: ReadonlyMap<string, number>,
  { runMs, times, share }: SlowTriggerSettings,
): TriggerRun[] {
  const sums = new Map<number, number>();
  for (const { commandId, lapseMs } of list) sums.set(commandId, (sums.get(commandId) ?? 0) + lapseMs);
  return list.filter(({ commandId, commandLapseMs, lapseMs, name }) => {
    if (lapseMs < runMs || lapseMs < (usual.get(name) ?? 0) * times) return false;
    return commandLapseMs === null || (sums.get(commandId) ?? 0) >= commandLapseMs * share;
  });
}

function slowSignal(
  { reader }: DetectContext,
  serverId: number,
  spell: readonly TriggerRun[],
  usual: ReadonlyMap<string, number>,
): Signal {
  const [worst] = [...spell].sort((a, b) => b.lapseMs - a.lapseMs);
  const commands = [...new Set(spell.map((run) => run.commandId))].flatMap((id) => reader.command(id) ?? []);
  const users = new Set(spell.map((run) => run.user)).size;
  const fromMs = least(spell.map((run) => run.startMs));
  const toMs = most(spell.map((run) => run.startMs + (run.commandLapseMs ?? run.lapseMs)));
  return {
    ...hostSignal({
      detector: "trigger-time",
      serverId,
      category: "trigger-stall",
      kind: "slow",
      fromMs,
      toMs,
      resource: { kind: "server", name: "" },
      facts: slowFacts(spell, users, usual, { fromMs, toMs }),
      severity: users >= 5 ? "major" : null,
      subject: worst === undefined ? null : reader.command(worst.commandId),
      harmed: harmOf(commands),
    }),
    resource: { kind: "trigger", name: worst?.name ?? "", mode: null },
  };
}

const RUNS_TOLD = 3;

function slowFacts(
  spell: readonly TriggerRun[],
  users: number,
  usual: ReadonlyMap<string, number>,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Fact[] {
  const sorted = [...spell].sort((a, b) => b.lapseMs - a.lapseMs);
  const [worst] = sorted;
  if (worst === undefined) return [];
  const usualMs = usual.get(worst.name);
  const habit = usualMs === undefined ? "" : `, usual are ${seconds(usualMs)}`;
  const names = [...new Set(spell.map((run) => run.name))].slice(0, 4).map((name) => quote(name, 60));
  const words = `trigger ${names.join(", ")} took most of the time of ${plural(new Set(spell.map((run) => run.commandId)).size, "command")} of ${plural(users, "user")} ${span(fromMs, toMs)}, ${seconds(median(spell.map((run) => run.lapseMs)))} in the middle${habit}`;
  const told = sorted.slice(0, RUNS_TOLD).map((run) => {
    const of = run.commandLapseMs === null ? "" : ` of the ${seconds(run.commandLapseMs)}`;
    const line = `trigger ${quote(run.name, 60)} took ${seconds(run.lapseMs)}${of} of a ${quote(run.cmd, 40)} of ${quote(run.user, 40)}`;
    return fact(line, run.lapseMs, "ms", run.ref);
  });
  return [fact(words, spell.length, "runs", worst.ref), ...told];
}
