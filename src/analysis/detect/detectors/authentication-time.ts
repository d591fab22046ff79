import { z } from "zod";
import { least, most } from "../../../base/extremes.js";
import type { CommandFact, RemoteCall } from "../../../contracts/case-reader.js";
import type { DetectContext, Detector, Fact, Signal } from "../../../contracts/signal.js";
import { median } from "../baseline.js";
import { fact, hostSignal, spells } from "../host-signal.js";
import { harmedBy, type KnownError, knownErrors, usersOf } from "../server-errors.js";
import { harmOf } from "../slowdown.js";
import { plural, quote, seconds, span } from "../words.js";

const whole = z.number().int().positive();
const settingsSchema = z.strictObject({
  ownMs: whole.default(10_000).describe("a login that takes the server this long, without its user's typing, is slow"),
  times: z.number().positive().default(4).describe("and at least this many times what quick logins take"),
  logins: whole.default(3).describe("slow logins, or failed calls of the directory, that make a finding"),
  inARow: whole.default(5).describe("slow ones in a row, of several users, where the log does not tell typing apart"),
  plateauMs: whole.default(30_000).describe("auth.ldap.timeout: logins that end at multiples of it ran into it"),
  apartMs: whole.default(600_000).describe("slow logins at most this far apart are one spell"),
});
type Settings = z.infer<typeof settingsSchema>;

const LOGINS = ["user-login", "dm-login", "dm-Login", "user-login2"];
const MOST_LOGINS = 5000;
/** Quick logins that make a habit. */
const LEAST_QUICK = 3;
const LEAST_USERS = 3;

/** Nobody can log in, or only slowly; who has a ticket works on. */
export const authenticationTime: Detector<Settings> = {
  id: "authentication-time",
  title: "Authentication time",
  question: "Did logins take long, or fail, because of the directory or another authentication service?",
  needs: ["command-start", "command-completion"],
  settings: settingsSchema,
  falseAlarms:
    "People who are slow to type where the log does not say how long it waited for them: such logins count only where they end at multiples of the directory's time limit, where nobody's was quick for a while although they usually are, or where its errors are logged. Never counted: a wrong password, a single slow login, logins that waited for locks.",
  source:
    "Configurable auth.ldap.timeout (30 s), messages `LDAP search failed` and `Failed to initialize LDAP connection`, `--- rpc (address)` of a central authentication server.",
  *detect(context, serverId, settings) {
    const slow = slowLogins(context, serverId, settings);
    const errors = directoryErrors(context, serverId);
    const timed = [
      ...slow.map((login) => ({ atMs: login.command.startMs, login, error: null })),
      ...errors.map((error) => ({ atMs: error.atMs, login: null, error })),
    ].sort((a, b) => a.atMs - b.atMs);
    for (const spell of spells(timed, settings.apartMs)) {
      const logins = spell.flatMap(({ login }) => login ?? []);
      const failed = spell.flatMap(({ error }) => error ?? []);
      const people = new Set(logins.map(({ command }) => command.user)).size;
      const enough = logins.length >= settings.logins && people > 1;
      if (enough || new Set(failed.map(({ pid }) => pid)).size >= settings.logins) {
        yield signalOf(context, serverId, logins, failed, settings);
      }
    }
  },
};

interface SlowLogin {
  readonly command: CommandFact;
  /** Time that neither its user nor locks nor the processor took. */
  readonly ownMs: number;
  readonly call: RemoteCall | null;
}

function slowLogins({ reader }: DetectContext, serverId: number, settings: Settings): SlowLogin[] {
  const calls = new Map(reader.remoteCalls(serverId, 1000, MOST_LOGINS).map((call) => [call.commandId, call]));
  const logins = reader
    .commandsNamed(serverId, LOGINS, MOST_LOGINS)
    .filter(({ lapseMs, endMs }) => lapseMs !== null && endMs !== null)
    .map((command) => ({ command, ownMs: waitTime(command), call: calls.get(command.commandId) ?? null }))
    .sort((a, b) => a.command.startMs - b.command.startMs || a.command.commandId - b.command.commandId);
  // A login is two commands: user-login asks for the password, dm-login takes it. Each has its own habit.
  return LOGINS.flatMap((cmd) =>
    slowOnes(
      logins.filter(({ command }) => command.cmd === cmd),
      settings,
    ),
  );
}

/** `logins` of one kind in order of time. */
function slowOnes(logins: readonly SlowLogin[], settings: Settings): SlowLogin[] {
  const quick = logins.filter(({ ownMs }) => ownMs < settings.ownMs).map(({ ownMs }) => ownMs);
  const usualMs = quick.length >= LEAST_QUICK ? median(quick) : 0;
  const isSlow = ({ ownMs }: SlowLogin) => ownMs >= Math.max(settings.ownMs, usualMs * settings.times);
  const together = new Set(quick.length >= LEAST_QUICK ? inARow(logins, isSlow, settings) : []);
  return logins.filter(
    (login) =>
      isSlow(login) &&
      (login.command.rpcRcvMs !== null || login.call !== null || isTimeout(login, settings) || together.has(login)),
  );
}

/** One of them may type slowly; not everybody who logs in for minutes. */
function inARow(
  logins: readonly SlowLogin[],
  isSlow: (login: SlowLogin) => boolean,
  settings: Settings,
): readonly SlowLogin[] {
  const rows: SlowLogin[][] = [[]];
  for (const login of logins) {
    if (isSlow(login)) rows.at(-1)?.push(login);
    else rows.push([]);
  }
  return rows
    .filter(
      (row) => row.length >= settings.inARow && new Set(row.map(({ command }) => command.user)).size >= LEAST_USERS,
    )
    .flat();
}

function waitTime({ lapseMs, rpcRcvMs, rpcSndMs, lockWaitMs, pausedMs, cpuMs }: CommandFact): number {
  return Math.max(0, (lapseMs ?? 0) - (rpcRcvMs ?? 0) - (rpcSndMs ?? 0) - lockWaitMs - (pausedMs ?? 0) - (cpuMs ?? 0));
}

/** People do not type for exactly thirty seconds; what else a login does takes a moment. */
const PLATEAU_SLACK_MS = 1500;

function isTimeout({ ownMs }: SlowLogin, { plateauMs }: Settings): boolean {
  return ownMs >= plateauMs && ownMs % plateauMs <= PLATEAU_SLACK_MS;
}

/** LDAP search failed: Can't contact LDAP server      Failed to initialize LDAP connection to: dir.example:636 */
const OUTAGE =
  /ldap search failed|failed to initialize ldap|can't contact ldap|ldap\b.{0,200}\btimed out|ldap server is (?:busy|unavailable)/i;

/** Of the directory itself: a wrong password is the user's own. */
function directoryErrors({ reader }: DetectContext, serverId: number): KnownError[] {
  return knownErrors(reader, serverId, "ldap").filter(({ text }) => OUTAGE.test(text.slice(0, 2000)));
}

function signalOf(
  context: DetectContext,
  serverId: number,
  logins: readonly SlowLogin[],
  failed: readonly KnownError[],
  settings: Settings,
): Signal {
  const starts = [...logins.map(({ command }) => command.startMs), ...failed.map(({ atMs }) => atMs)];
  const ends = [...logins.map(({ command }) => command.endMs ?? command.startMs), ...failed.map(({ atMs }) => atMs)];
  const stretch = { fromMs: least(starts), toMs: most(ends) };
  const harmed = [...harmOf(logins.map(({ command }) => command)), ...harmedBy(context.reader, serverId, failed)];
  const sorted = [...logins].sort((a, b) => b.ownMs - a.ownMs);
  const remote = sorted.filter(
    ({ call }) => call !== null && (call.rcvMs + call.sndMs) * 2 >= (call.commandLapseMs ?? 0),
  );
  return hostSignal({
    detector: "authentication-time",
    serverId,
    category: "auth-stall",
    kind: remote.length * 2 > logins.length ? "remote" : failed.length > 0 ? "directory" : "slow",
    ...stretch,
    resource: { kind: "server", name: remote[0]?.call?.address ?? "authentication" },
    facts: [
      ...loginFacts(sorted, stretch),
      ...plateauFacts(sorted, settings),
      ...failed.slice(0, 1).map((first) => errorFact(first, failed.length)),
      ...remote.slice(0, 2).flatMap(remoteFact),
      ...triggerFacts(context, sorted),
      ...ticketFacts(context, serverId, stretch),
    ],
    severity: usersOf(harmed) >= 5 ? "major" : null,
    subject: sorted[0]?.command ?? null,
    harmed,
  });
}

function loginFacts(logins: readonly SlowLogin[], { fromMs, toMs }: { fromMs: number; toMs: number }): Fact[] {
  const [longest] = logins;
  if (longest === undefined) return [];
  const users = new Set(logins.map(({ command }) => command.user)).size;
  const middle = seconds(median(logins.map(({ ownMs }) => ownMs)));
  const typing = logins.every(({ command }) => command.rpcRcvMs !== null) ? " or waiting for the user" : "";
  const words = `${plural(logins.length, "login")} of ${plural(users, "user")} took the server ${middle} in the middle ${span(fromMs, toMs)}, up to ${seconds(longest.ownMs)}, without computing, locks${typing}`;
  return [fact(words, longest.ownMs, "ms", longest.command.endRef ?? longest.command.ref)];
}

function plateauFacts(logins: readonly SlowLogin[], settings: Settings): Fact[] {
  const at = logins.filter((login) => isTimeout(login, settings));
  const [first] = at;
  if (first === undefined || at.length * 2 < logins.length || at.length < 2) return [];
  const words = `${at.length} of them ended at multiples of ${seconds(settings.plateauMs)}, the directory's time limit (auth.ldap.timeout)`;
  return [fact(words, at.length, "logins", first.command.endRef ?? first.command.ref)];
}

function errorFact(first: KnownError, count: number): Fact {
  const line = first.text.split("\n").find((one) => OUTAGE.test(one.slice(0, 2000))) ?? first.text;
  return fact(`${plural(count, "error")} of the directory: ${quote(line, 160)}`, count, "errors", first.ref);
}

function remoteFact({ call }: SlowLogin): Fact[] {
  if (call === null) return [];
  const words = `${quote(call.cmd, 40)} of ${quote(call.user, 40)} waited ${seconds(call.rcvMs + call.sndMs)} for ${quote(call.address, 60)}`;
  return [fact(words, call.rcvMs + call.sndMs, "ms", call.ref)];
}

/** A password check by a trigger (auth-check, SSO) that took most of it. */
function triggerFacts({ reader }: DetectContext, logins: readonly SlowLogin[]): Fact[] {
  for (const { command, ownMs } of logins.slice(0, 20)) {
    const [run] = reader.triggers(command.commandId);
    if (run === undefined || run.lapseMs * 2 < ownMs) continue;
    const words = `trigger ${quote(run.name, 60)} took ${seconds(run.lapseMs)} of the login of ${quote(command.user, 40)}`;
    return [fact(words, run.lapseMs, "ms", run.ref)];
  }
  return [];
}

const LOOKED_AT = 2000;

/** Others went on: it is the login, not the server. */
function ticketFacts(
  { reader }: DetectContext,
  serverId: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Fact[] {
  const others = reader
    .commandsDuring(serverId, fromMs, toMs, LOOKED_AT)
    .filter(({ cmd, lapseMs, startMs }) => lapseMs !== null && startMs >= fromMs && !LOGINS.includes(cmd));
  const [first] = others;
  if (first === undefined || others.length < 10) return [];
  const middleMs = median(others.map(({ lapseMs }) => lapseMs ?? 0));
  if (middleMs >= 5000) return [];
  return [
    fact(`other commands took ${seconds(middleMs)} in the middle meanwhile`, middleMs, "ms", first.endRef ?? first.ref),
  ];
}
