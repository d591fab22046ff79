import { verbOf } from "../../base/perforce-command.js";
import type { CommandFact } from "../../contracts/case-reader.js";
import type { DetectContext, Fact, Signal } from "../../contracts/signal.js";
import { baselineOf, outOfOrdinary } from "./baseline.js";
import { groupSignatures, type SignatureGroup } from "./command-signature.js";
import { fact, hostSignal } from "./host-signal.js";
import { hasLockTrouble, loadCurve, type Stretch, stretchesAbove } from "./load-curve.js";
import { harmOf, slowdownDuring, slowdownFact } from "./slowdown.js";
import { plural, quote, span } from "./words.js";

export interface RateSettings {
  readonly sigmas: number;
  readonly times: number;
  readonly perSecond: number;
  readonly share: number;
  readonly lastingMs: number;
  readonly floodShare: number;
  readonly floodCount: number;
}

const GAP_MS = 30_000;
const MOST_SIGNATURES = 20_000;

/** One user's program asks the same over and over, so often that it is most of what the server does. */
export function* rateStorms(context: DetectContext, serverId: number, settings: RateSettings): Iterable<Signal> {
  const { buckets, stepMs } = loadCurve(context.reader, serverId);
  const baseline = baselineOf(buckets.map((bucket) => bucket.started));
  if (baseline === null) return;
  const limit = outOfOrdinary(baseline, { ...settings, atLeast: (settings.perSecond * stepMs) / 1000 });
  const points = buckets.map(({ atMs, started }) => ({ atMs, value: started }));
  for (const stretch of stretchesAbove(points, limit, stepMs, GAP_MS)) {
    if (stretch.toMs - stretch.fromMs < settings.lastingMs) continue;
    const started = points
      .filter(({ atMs }) => atMs >= stretch.fromMs && atMs < stretch.toMs)
      .reduce((sum, { value }) => sum + value, 0);
    const group = dominant(context, serverId, stretch, started * settings.share);
    if (group === undefined) continue;
    const isFlood = group.count >= settings.floodCount && group.count >= started * settings.floodShare;
    yield stormSignal(context, serverId, stretch, group, { started, usual: (baseline.usual * 1000) / stepMs, isFlood });
  }
}

function dominant(context: DetectContext, serverId: number, { fromMs, toMs }: Stretch, least: number) {
  const signatures = context.reader.signatures(serverId, fromMs, toMs - 1, 1, MOST_SIGNATURES);
  return groupSignatures(signatures, ({ user, app, cmd }) => `${user}\0${app}\0${cmd}`).find(
    ({ count }) => count >= least,
  );
}

function stormSignal(
  context: DetectContext,
  serverId: number,
  stretch: Stretch,
  group: SignatureGroup,
  rate: { readonly started: number; readonly usual: number; readonly isFlood: boolean },
): Signal {
  const isCulprit = culpritOf(group);
  const slow = slowdownDuring(context.reader, serverId, stretch, isCulprit);
  const symptom = hasLockTrouble(context, serverId, stretch);
  const facts = [...rateFacts(group, stretch, rate), ...(slow === null ? [] : slowdownFact(slow, stretch))];
  return hostSignal({
    detector: "polling-storm",
    serverId,
    category: "connection-storm",
    kind: "rate",
    ...stretch,
    resource: { kind: "client", name: group.users[0] ?? "" },
    facts,
    severity: symptom || (slow === null && !rate.isFlood) ? "info" : slow === null ? null : "major",
    subject: exampleOf(context, serverId, stretch, isCulprit),
    harmed: slow === null ? [] : harmOf(slow.slow),
  });
}

function culpritOf({ members }: SignatureGroup): (command: CommandFact) => boolean {
  const first = members[0];
  return ({ user, app, cmd }) => first !== undefined && user === first.user && app === first.app && cmd === first.cmd;
}

/** Commands of a storm are seconds apart: one is soon found. */
const LOOKED_AT = 500;

function exampleOf(
  { reader }: DetectContext,
  serverId: number,
  { fromMs, toMs }: Stretch,
  isCulprit: (command: CommandFact) => boolean,
): CommandFact | null {
  return reader.commandsDuring(serverId, fromMs, toMs, LOOKED_AT).find(isCulprit) ?? null;
}

function rateFacts(
  { members, count }: SignatureGroup,
  { fromMs, toMs }: Stretch,
  { started, usual }: { readonly started: number; readonly usual: number },
): Fact[] {
  const [largest] = members;
  if (largest === undefined) return [];
  const perSecond = (1000 * count) / Math.max(toMs - fromMs, 1000);
  const machines = new Set(members.map((one) => one.ip)).size;
  const what = `${quote(largest.user, 40)} started ${count} ${verbOf(largest.cmd)} commands with ${quote(largest.app, 60)}`;
  const share = Math.round((100 * count) / Math.max(started, 1));
  return [
    fact(
      `${what} ${span(fromMs, toMs)}: ${perSecond.toFixed(1)} a second, ${share} % of all commands; usual is ${usual.toFixed(1)} a second of all users together`,
      count,
      "commands",
      largest.ref,
    ),
    fact(
      `they came from ${plural(machines, "address", "addresses")}, mostly as ${verbOf(largest.cmd)} ${quote(largest.pattern, 80)}`,
      machines,
      "addresses",
      largest.ref,
    ),
  ];
}
