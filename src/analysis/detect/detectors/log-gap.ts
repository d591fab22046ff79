import { z } from "zod";
import type { CaseReader, CommandFact, LoadBucket, QuietStretch } from "../../../contracts/case-reader.js";
import { COMMAND_FLAG } from "../../../contracts/record-batch.js";
import type { DetectContext, Detector, Fact, Signal } from "../../../contracts/signal.js";
import { fact, hostSignal, reach, spells } from "../host-signal.js";
import { syslogOf } from "../storage-evidence.js";
import { clock, plural, seconds, span } from "../words.js";

const count = z.number().int().positive();
const settingsSchema = z.strictObject({
  gapMs: count.default(20_000).describe("a stretch without any line"),
  running: count
    .default(3)
    .describe("commands open during it, or that ended as soon as it was over: an idle server logs nothing, too"),
  expected: count.default(20).describe("starts that the minutes before it lead to expect within it"),
  bunch: count.default(10).describe("starts in the ten seconds after it, for the server to have stood still"),
  timesUsual: z.number().positive().default(3).describe("how many times the usual number of starts that must be"),
});
type Settings = z.infer<typeof settingsSchema>;

const BUCKET_MS = 10_000;
const BEFORE_MS = 300_000;
/** Stalls that come back within minutes are one trouble. */
const SAME_TROUBLE_MS = 600_000;
const HOUR_MS = 3_600_000;
const JUMP_SLACK_MS = 60_000;
const MOST_ACROSS = 1000;

/** The log is silent while commands run: either nobody could write it, or lines are missing. */
export const logGap: Detector<Settings> = {
  id: "log-gap",
  title: "Gap in the log",
  question: "Did the log stand still while commands were running?",
  needs: ["command-start", "command-completion"],
  settings: settingsSchema,
  falseAlarms:
    "A machine that was suspended, or a log whose lines were lost: without the bunch of starts behind the gap it is told as info only. Never counted: quiet nights, a clock change.",
  source:
    "Each line of the P4LOG is appended under a lock of the file (2023.2 source, errorlog.cc): a volume that stalls stops every command at its next line.",
  *detect(context, serverId, settings) {
    const { reader } = context;
    const gaps = reader.quietStretches(serverId, settings.gapMs).filter((gap) => gap.running > 0);
    if (gaps.length === 0) return;
    const load = reader.load(serverId, BUCKET_MS);
    const judged = gaps
      .filter((gap) => !isRestart(reader, serverId, gap) && !isWedge(context, serverId, gap))
      .flatMap((gap) => judge(reader, serverId, gap, load, settings) ?? []);
    const released = judged.filter((one) => one.kind === "released");
    const stood = judged.filter((one) => one.kind === "bunched");
    // One command that ends when the log goes on may be chance; several are not.
    if (released.reduce((sum, one) => sum + one.released, 0) >= settings.running) stood.push(...released);
    for (const spell of spells(
      [...stood].sort((a, b) => a.atMs - b.atMs),
      SAME_TROUBLE_MS,
    ))
      yield stall(serverId, spell);
    yield* judged
      .filter((one) => !stood.includes(one) && one.gap.running >= settings.running)
      .map((one) => odd(serverId, one));
  },
};

/** server-restart tells of it. */
function isRestart(reader: CaseReader, serverId: number, gap: QuietStretch): boolean {
  const kinds = new Set(["starting", "restarted", "shutdown", "restarted-with-transactions"]);
  return reader
    .events(serverId)
    .some((event) => kinds.has(event.kind) && event.atMs >= gap.fromMs - 1000 && event.atMs <= gap.toMs + 60_000);
}

/** Fewer than these do not keep all others from starting something. */
const QUEUE = 5;

/** Everybody stands in a queue for a lock: nobody is left who could start anything. The wedge detectors tell of it. */
function isWedge(context: DetectContext, serverId: number, gap: QuietStretch): boolean {
  const over = ({ fromMs, toMs }: { fromMs: number; toMs: number }) =>
    fromMs <= gap.fromMs + 2000 && toMs >= gap.toMs - 2000;
  const waiting = context.locks(serverId).clusters.flatMap((cluster) => cluster.victims.filter(over));
  return waiting.length >= QUEUE && waiting.length * 2 >= gap.running;
}

interface Judged {
  readonly atMs: number;
  readonly gap: QuietStretch;
  readonly kind: "bunched" | "released" | "silent" | "clock-jump";
  readonly released: number;
  readonly facts: readonly Fact[];
}

/** Null: so little was going on that silence is no news. */
function judge(
  reader: CaseReader,
  serverId: number,
  gap: QuietStretch,
  load: readonly LoadBucket[],
  settings: Settings,
): Judged | null {
  const lengthMs = gap.toMs - gap.fromMs;
  const rate = startRate(load, gap.fromMs - BEFORE_MS, gap.fromMs);
  if (rate * lengthMs < settings.expected) return null;
  const words = `nothing was logged for ${seconds(lengthMs)} (${span(gap.fromMs, gap.toMs)}) while ${plural(gap.running, "command")} ran`;
  const base = { atMs: gap.fromMs, gap, released: 0, facts: [fact(words, lengthMs, "ms", gap.after)] };
  if (clockMoved(reader, serverId, gap)) return { ...base, kind: "clock-jump" };
  const bunch = gap.running >= settings.running ? bunchFact(gap, load, rate, settings) : null;
  if (bunch !== null) return { ...base, kind: "bunched", facts: [...base.facts, bunch] };
  const released = releasedBy(reader, serverId, gap);
  const kind = released > 0 ? "released" : "silent";
  return { ...base, kind, released };
}

/**
 * A clock change makes the log jump an hour, to the minute; a clock that is set says so in the system log, and the lapse
 * of a command that ran across it, which p4d measures apart, is shorter than its two times lie apart.
 */
function clockMoved(reader: CaseReader, serverId: number, gap: QuietStretch): boolean {
  const lengthMs = gap.toMs - gap.fromMs;
  if (Math.abs(lengthMs - HOUR_MS) <= JUMP_SLACK_MS) return true;
  const across = reader.commandsDuring(serverId, gap.fromMs + 1000, gap.toMs - 1000, MOST_ACROSS);
  const told = ({ startMs, endMs, lapseMs }: CommandFact) =>
    endMs !== null && lapseMs !== null && endMs - startMs - lapseMs > lengthMs / 2;
  if (across.some(told)) return true;
  return syslogOf(reader, serverId, "clock-step").some(
    (line) => line.atMs >= gap.fromMs - JUMP_SLACK_MS && line.atMs <= gap.toMs + JUMP_SLACK_MS,
  );
}

function bunchFact(gap: QuietStretch, load: readonly LoadBucket[], rate: number, settings: Settings): Fact | null {
  // From the first line behind the gap: a bucket may have begun within it.
  const after = load.filter((bucket) => bucket.atMs + BUCKET_MS > gap.toMs && bucket.atMs <= gap.toMs + BUCKET_MS);
  const started = after.reduce((sum, bucket) => sum + bucket.started, 0);
  const usual = rate * after.length * BUCKET_MS;
  if (started < settings.bunch || started < usual * settings.timesUsual) return null;
  const first = after.find((bucket) => bucket.started > 0);
  const words = `${started} commands started at once when it went on at ${clock(gap.toMs)}, usual are ${usual.toFixed(1)}`;
  return fact(words, started, "commands", first?.ref ?? gap.after);
}

const AT_ONCE_MS = 5000;
const LOGS_NO_END = COMMAND_FLAG.noCompletionKind | COMMAND_FLAG.openAtSourceEnd;

/**
 * Commands that were running and all ended as soon as the log went on: they had waited to write their line. Where lines
 * were lost instead, their ends are lost, too, or come whenever they like.
 */
function releasedBy(reader: CaseReader, serverId: number, { fromMs, toMs }: QuietStretch): number {
  const open = reader
    .commandsDuring(serverId, fromMs + 1000, toMs - 1000, MOST_ACROSS)
    .filter(({ flags, startMs }) => (flags & LOGS_NO_END) === 0 && startMs <= fromMs);
  const ended = open.filter(({ endMs }) => endMs !== null && endMs >= toMs - 1000 && endMs <= toMs + AT_ONCE_MS);
  return open.length > 0 && ended.length * 10 >= open.length * 8 ? ended.length : 0;
}

function startRate(load: readonly LoadBucket[], fromMs: number, toMs: number): number {
  const before = load.filter((bucket) => bucket.atMs >= fromMs && bucket.atMs + BUCKET_MS <= toMs);
  const started = before.reduce((sum, bucket) => sum + bucket.started, 0);
  return before.length === 0 ? 0 : started / (before.length * BUCKET_MS);
}

function stall(serverId: number, spell: readonly Judged[]): Signal {
  const bunched = spell.some((one) => one.kind === "bunched");
  const released = spell.reduce((sum, one) => sum + one.released, 0);
  const last = spell.at(-1) as Judged;
  const words = `all ${plural(released, "command")} that ran then ended as soon as it went on`;
  const ends = released === 0 ? [] : [fact(words, released, "commands", last.gap.after)];
  return signal(serverId, bunched ? "bunched" : "released", "storage-stall", spell, [
    ...spell.flatMap((one) => one.facts),
    ...ends,
  ]);
}

function odd(serverId: number, one: Judged): Signal {
  return signal(serverId, one.kind === "clock-jump" ? "clock-jump" : "silent", "unknown", [one], one.facts);
}

function signal(
  serverId: number,
  kind: string,
  category: "storage-stall" | "unknown",
  spell: readonly Judged[],
  facts: readonly Fact[],
): Signal {
  return hostSignal({
    detector: "log-gap",
    serverId,
    category,
    kind,
    ...reach(spell.map((one) => one.gap)),
    resource: { kind: "host", name: "P4LOG" },
    facts,
    severity: category === "storage-stall" ? "major" : "info",
  });
}
