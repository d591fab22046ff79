import { classify, isInteractive } from "../../base/perforce-command.js";
import type { CommandFact, OsProcess } from "../../contracts/case-reader.js";
import { COMMAND_FLAG } from "../../contracts/record-batch.js";
import type { DetectContext, Fact, Signal } from "../../contracts/signal.js";
import { groupBy } from "./group-by.js";
import { fact, hostSignal } from "./host-signal.js";
import { harmOf } from "./slowdown.js";
import { isLogin } from "./trigger-runs.js";
import { plural, quote, seconds } from "./words.js";

export interface HangSettings {
  readonly openMs: number;
  readonly commands: number;
}

const GONE = COMMAND_FLAG.supplanted | COMMAND_FLAG.removedFromMonitor | COMMAND_FLAG.noCompletionKind;
const MOST_RUNS = 20_000;
/** Of the completed commands of a kind, so many ran the trigger: the ones that are open will have got there too. */
const ALWAYS = 0.8;
const LEAST_COMPLETED = 5;

/** A trigger that never returns leaves no line: its command stays open, and ps shows whose child it waits for. */
export function* hangingTriggers(context: DetectContext, serverId: number, settings: HangSettings): Iterable<Signal> {
  const stuck = openLong(context, serverId, settings.openMs);
  const seen = stuck.flatMap((command) => {
    const child = childOf(context, serverId, command);
    return child === null ? [] : [{ command, child }];
  });
  const commands = seen.map(({ command }) => command);
  if (commands.length > 0) {
    const waiting = stuck.filter((one) => one.cmd === commands[0]?.cmd);
    yield hangSignal(
      context,
      serverId,
      waiting,
      seen.map(({ command, child }) => childFact(command, child)),
      null,
      scriptOf(seen[0]?.child.command ?? ""),
    );
    return;
  }
  yield* withoutChildren(context, serverId, stuck, settings);
}

/** Open at the end of the log, of a kind that runs triggers, and no capture or lock says what else it waits for. */
function openLong({ reader, locks }: DetectContext, serverId: number, openMs: number): CommandFact[] {
  const lastMs = reader.window(serverId)?.lastMs ?? 0;
  const { actors, clusters } = locks(serverId);
  const waiting = new Set(
    clusters.flatMap((cluster) => cluster.victims).map((victim) => actors.get(victim.actor)?.commandId ?? null),
  );
  const pids = new Set(reader.capturedLocks(serverId).flatMap((lock) => (lock.waiting ? [lock.pid] : [])));
  return reader
    .openCommands(serverId)
    .filter(({ startMs, flags }) => lastMs - startMs >= openMs && (flags & GONE) === 0)
    .filter(({ commandId, pid }) => !waiting.has(commandId) && !pids.has(pid))
    .filter(({ cmd, args }) => runsTriggers(cmd, args));
}

/** Reports, syncs and background work run none, or none that anybody waits for; an open form waits for its owner. */
function runsTriggers(cmd: string, args: string): boolean {
  const kind = classify(cmd, args);
  return (
    ["submit", "form", "label", "other", "permissions"].includes(kind) && !isInteractive(cmd, args) && !isLogin(cmd)
  );
}

/** The script itself, or the shell that runs it; p4d forks p4d for other reasons. */
function childOf({ reader }: DetectContext, serverId: number, { pid, startMs }: CommandFact): OsProcess | null {
  return (
    reader
      .osProcesses(serverId)
      .find((row) => row.parentPid === pid && row.atMs !== null && row.atMs > startMs && !/\bp4d/.test(row.command)) ?? // p4d_1_bin
    null
  );
}

/** `/usr/bin/python3 -u /p4/common/bin/triggers/jira-check.py 4711` -> `jira-check.py`. */
function scriptOf(command: string): string | null {
  const words = command.split(" ").filter((word) => word !== "" && !word.startsWith("-"));
  const names = words.map((word) => word.slice(word.lastIndexOf("/") + 1));
  return names.find((name) => !INTERPRETER.test(name)) ?? null;
}

const INTERPRETER = /^(?:(?:ba|da|k|z)?sh|python[\d.]*|perl|ruby|node|env|sudo|timeout)$/;

function childFact({ pid, cmd, user }: CommandFact, child: OsProcess): Fact {
  const since = child.elapsedS === null ? "" : ` for ${seconds(child.elapsedS * 1000)}`;
  const words = `${quote(cmd, 40)} of ${quote(user, 40)} (pid ${pid}) waited${since} for ${quote(child.command, 60)} (pid ${child.pid})`;
  return fact(words, child.pid, "pid", child.ref);
}

/**
 * No process list: then only the contrast speaks. Commands of this kind always ran a certain trigger and completed, now
 * several are open without its line, while others go on.
 */
function* withoutChildren(
  context: DetectContext,
  serverId: number,
  stuck: readonly CommandFact[],
  { commands: least }: HangSettings,
): Iterable<Signal> {
  const { reader } = context;
  const byCmd = groupBy(stuck, ({ cmd }) => cmd);
  const runs = reader.triggerRuns(serverId, 0, MOST_RUNS);
  for (const [cmd, open] of byCmd) {
    if (open.length < least) continue;
    const completed = reader.commandsNamed(serverId, [cmd], MOST_RUNS).filter((one) => one.endMs !== null);
    const own = runs.filter((run) => run.cmd === cmd);
    const name = usualTrigger(own, completed.length);
    const begun = new Set(own.map((run) => run.commandId));
    if (name === null || open.some((one) => begun.has(one.commandId)) || !othersGoOn(context, serverId, cmd)) continue;
    yield hangSignal(context, serverId, open, [], name);
  }
}

function usualTrigger(
  runs: readonly { readonly name: string; readonly commandId: number }[],
  completed: number,
): string | null {
  if (completed < LEAST_COMPLETED) return null;
  const counts = new Map<string, Set<number>>();
  for (const run of runs) counts.set(run.name, (counts.get(run.name) ?? new Set()).add(run.commandId));
  const [most] = [...counts].sort((a, b) => b[1].size - a[1].size || (a[0] < b[0] ? -1 : 1));
  return most !== undefined && most[1].size >= completed * ALWAYS ? most[0] : null;
}

const LAST_MS = 60_000;
const OTHERS = 10;

function othersGoOn({ reader }: DetectContext, serverId: number, cmd: string): boolean {
  const lastMs = reader.window(serverId)?.lastMs ?? 0;
  const late = reader.commandsDuring(serverId, lastMs - LAST_MS, lastMs, 5000);
  return late.filter((one) => one.endMs !== null && one.cmd !== cmd).length >= OTHERS;
}

function hangSignal(
  { reader }: DetectContext,
  serverId: number,
  open: readonly CommandFact[],
  children: readonly Fact[],
  trigger: string | null,
  script: string | null = null,
): Signal {
  const [oldest] = [...open].sort((a, b) => a.startMs - b.startMs);
  const lastMs = reader.window(serverId)?.lastMs ?? 0;
  const users = new Set(open.map((one) => one.user)).size;
  const told = oldest === undefined ? [] : [openFact(oldest, open.length, users, lastMs, trigger)];
  return {
    ...hostSignal({
      detector: "trigger-time",
      serverId,
      category: "trigger-stall",
      kind: children.length > 0 ? "hang" : "hang-unseen",
      fromMs: oldest?.startMs ?? lastMs,
      toMs: lastMs,
      resource: { kind: "server", name: "" },
      facts: [...told, ...children.slice(0, 5)],
      severity: users >= 5 ? "major" : null,
      subject: oldest ?? null,
      harmed: harmOf(open),
    }),
    resource: { kind: "trigger", name: trigger ?? script ?? "unknown", mode: null },
  };
}

function openFact(oldest: CommandFact, count: number, users: number, lastMs: number, trigger: string | null): Fact {
  const openMs = lastMs - oldest.startMs;
  const without =
    trigger === null ? "no trigger line" : `no line of trigger ${quote(trigger, 60)}, which others of this kind have`;
  const words = `${plural(count, "command")} like ${quote(oldest.cmd, 40)} of ${plural(users, "user")} had not completed when the log ended, the oldest (pid ${oldest.pid}) after ${seconds(openMs)}, with ${without}`;
  return fact(words, openMs, "ms", oldest.ref);
}
