import { least, most } from "../../base/extremes.js";
import type { Category } from "../../contracts/analysis.js";
import type { LockCluster } from "../../contracts/lock-facts.js";
import type { DetectContext, Signal } from "../../contracts/signal.js";

const MINUTE_MS = 60_000;

/**
 * A category; or `all-slow`: everything was slow at once and nothing of the machine says why; or `stuck-crowd`: many
 * commands never ended, and only from that it was guessed that they waited for one of them.
 */
type Trouble = Category | "all-slow" | "stuck-crowd";

/** What a kind of trouble brings with it, and how long before and after itself. */
interface Rule {
  readonly trouble: Trouble;
  readonly explains: readonly Trouble[];
  readonly marginMs: number;
}

/**
 * Which trouble is the root of which, strongest first: the machine, then what operators did, then a single holder, then
 * many commands together (incident-taxonomy 4.10). Corruption never hides behind what may have caused it.
 */
const RULES: readonly Rule[] = [
  { trouble: "corruption", explains: ["error-burst", "server-restart"], marginMs: 10 * MINUTE_MS },
  {
    trouble: "disk-full",
    explains: [
      "error-burst",
      "server-restart",
      "storage-stall",
      "all-slow",
      "slow-command",
      "connection-storm",
      "db-wedge",
      "stuck-crowd",
    ],
    marginMs: 5 * MINUTE_MS,
  },
  {
    trouble: "oom-kill",
    explains: [
      "server-restart",
      "resource-pressure",
      "error-burst",
      "network-stall",
      "slow-command",
      "connection-storm",
      "stuck-crowd",
    ],
    marginMs: 5 * MINUTE_MS,
  },
  {
    trouble: "server-restart",
    explains: [
      "error-burst",
      "network-stall",
      "slow-command",
      "connection-storm",
      "resource-pressure",
      "replication-stall",
      "stuck-crowd",
    ],
    marginMs: 2 * MINUTE_MS,
  },
  {
    trouble: "license-or-certificate",
    explains: ["error-burst", "auth-stall", "connection-storm"],
    marginMs: 5 * MINUTE_MS,
  },
  {
    trouble: "storage-stall",
    explains: [
      "all-slow",
      "slow-command",
      "connection-storm",
      "resource-pressure",
      "error-burst",
      "db-wedge",
      "stuck-crowd",
      "checkpoint-under-load",
    ],
    marginMs: 2 * MINUTE_MS,
  },
  {
    trouble: "resource-pressure",
    explains: ["all-slow", "stuck-crowd", "slow-command", "connection-storm", "error-burst"],
    marginMs: 2 * MINUTE_MS,
  },
  { trouble: "checkpoint-under-load", explains: ["connection-storm", "error-burst"], marginMs: MINUTE_MS },
  {
    trouble: "all-slow",
    explains: ["slow-command", "connection-storm", "error-burst", "db-wedge", "stuck-crowd"],
    marginMs: 2 * MINUTE_MS,
  },
  { trouble: "db-wedge", explains: ["connection-storm", "error-burst", "auth-stall"], marginMs: MINUTE_MS },
  { trouble: "trigger-stall", explains: ["stuck-crowd", "connection-storm", "error-burst"], marginMs: MINUTE_MS },
  { trouble: "auth-stall", explains: ["stuck-crowd", "connection-storm", "error-burst"], marginMs: MINUTE_MS },
  { trouble: "stuck-crowd", explains: ["connection-storm", "error-burst"], marginMs: MINUTE_MS },
  { trouble: "replication-stall", explains: ["error-burst", "auth-stall"], marginMs: 5 * MINUTE_MS },
  { trouble: "network-stall", explains: ["error-burst", "connection-storm"], marginMs: MINUTE_MS },
  { trouble: "connection-storm", explains: ["error-burst"], marginMs: MINUTE_MS },
  { trouble: "client-lock-contention", explains: ["connection-storm"], marginMs: MINUTE_MS },
];

const ORDER: readonly Trouble[] = [...RULES.map((rule) => rule.trouble), "slow-command", "error-burst", "unknown"];

function troubleOf(signal: Signal): Trouble {
  if (signal.cluster !== null && isGuess(signal.cluster)) return "stuck-crowd";
  return signal.kind === "all-slow" ? "all-slow" : signal.category;
}

/** No line and no capture names a lock. */
function isGuess({ roots }: LockCluster): boolean {
  return (
    roots.length > 0 && roots.every((root) => root.certainty === "inferred" && root.object.startsWith("(unknown)"))
  );
}

/** Smaller: nearer to the root. */
function rankOf(signal: Signal): number {
  return ORDER.indexOf(troubleOf(signal));
}

/** A group with what is asked of it again and again, kept up to date as it takes in others. */
interface Story {
  readonly group: Signal[];
  lead: Signal;
  fromMs: number;
  toMs: number;
}

/** Puts each group under the strongest one that explains it. Groups that nothing explains stay on their own. */
export function foldSymptoms(groups: readonly Signal[][], context: DetectContext): Signal[][] {
  const stories = groups.map((group): Story => ({ group: [...group], lead: leadOf(group), ...spanOf(group) }));
  stories.sort((a, b) => rankOf(a.lead) - rankOf(b.lead));
  const kept: Story[] = [];
  for (const story of stories) {
    const root = kept.find((stronger) => explains(stronger, story, context));
    if (root === undefined) kept.push(story);
    else takeIn(root, story);
  }
  return kept.map(({ group }) => group);
}

function takeIn(root: Story, { group, fromMs, toMs }: Story): void {
  for (const signal of group) {
    root.group.push(signal);
    if (outranks(signal, root.lead)) root.lead = signal;
  }
  root.fromMs = Math.min(root.fromMs, fromMs);
  root.toMs = Math.max(root.toMs, toMs);
}

/** The signal of a group that names its category. */
export function leadOf(group: readonly Signal[]): Signal {
  const [first, ...rest] = group;
  if (first === undefined) throw new Error("a group has at least one signal");
  return rest.reduce((lead, one) => (outranks(one, lead) ? one : lead), first);
}

function outranks(a: Signal, b: Signal): boolean {
  const quiet = Number(a.severity === "info") - Number(b.severity === "info");
  const rank = rankOf(a) - rankOf(b);
  return quiet < 0 || (quiet === 0 && (rank < 0 || (rank === 0 && weight(a) > weight(b))));
}

/** Victims' waiting time, else how much harm was counted, else how long it lasted. */
function weight(signal: Signal): number {
  const waited = signal.cluster?.victims.reduce((sum, victim) => sum + victim.waitMs, 0);
  return waited ?? signal.toMs - signal.fromMs + (signal.harmed?.length ?? 0) * 1000;
}

function explains(root: Story, symptom: Story, context: DetectContext): boolean {
  const [strong, weak] = [root.lead, symptom.lead];
  const rule = RULES.find((one) => one.trouble === troubleOf(strong));
  if (rule === undefined || strong.serverId !== weak.serverId || strong.severity === "info") return false;
  if (!rule.explains.includes(troubleOf(weak)) || !near(root, symptom, rule.marginMs)) return false;
  return weak.cluster === null || holderStood(root, symptom.group, context);
}

function near(a: Story, b: Story, marginMs: number): boolean {
  return a.fromMs - marginMs <= b.toMs && b.fromMs - marginMs <= a.toMs;
}

function spanOf(group: readonly Signal[]): { fromMs: number; toMs: number } {
  return {
    fromMs: least(group.map((signal) => signal.fromMs)),
    toMs: most(group.map((signal) => signal.toMs)),
  };
}

/** Share of its lapse that a command which really works spends computing. */
const WORKING = 0.3;
/** A queue takes a while to clear once the machine gets on again. */
const AFTER_MS = 30_000;

/**
 * A queue behind a lock is the machine's fault only where its holder did not get on: it used little CPU for the time it
 * held, or there is no one holder at all. A holder that scanned for minutes is guilty itself.
 */
function holderStood(strong: Story, symptom: readonly Signal[], context: DetectContext): boolean {
  return symptom.every(({ cluster, serverId }) => {
    if (cluster === null) return true;
    const inside = Math.min(strong.toMs + AFTER_MS, cluster.toMs) - Math.max(strong.fromMs, cluster.fromMs);
    const mostly = inside * 2 >= cluster.toMs - cluster.fromMs;
    const holder = cluster.roots[0];
    // A queue without a holder feeds itself long after what began it, and hides that from the log.
    const began = cluster.fromMs >= strong.fromMs && cluster.fromMs <= strong.toMs;
    if (holder === undefined || cluster.tie || cluster.convoy) return mostly || began;
    if (!mostly) return false;
    const commandId = context.locks(serverId).actors.get(holder.actor)?.commandId ?? null;
    const command = commandId === null ? null : context.reader.command(commandId);
    if (command === null || command.cpuMs === null || command.lapseMs === null) return true;
    return command.cpuMs < command.lapseMs * WORKING;
  });
}
