import { most } from "../../base/extremes.js";
import { messageSignature } from "../../base/server-messages.js";
import type { CaseReader } from "../../contracts/case-reader.js";
import type { DetectContext, Fact, Signal } from "../../contracts/signal.js";
import { groupBy } from "./group-by.js";
import { fact, hostSignal, spells } from "./host-signal.js";
import { harmedBy, type KnownError, knownErrors, usersOf } from "./server-errors.js";
import { plural, quote, span } from "./words.js";

export interface FailureSettings {
  readonly failures: number;
  readonly failedUsers: number;
  readonly apartMs: number;
}

const MOST_RUNS = 20_000;
/** A trigger that refuses bad input lets good input pass, and says different things to different people. */
const SAME_WORDS = 0.8;
const MOSTLY = 0.7;

/** 'swarm.changesave' validation failed: Connection refused */
const NAMED = /'([^'\n]{1,200})' validation failed/;

interface Failure extends KnownError {
  readonly trigger: string;
  readonly words: string;
}

/** Scripts that fail for everybody whatever they are given. A refusal of one person's input is no failure. */
export function* failingTriggers(
  context: DetectContext,
  serverId: number,
  settings: FailureSettings,
): Iterable<Signal> {
  const byTrigger = groupBy(knownErrors(context.reader, serverId, "trigger").map(read), ({ trigger }) => trigger);
  for (const [trigger, list] of byTrigger) {
    for (const spell of spells(list, settings.apartMs)) {
      const signal = failureSignal(context, serverId, trigger, spell, settings);
      if (signal !== null) yield signal;
    }
  }
}

function read(error: KnownError): Failure {
  const text = error.text.slice(0, 2000);
  const match = NAMED.exec(text);
  const words = match === null ? text : text.slice(match.index + match[0].length);
  return { ...error, trigger: match?.[1] ?? "unknown", words: messageSignature(words) };
}

function failureSignal(
  { reader }: DetectContext,
  serverId: number,
  trigger: string,
  spell: readonly Failure[],
  { failures, failedUsers }: FailureSettings,
): Signal | null {
  const harmed = harmedBy(reader, serverId, spell);
  const users = usersOf(harmed);
  const span = { fromMs: spell[0]?.atMs ?? 0, toMs: spell.at(-1)?.atMs ?? 0 };
  const same = sameWords(spell);
  if (spell.length < failures || users < failedUsers || same < spell.length * SAME_WORDS) return null;
  const passed = passedDuring(reader, serverId, trigger, spell);
  if (spell.length < (spell.length + passed) * MOSTLY) return null;
  return {
    ...hostSignal({
      detector: "trigger-time",
      serverId,
      category: "trigger-stall",
      kind: "failure",
      ...span,
      resource: { kind: "server", name: "" },
      facts: facts(trigger, spell, users, passed),
      severity: users >= 5 ? "major" : null,
      harmed,
    }),
    resource: { kind: "trigger", name: trigger, mode: null },
  };
}

/**
 * Whom it let pass meanwhile. A trigger that was never seen to let anybody pass may be one for a few paths whose quick
 * runs the log leaves out: then every other command of the same kind that went through counts.
 */
function passedDuring(reader: CaseReader, serverId: number, trigger: string, spell: readonly Failure[]): number {
  const failed = new Set(spell.map(({ pid }) => pid));
  const during = ({ startMs }: { readonly startMs: number }) =>
    startMs >= (spell[0]?.atMs ?? 0) && startMs <= (spell.at(-1)?.atMs ?? 0);
  const passed = reader
    .triggerRuns(serverId, 0, MOST_RUNS)
    .filter((run) => run.name === trigger && !failed.has(reader.command(run.commandId)?.pid ?? -1));
  if (passed.length > 0) return passed.filter(during).length;
  const operations = [...new Set(spell.map(({ operation }) => operation.split(" ", 1)[0] ?? ""))];
  return reader
    .commandsNamed(serverId, operations, MOST_RUNS)
    .filter((command) => command.endMs !== null && during(command) && !failed.has(command.pid)).length;
}

function sameWords(spell: readonly Failure[]): number {
  const counts = new Map<string, number>();
  for (const { words } of spell) counts.set(words, (counts.get(words) ?? 0) + 1);
  return Math.max(0, most(counts.values()));
}

function facts(trigger: string, spell: readonly Failure[], users: number, passed: number): Fact[] {
  const first = spell[0];
  const last = spell.at(-1);
  if (first === undefined || last === undefined) return [];
  const whose = plural(users, "user");
  const rest = passed === 0 ? "and for nobody it passed" : `and ${plural(passed, "run")} passed`;
  const words = `trigger ${quote(trigger, 60)} failed ${plural(spell.length, "time")} for ${whose} ${span(first.atMs, last.atMs)}, always with the same words, ${rest}`;
  const line = first.text.split("\n").find((one) => NAMED.test(one)) ?? first.text;
  return [
    fact(words, spell.length, "failures", first.ref),
    fact(`the server logged: ${quote(line, 160)}`, null, null, first.ref),
  ];
}
