import { z } from "zod";
import type { CaseReader, CommandFact, ServerEventFact } from "../../../contracts/case-reader.js";
import { COMMAND_FLAG } from "../../../contracts/record-batch.js";
import type { Detector, Fact, HarmedCommand, Signal } from "../../../contracts/signal.js";
import { fact, hostSignal } from "../host-signal.js";
import { syslogOf, type TimedLine } from "../storage-evidence.js";
import { clock, plural, quote, seconds } from "../words.js";

const count = z.number().int().positive();
const settingsSchema = z.strictObject({
  cutOff: count.default(5).describe("commands that a stop in good order ended, for people to have been hurt"),
  downS: count.default(300).describe("seconds without a server after a stop in good order"),
  silentMinutes: count
    .default(15)
    .describe("a start this long after the last line, with nothing open, may be a stop that another log tells of"),
});
type Settings = z.infer<typeof settingsSchema>;

/** The server went down without a word, or was stopped while people worked. */
export const serverRestart: Detector<Settings> = {
  id: "server-restart",
  title: "Server restart or crash",
  question: "Did the server crash, or was it stopped or restarted while people used it?",
  needs: [],
  needsAny: ["server-errors", "syslog"],
  settings: settingsSchema,
  falseAlarms:
    "A log that lost the lines of an orderly stop. Never counted: a restart in good order while hardly anybody works, the first start of a log, a crash of another program.",
  source: "Messages of the 2023.2 source (msgserver); Perforce KB 521 (stopping a server); systemd and kernel lines.",
  *detect({ reader }, serverId, settings) {
    const stops = stopsOf(reader, serverId);
    for (const stop of stops) {
      const found =
        stop.orderly === null ? crash(reader, serverId, stop, settings) : ordered(reader, serverId, stop, settings);
      if (found !== null) yield found;
    }
    if (!stops.some((stop) => stop.orderly === null)) yield* crashedProcess(reader, serverId, stops);
  },
};

/** One time that the server went down. `start` null: it never came back in this log. */
interface Stop {
  /** First word of a stop in good order; null: there was none. */
  readonly orderly: ServerEventFact | null;
  readonly events: readonly ServerEventFact[];
  readonly start: ServerEventFact | null;
}

const STOPPING = new Set(["shutdown", "restarting", "quiescing", "quiesce-failed", "downgrading", "failover"]);
for (const kind of ["refusing-commands", "draining-commands", "stalling-commands", "stopping-server"])
  STOPPING.add(kind);
const STARTED = new Set(["starting", "restarted", "restarted-with-transactions"]);
/** `starting`, `capabilities` and `restarted with transactions` come together. */
const SAME_START_MS = 60_000;

function stopsOf(reader: CaseReader, serverId: number): Stop[] {
  const stops: Stop[] = [];
  let open: ServerEventFact[] = [];
  let lastStartMs = Number.NEGATIVE_INFINITY;
  for (const event of reader.events(serverId)) {
    if (STOPPING.has(event.kind)) open.push(event);
    if (!STARTED.has(event.kind)) continue;
    const again = open.length === 0 && event.atMs - lastStartMs <= SAME_START_MS;
    if (!again) stops.push({ orderly: open[0] ?? null, events: [...open, event], start: event });
    else if (event.kind === "restarted-with-transactions") addTo(stops, event);
    open = [];
    lastStartMs = event.atMs;
  }
  if (open.length > 0) stops.push({ orderly: open[0] ?? null, events: open, start: null });
  return stops;
}

function addTo(stops: Stop[], event: ServerEventFact): void {
  const last = stops.pop();
  if (last !== undefined) stops.push({ ...last, events: [...last.events, event] });
}

function crash(reader: CaseReader, serverId: number, stop: Stop, settings: Settings): Signal | null {
  const start = stop.start;
  const window = reader.window(serverId);
  if (start === null || window === null) return null;
  const transactions = stop.events.find((event) => event.kind === "restarted-with-transactions");
  const lost = cutOff(reader, serverId, start.atMs);
  const lastMs = lastLineBefore(reader, serverId, start.atMs);
  const host = hostLines(reader, serverId, lastMs ?? start.atMs, start.atMs);
  // The first line of a log: what was before is not in it.
  if (lastMs === null && transactions === undefined && host.length === 0) return null;
  const silentMs = start.atMs - (lastMs ?? start.atMs);
  const quiet = lost.length === 0 && silentMs >= settings.silentMinutes * 60_000;
  if (quiet && transactions === undefined && host.length === 0) return null;
  const facts = [
    fact(`the server started again at ${clock(start.atMs)} without having been stopped`, null, null, start.ref),
    ...(transactions === undefined ? [] : [transactionFact(transactions)]),
    ...host,
    ...lostFact(lost, start.atMs),
  ];
  return restart(serverId, "crash", lastMs ?? start.atMs, start.atMs, facts, "critical", harmOf(lost));
}

function transactionFact(event: ServerEventFact): Fact {
  const [outstanding = null] = event.values;
  return fact(
    `it came up while ${outstanding ?? "some"} transactions were outstanding`,
    outstanding,
    "transactions",
    event.ref,
  );
}

/** Stopped with a word: it hurts when people were cut off, when the stop hung, or when it stayed down. */
function ordered(reader: CaseReader, serverId: number, stop: Stop, settings: Settings): Signal | null {
  const begun = stop.orderly as ServerEventFact;
  const window = reader.window(serverId);
  const lost = cutOff(reader, serverId, stop.start?.atMs ?? window?.lastMs ?? begun.atMs);
  const hung = stop.events.find((event) => event.kind === "quiesce-failed" || event.kind === "downgrading");
  const endMs = stop.start?.atMs ?? window?.lastMs ?? begun.atMs;
  const longDown = stop.start !== null && endMs - begun.atMs >= settings.downS * 1000 && lost.length > 0;
  if (hung === undefined && lost.length < settings.cutOff && !longDown) return null;
  const facts = [
    fact(`the server was being stopped from ${clock(begun.atMs)} on: ${quote(begun.text)}`, null, null, begun.ref),
    ...(hung === undefined ? [] : [fact(`the stop did not go well: ${quote(hung.text)}`, null, null, hung.ref)]),
    ...(stop.start === null ? [] : [backFact(begun, stop.start)]),
    ...lostFact(lost, endMs),
  ];
  const staysDown = stop.start === null && stop.events.some((event) => event.kind === "downgrading");
  const severity = staysDown || lost.length >= 20 ? "critical" : lost.length >= settings.cutOff ? "major" : null;
  return restart(serverId, "admin-stop", begun.atMs, endMs, facts, severity, harmOf(lost));
}

function backFact(begun: ServerEventFact, start: ServerEventFact): Fact {
  const downMs = start.atMs - begun.atMs;
  return fact(`it was back at ${clock(start.atMs)}, after ${seconds(downMs)}`, downMs, "ms", start.ref);
}

const UNFINISHED = COMMAND_FLAG.supplanted | COMMAND_FLAG.noCompletionKind | COMMAND_FLAG.anonymous;
/** Older ones hung or were lost long before. */
const MOST_OPEN_MS = 24 * 3_600_000;

/** Commands that were running when the server went down and never completed. */
function cutOff(reader: CaseReader, serverId: number, downMs: number): CommandFact[] {
  return reader
    .openCommands(serverId)
    .filter(
      ({ flags, startMs }) => (flags & UNFINISHED) === 0 && startMs <= downMs && downMs - startMs <= MOST_OPEN_MS,
    );
}

function lostFact(lost: readonly CommandFact[], downMs: number): Fact[] {
  const last = lost.reduce<CommandFact | null>((a, b) => (a === null || b.startMs > a.startMs ? b : a), null);
  if (last === null) return [];
  const users = new Set(lost.map((command) => command.user)).size;
  const words = `${plural(lost.length, "command")} of ${plural(users, "user")} had started before ${clock(downMs)} and never completed`;
  return [fact(words, lost.length, "commands", last.ref)];
}

function harmOf(lost: readonly CommandFact[]): HarmedCommand[] {
  return lost.map(({ pid, user, startMs }) => ({ pid, user, atMs: startMs }));
}

/** The last sign of life before an instant, null where the log begins with it. */
function lastLineBefore(reader: CaseReader, serverId: number, atMs: number): number | null {
  const window = reader.window(serverId);
  if (window === null || window.firstMs >= atMs - 1000) return null;
  const gap = reader.quietStretches(serverId, 1000).find((one) => one.toMs >= atMs - 1000 && one.fromMs < atMs - 1000);
  return gap?.fromMs ?? atMs - 1000;
}

/** Main process exited, code=killed      segfault at ... in p4d      Linux version 5.15 (the machine came up again) */
const LINES = ["segfault", "p4d-unit-failed", "reboot"];
const AROUND_MS = 300_000;

function hostLines(reader: CaseReader, serverId: number, fromMs: number, toMs: number): Fact[] {
  const near = (line: TimedLine) => line.atMs >= fromMs - AROUND_MS && line.atMs <= toMs + AROUND_MS;
  const lines = syslogOf(reader, serverId, ...LINES).filter((line) => near(line) && isServers(line));
  return lines.slice(0, 3).map(lineFact);
}

function isServers(line: TimedLine): boolean {
  return line.class !== "segfault" || /\bp4d/.test(line.text);
}

function lineFact(line: TimedLine): Fact {
  return fact(`the system log says at ${clock(line.atMs)}: ${quote(line.text)}`, null, null, line.ref);
}

/** Only the system's log tells: one process of p4d crashed, or the unit failed and no start line is in the log. */
function* crashedProcess(reader: CaseReader, serverId: number, stops: readonly Stop[]): Iterable<Signal> {
  const lines = syslogOf(reader, serverId, "segfault", "p4d-unit-failed").filter(isServers);
  const orderly = (line: TimedLine) =>
    stops.some((stop) => Math.abs((stop.orderly?.atMs ?? 0) - line.atMs) <= AROUND_MS);
  const told = lines.filter((line) => !orderly(line));
  const first = told[0];
  const last = told.at(-1);
  if (first === undefined || last === undefined) return;
  const whole = told.some((line) => line.class === "p4d-unit-failed");
  const lost = whole ? cutOff(reader, serverId, last.atMs) : [];
  const facts = [...told.slice(0, 3).map(lineFact), ...lostFact(lost, last.atMs)];
  yield restart(serverId, "crash", first.atMs, last.atMs, facts, whole ? "critical" : null, harmOf(lost));
}

function restart(
  serverId: number,
  kind: string,
  fromMs: number,
  toMs: number,
  facts: readonly Fact[],
  severity: Signal["severity"],
  harmed: readonly HarmedCommand[],
): Signal {
  return hostSignal({
    detector: "server-restart",
    serverId,
    category: "server-restart",
    kind,
    fromMs,
    toMs,
    resource: { kind: "server", name: "p4d" },
    facts,
    severity,
    harmed,
  });
}
