import { least, most } from "../../base/extremes.js";
import { classify, isInteractive, isParallelTransfer, verbOf } from "../../base/perforce-command.js";
import type { CommandFact } from "../../contracts/case-reader.js";
import type { DetectContext, Fact, Signal } from "../../contracts/signal.js";
import { originOf } from "./command-signature.js";
import { fact, hostSignal } from "./host-signal.js";
import { hasLockTrouble, type Stretch } from "./load-curve.js";
import { type KnownError, knownErrors } from "./server-errors.js";
import { harmOf, slowdownDuring, slowdownFact } from "./slowdown.js";
import { plural, quote, seconds, span } from "./words.js";

export interface RetrySettings {
  readonly retries: number;
  readonly retriedMs: number;
}

const MOST_SIGNATURES = 2000;
const MOST_COMMANDS = 5000;

/** A command that the same workspace asked for again while the earlier one still ran. */
interface Retried {
  readonly earlier: CommandFact;
  readonly again: CommandFact;
}

/** Whoever gives up waiting and asks again doubles the work: the server goes on with what nobody waits for. */
export function* retryStorms(context: DetectContext, serverId: number, settings: RetrySettings): Iterable<Signal> {
  const window = context.reader.window(serverId);
  if (window === null) return;
  const cmds = context.reader
    .signatures(serverId, window.firstMs, window.lastMs, 2, MOST_SIGNATURES)
    .filter((one) => one.overlapCount > 0 && mayBeRetried(one.cmd, one.pattern))
    .filter((one) => one.longestMs >= settings.retriedMs || one.openCount > 0)
    .map((one) => one.cmd);
  for (const cmd of [...new Set(cmds)].sort()) {
    // Impatience is with what takes long: everything else would be told of in vain.
    const runs = context.reader.commandsLikeLong(serverId, cmd, MOST_COMMANDS, settings.retriedMs);
    const retried = retriedOf(runs, window.lastMs, settings);
    const again = new Set(retried.map((one) => originOf(one.again)));
    const perOrigin = retried.length / Math.max(again.size, 1);
    if (retried.length < settings.retries || perOrigin < 2) continue;
    yield stormSignal(context, serverId, retried, window.lastMs);
  }
}

function mayBeRetried(cmd: string, args: string): boolean {
  if (isInteractive(cmd, args) || isParallelTransfer(cmd, args)) return false;
  return classify(cmd, args) !== "background" && cmd.startsWith("user-"); // dm-* go on with what user-* began
}

/** Same user, workspace, machine, program and arguments, to the letter. */
function retriedOf(runs: readonly CommandFact[], lastMs: number, { retriedMs }: RetrySettings): Retried[] {
  const latest = new Map<string, CommandFact>();
  const found: Retried[] = [];
  for (const again of [...runs].sort((a, b) => a.startMs - b.startMs || a.commandId - b.commandId)) {
    const key = `${originOf(again)}\0${again.app}\0${again.args}`;
    const earlier = latest.get(key);
    const endMs = earlier === undefined ? 0 : endOf(earlier, lastMs);
    // A server that sends notices at once when its client is gone: only what it computes or waits for goes on.
    const busyMs = earlier === undefined ? 0 : endMs - earlier.startMs - peerTime(earlier);
    const overlaps = earlier !== undefined && again.startMs > earlier.startMs && endMs > again.startMs + 1000;
    if (overlaps && busyMs >= retriedMs) found.push({ earlier, again });
    latest.set(key, again);
  }
  return found;
}

function peerTime({ rpcSndMs, rpcRcvMs }: CommandFact): number {
  return (rpcSndMs ?? 0) + (rpcRcvMs ?? 0);
}

function endOf({ endMs, startMs, lapseMs }: CommandFact, lastMs: number): number {
  return endMs ?? (lapseMs === null ? lastMs : startMs + lapseMs);
}

function stormSignal(context: DetectContext, serverId: number, retried: readonly Retried[], lastMs: number): Signal {
  const all = [
    ...new Map(retried.flatMap(({ earlier, again }) => [earlier, again]).map((one) => [one.commandId, one])).values(),
  ];
  const stretch = {
    fromMs: least(all.map((one) => one.startMs)),
    toMs: most(all.map((one) => endOf(one, lastMs))),
  };
  const ids = new Set(all.map((one) => one.commandId));
  const slow = slowdownDuring(context.reader, serverId, stretch, (command) => ids.has(command.commandId));
  const severity = hasLockTrouble(context, serverId, stretch) ? "info" : slow === null ? null : "major";
  const [longest] = [...all].sort((a, b) => endOf(b, lastMs) - b.startMs - (endOf(a, lastMs) - a.startMs));
  return hostSignal({
    detector: "polling-storm",
    serverId,
    category: "connection-storm",
    kind: "retries",
    ...stretch,
    resource: { kind: "client", name: longest?.user ?? "" },
    facts: [
      ...retryFacts(retried, stretch),
      ...abandonedFacts(context, serverId, ids, all),
      ...(slow === null ? [] : slowdownFact(slow, stretch)),
    ],
    severity,
    subject: longest ?? null,
    harmed: harmOf([...all, ...(slow?.slow ?? [])]),
  });
}

function retryFacts(retried: readonly Retried[], { fromMs, toMs }: Stretch): Fact[] {
  const [first] = retried;
  if (first === undefined) return [];
  const { earlier, again } = first;
  const origins = new Set(retried.map((one) => originOf(one.again))).size;
  const what = `${verbOf(again.cmd)} ${quote(again.args, 60)}`;
  const words = `${plural(origins, "workspace")} started ${what} ${plural(retried.length, "time")} again ${span(fromMs, toMs)} while an earlier one of their own still ran`;
  const shown = `pid ${again.pid} asked the same as pid ${earlier.pid} ${seconds(again.startMs - earlier.startMs)} later`;
  return [
    fact(words, retried.length, "retries", again.ref),
    fact(shown, again.startMs - earlier.startMs, "ms", again.ref),
  ];
}

/** `Command terminated because client disconnected.` on the pid of a command that was asked for again. */
function abandonedFacts(
  { reader }: DetectContext,
  serverId: number,
  ids: ReadonlySet<number>,
  all: readonly CommandFact[],
): Fact[] {
  const pids = new Set(all.map((one) => one.pid));
  const errors: KnownError[] = knownErrors(reader, serverId, "peer-lost", "stopped").filter(
    ({ pid }) => pid !== null && pids.has(pid),
  );
  const first = errors[0];
  if (first === undefined) return [];
  const words = `the clients of ${errors.length} of these ${ids.size} commands were gone when the server was done: ${quote(first.text)}`;
  return [fact(words, errors.length, "commands", first.ref)];
}
