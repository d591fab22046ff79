import { z } from "zod";
import type { DetectContext, Detector, Fact, HarmedCommand, Signal } from "../../../contracts/signal.js";
import { baselineOf, outOfOrdinary } from "../baseline.js";
import { groupSignatures } from "../command-signature.js";
import { fact, hostSignal, spells } from "../host-signal.js";
import { hasLockTrouble, loadCurve, type Stretch, stretchesAbove } from "../load-curve.js";
import { harmedBy, type KnownError, knownErrors, usersOf } from "../server-errors.js";
import { harmOf, slowdownDuring, slowdownFact } from "../slowdown.js";
import { clock, plural, quote, span } from "../words.js";

const positive = z.number().positive();
const settingsSchema = z.strictObject({
  sigmas: positive.default(6).describe("starts this many standard deviations above the log's own median are a spike"),
  times: positive.default(4).describe("and at least this many times the median"),
  perSecond: positive.default(10).describe("and at least this many starts a second"),
  refusedApartMs: z
    .number()
    .int()
    .positive()
    .default(120_000)
    .describe("refused commands at most this far apart are one spell"),
});
type Settings = z.infer<typeof settingsSchema>;

const GAP_MS = 30_000;
const MOST_SIGNATURES = 20_000;
/** A spike whose larger half is one signature is that program's storm, which polling-storm tells of. */
const ONE_PROGRAM = 0.5;

/** More commands at once than the server takes in, or than it can bear. */
export const connectionSpike: Detector<Settings> = {
  id: "connection-spike",
  title: "Connection spike",
  question:
    "Did commands come in far above the server's own usual rate, and were some refused or all slowed down by it?",
  needs: ["command-start"],
  needsAny: ["command-completion", "server-errors"],
  settings: settingsSchema,
  falseAlarms:
    "A server.maxcommands set too low refuses commands on an ordinary day. Never counted: a morning ramp, a farm that starts at once, a parallel sync: a spike alone is no harm, others must be refused or take longer. After a lock is let go its victims come back at once; that is told as info.",
  source:
    "Message `configured to run a maximum of N simultaneous commands` of the server's message catalogue; configurable server.maxcommands. Spread: median absolute deviation of starts in 10 s.",
  *detect(context, serverId, settings) {
    const refused = [...refusals(context, serverId, settings)];
    yield* refused;
    for (const spike of spikes(context, serverId, settings)) {
      if (!refused.some((one) => one.fromMs <= spike.toMs && one.toMs >= spike.fromMs)) yield spike;
    }
  },
};

function* refusals(context: DetectContext, serverId: number, { refusedApartMs }: Settings): Iterable<Signal> {
  for (const errors of spells(knownErrors(context.reader, serverId, "max-commands"), refusedApartMs)) {
    const stretch = { fromMs: errors[0]?.atMs ?? 0, toMs: errors.at(-1)?.atMs ?? 0 };
    const harmed = harmedBy(context.reader, serverId, errors);
    const many = usersOf(harmed) >= 5 || errors.length >= 20;
    const symptom = hasLockTrouble(context, serverId, stretch);
    yield hostSignal({
      detector: "connection-spike",
      serverId,
      category: "connection-storm",
      kind: "refused",
      ...stretch,
      resource: { kind: "server", name: "server.maxcommands" },
      facts: [
        ...refusedFacts(errors, harmed, stretch),
        ...threadFacts(context, serverId, stretch),
        ...crowdFacts(context, serverId, stretch),
      ],
      severity: symptom ? "info" : many ? "major" : null,
      harmed,
    });
  }
}

/** Request refused: this server is configured to run a maximum of 500 simultaneous commands. */
const MAXIMUM = /run a maximum of (\d{1,9}) simultaneous/;

/** One command may report its refusal more than once; where no pid is told, each report counts. */
function refusedFacts(
  errors: readonly KnownError[],
  harmed: readonly HarmedCommand[],
  { fromMs, toMs }: Stretch,
): Fact[] {
  const first = errors[0];
  if (first === undefined) return [];
  const users = usersOf(harmed);
  const count = harmed.length === 0 ? errors.length : harmed.length;
  const limit = MAXIMUM.exec(first.text.slice(0, 2000))?.[1];
  const whose = users === 0 ? "" : ` of ${plural(users, "user")}`;
  const words = `${plural(count, "command")}${whose} refused ${span(fromMs, toMs)}: ${limit === undefined ? "the server's maximum" : `${limit}, the server's maximum,`} ran already`;
  return [fact(words, count, "commands", first.ref)];
}

/** Server is now using 250 active threads. */
function threadFacts({ reader }: DetectContext, serverId: number, { fromMs, toMs }: Stretch): Fact[] {
  const events = reader.events(serverId).filter(({ kind }) => kind === "active-threads");
  const near = events.filter(({ atMs }) => atMs >= fromMs - GAP_MS && atMs <= toMs + GAP_MS);
  const peak = near.reduce((most, one) => ((one.values[0] ?? 0) > (most?.values[0] ?? 0) ? one : most), near[0]);
  const threads = peak?.values[0];
  if (peak === undefined || threads == null) return [];
  return [fact(`the server said it used ${threads} threads at ${clock(peak.atMs)}`, threads, "threads", peak.ref)];
}

/** Whose commands filled the server, where one user has at least half of them. */
function crowdFacts({ reader }: DetectContext, serverId: number, { fromMs, toMs }: Stretch): Fact[] {
  const signatures = reader.signatures(serverId, fromMs - 2 * GAP_MS, toMs, 1, MOST_SIGNATURES);
  const total = signatures.reduce((sum, one) => sum + one.count, 0);
  const [most] = groupSignatures(signatures, ({ user }) => user);
  const first = most?.members[0];
  if (most === undefined || first === undefined || most.count * 2 < total || most.count < 10) return [];
  const machines = new Set(most.members.map((one) => one.ip)).size;
  const words = `${quote(most.key, 40)} started ${most.count} of ${total} commands in the minute before and meanwhile, from ${plural(machines, "address", "addresses")}`;
  return [fact(words, most.count, "commands", first.ref)];
}

function* spikes(context: DetectContext, serverId: number, settings: Settings): Iterable<Signal> {
  const { buckets, stepMs } = loadCurve(context.reader, serverId);
  const points = buckets.map(({ atMs, started }) => ({ atMs, value: started }));
  const baseline = baselineOf(points.map(({ value }) => value));
  if (baseline === null) return;
  const limit = outOfOrdinary(baseline, { ...settings, atLeast: (settings.perSecond * stepMs) / 1000 });
  for (const stretch of stretchesAbove(points, limit, stepMs, GAP_MS)) {
    if (isOneProgram(context, serverId, stretch)) continue;
    const slow = slowdownDuring(context.reader, serverId, stretch, () => false);
    const peak = buckets
      .filter(({ atMs }) => atMs >= stretch.fromMs && atMs < stretch.toMs)
      .reduce((most, bucket) => (bucket.started > most.started ? bucket : most));
    if (slow === null) continue;
    const rate = (peak.started * 1000) / stepMs;
    const usual = (baseline.usual * 1000) / stepMs;
    const sigmas = (peak.started - baseline.usual) / baseline.sigma;
    const words = `${rate.toFixed(1)} commands a second started ${span(stretch.fromMs, stretch.toMs)}, usual are ${usual.toFixed(1)} (${sigmas.toFixed(0)} standard deviations)`;
    yield hostSignal({
      detector: "connection-spike",
      serverId,
      category: "connection-storm",
      kind: "spike",
      ...stretch,
      resource: { kind: "server", name: "connections" },
      facts: [
        fact(words, Math.round(rate * 10) / 10, "commands a second", peak.ref),
        ...slowdownFact(slow, stretch),
        ...threadFacts(context, serverId, stretch),
        ...crowdFacts(context, serverId, stretch),
      ],
      severity: hasLockTrouble(context, serverId, stretch) ? "info" : "major",
      harmed: harmOf(slow.slow),
    });
  }
}

function isOneProgram({ reader }: DetectContext, serverId: number, { fromMs, toMs }: Stretch): boolean {
  const signatures = reader.signatures(serverId, fromMs, toMs - 1, 1, MOST_SIGNATURES);
  const total = signatures.reduce((sum, one) => sum + one.count, 0);
  const [most] = groupSignatures(signatures, ({ user, app, cmd }) => `${user}\0${app}\0${cmd}`);
  return most !== undefined && most.count >= total * ONE_PROGRAM;
}
