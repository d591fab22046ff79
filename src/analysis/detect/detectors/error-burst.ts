import { z } from "zod";
import { verbOf } from "../../../base/perforce-command.js";
import { messageSignature, type ServerMessage } from "../../../base/server-messages.js";
import type { CaseReader, CommandFact } from "../../../contracts/case-reader.js";
import type { Detector, Fact, Signal } from "../../../contracts/signal.js";
import { groupBy } from "../group-by.js";
import { fact, hostSignal, spells } from "../host-signal.js";
import { harmedBy, type KnownError, knownErrors, usersOf } from "../server-errors.js";
import { clock, plural, quote, span } from "../words.js";

const count = z.number().int().positive();
const settingsSchema = z.strictObject({
  errors: count.default(20).describe("errors of one wording within a spell"),
  users: count.default(5).describe("different users hit: one person's script in a loop is that person's trouble"),
  timesUsual: z.number().positive().default(5).describe("times the rate that this wording has in the rest of the log"),
  limitErrors: count.default(10).describe("commands ended by MaxScanRows and the like"),
  limitUsers: count.default(3).describe("users hit by limits, below which it is told as info only"),
  exclusiveErrors: count.default(10).describe("commands refused because files were opened exclusively"),
  exclusiveUsers: count.default(3).describe("users so refused"),
  openedRows: count.default(10_000).describe("rows written by one edit, add or delete: files opened at once"),
});
type Settings = z.infer<typeof settingsSchema>;

/** Errors of one wording at most this far apart are one burst. */
const APART_MS = 120_000;
/** Other detectors ask about these, or they say nothing about the server. */
const UNREMARKABLE: readonly ServerMessage[] = ["user", "peer-lost", "stopped", "exclusive", "limit", "ticket"];
const OTHERS: readonly ServerMessage[] = [
  ...(["space-min", "no-space", "io-fault", "memory", "max-commands", "pressure", "corruption", "archive"] as const),
  ...(["journal-replay", "pull-position", "standby-stall", "archive-transfer", "license", "certificate"] as const),
  ...(["trigger", "ldap"] as const),
];

/** Errors that many people get at once, more often than this log's own usual or never seen in it before. */
export const errorBurst: Detector<Settings> = {
  id: "error-burst",
  title: "Error burst",
  question: "Did many people get errors that they do not usually get?",
  needs: ["server-errors"],
  settings: settingsSchema,
  falseAlarms:
    "A tool update that makes every user's program ask for something that is not there. Never counted: people's own mistakes (no such file, not in view), lost connections, one script in a loop.",
  source: "Messages of the 2023.2 source; p4 help maxresults. The usual rate is the log's own, wording by wording.",
  *detect({ reader }, serverId, settings) {
    yield* limits(reader, serverId, settings);
    yield* exclusive(reader, serverId, settings);
    yield* bursts(reader, serverId, settings);
  },
};

function* limits(reader: CaseReader, serverId: number, settings: Settings): Iterable<Signal> {
  for (const spell of spells(knownErrors(reader, serverId, "limit"), APART_MS * 5)) {
    const first = spell[0];
    if (first === undefined || spell.length < settings.limitErrors) continue;
    const harmed = harmedBy(reader, serverId, spell);
    const words = `${plural(spell.length, "command")} of ${plural(usersOf(harmed), "user")} ended at a limit ${reachOf(spell)}, the first: ${quote(first.text)}`;
    const severity = usersOf(harmed) >= settings.limitUsers ? null : "info";
    yield {
      ...signal(serverId, "limit-hit", spell, [fact(words, spell.length, "errors", first.ref)], severity),
      harmed,
    };
  }
}

function* exclusive(reader: CaseReader, serverId: number, settings: Settings): Iterable<Signal> {
  for (const spell of spells(knownErrors(reader, serverId, "exclusive"), APART_MS * 15)) {
    const first = spell[0];
    if (first === undefined || spell.length < settings.exclusiveErrors) continue;
    const harmed = harmedBy(reader, serverId, spell);
    if (usersOf(harmed) < settings.exclusiveUsers) continue;
    const words = `${plural(spell.length, "command")} of ${plural(usersOf(harmed), "user")} could not open files that somebody has opened exclusively ${reachOf(spell)}, the first: ${quote(first.text)}`;
    const opener = massOpener(reader, serverId, first.atMs, settings);
    const facts = [fact(words, spell.length, "errors", first.ref), ...openerFacts(opener)];
    yield { ...signal(serverId, "mass-open", spell, facts, null), subject: opener, harmed };
  }
}

const OPENERS = ["user-edit", "user-add", "user-delete", "user-lock", "user-reopen"];

/** Whoever opened most files at once before others were refused. */
function massOpener(
  reader: CaseReader,
  serverId: number,
  beforeMs: number,
  { openedRows }: Settings,
): CommandFact | null {
  const opened = reader
    .commandsNamed(serverId, OPENERS, 5000)
    .filter((command) => command.putRows >= openedRows && command.startMs <= beforeMs)
    .sort((a, b) => b.putRows - a.putRows);
  return opened[0] ?? null;
}

function openerFacts(opener: CommandFact | null): Fact[] {
  if (opener === null) return [];
  const { pid, user, cmd, putRows, startMs } = opener;
  const words = `${quote(user, 40)} opened files with ${verbOf(cmd)} (pid ${pid}) at ${clock(startMs)}: it wrote ${putRows} rows`;
  return [fact(words, putRows, "rows", opener.trackRef ?? opener.ref)];
}

function* bursts(reader: CaseReader, serverId: number, settings: Settings): Iterable<Signal> {
  const skip = new Set<ServerMessage>([...UNREMARKABLE, ...OTHERS]);
  const errors = knownErrors(reader, serverId).filter((error) => !skip.has(error.message));
  const window = reader.window(serverId);
  const bySignature = groupBy(errors, (error) => messageSignature(error.text));
  for (const [signature, all] of bySignature) {
    for (const spell of spells(all, APART_MS)) {
      if (spell.length < settings.errors || window === null) continue;
      const usual = usualIn(all, spell, window.lastMs - window.firstMs);
      if (spell.length < usual * settings.timesUsual) continue;
      const harmed = harmedBy(reader, serverId, spell);
      if (usersOf(harmed) < settings.users) continue;
      const first = spell[0] as KnownError;
      const before = first === all[0] ? ", never before in this log" : "";
      const words = `${spell.length} errors of ${plural(usersOf(harmed), "user")} ${reachOf(spell)}${before}: ${quote(first.text)}`;
      const facts = [fact(words, spell.length, "errors", first.ref)];
      yield { ...signal(serverId, "burst", spell, facts, null, signature), harmed };
    }
  }
}

/** Errors of the wording that the rest of the log would lead to expect in a time as long as the spell. */
function usualIn(all: readonly KnownError[], spell: readonly KnownError[], logMs: number): number {
  const spellMs = (spell.at(-1)?.atMs ?? 0) - (spell[0]?.atMs ?? 0) + 1000;
  const restMs = Math.max(1, logMs - spellMs);
  return ((all.length - spell.length) / restMs) * spellMs;
}

function reachOf(spell: readonly KnownError[]): string {
  return span(spell[0]?.atMs ?? 0, spell.at(-1)?.atMs ?? 0);
}

function signal(
  serverId: number,
  kind: string,
  spell: readonly KnownError[],
  facts: readonly Fact[],
  severity: Signal["severity"],
  name: string = kind,
): Signal {
  return hostSignal({
    detector: "error-burst",
    serverId,
    category: "error-burst",
    kind,
    fromMs: spell[0]?.atMs ?? 0,
    toMs: spell.at(-1)?.atMs ?? 0,
    resource: { kind: "server", name },
    facts,
    severity,
  });
}
