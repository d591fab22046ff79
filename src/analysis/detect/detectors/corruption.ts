import { z } from "zod";
import { least, most } from "../../../base/extremes.js";
import type { CaseReader } from "../../../contracts/case-reader.js";
import type { Detector, Fact, Signal } from "../../../contracts/signal.js";
import { fact, hostSignal } from "../host-signal.js";
import { harmedBy, type KnownError, knownErrors } from "../server-errors.js";
import { syslogOf } from "../storage-evidence.js";
import { clock, plural, quote, span } from "../words.js";

const settingsSchema = z.strictObject({
  archiveErrors: z
    .number()
    .int()
    .positive()
    .default(3)
    .describe("archive files that could not be read; a database that is damaged counts at the first word"),
});
type Settings = z.infer<typeof settingsSchema>;

/** The database or the archives are damaged: nothing comes before this. */
export const corruption: Detector<Settings> = {
  id: "corruption",
  title: "Corruption",
  question: "Does anything say that the database or the archives are damaged?",
  needs: [],
  needsAny: ["server-errors", "checkpoint-log"],
  settings: settingsSchema,
  falseAlarms:
    "Database errors of a volume that was full or gone for a moment: the table may be sound; a validation tells. Never counted: a replica that cannot replay one record (see replication-lag), a single transfer that is tried again.",
  source: "Messages of the 2023.2 source (msgdb, msglbr); Perforce KB 2425 and 836 (database corruption).",
  *detect({ reader }, serverId, settings) {
    yield* database(reader, serverId);
    yield* archives(reader, serverId, settings);
  },
};

function* database(reader: CaseReader, serverId: number): Iterable<Signal> {
  const role = reader.servers().find((server) => server.id === serverId)?.role;
  const replays = role === "replica" || role === "edge" ? [] : knownErrors(reader, serverId, "journal-replay");
  const own = replays.filter((error) => !/^(?:pull|rmt-)/.test(error.operation)); // pull -i 1: the replica's own trouble
  const errors = [...knownErrors(reader, serverId, "corruption"), ...own].sort((a, b) => a.atMs - b.atMs);
  const jobs = syslogOf(reader, serverId, "checkpoint-failed").filter((line) =>
    /btree|corrupt|database \w+ error/i.test(line.text),
  );
  const first = errors[0] ?? jobs[0];
  if (first === undefined) return;
  const last = [...errors, ...jobs].reduce((a, b) => (b.atMs > a.atMs ? b : a), first);
  const tables = [...new Set(errors.flatMap((error) => /\bdb\.\w{1,40}/.exec(error.text)?.[0] ?? []))]; // ... error on db.rev!
  const whole = tables.length === 0 ? "the database" : tables.slice(0, 3).join(", ");
  const words = `p4d says that ${whole} is damaged, first at ${clock(first.atMs)}: ${quote(first.text)}`;
  const facts: Fact[] = [fact(words, errors.length + jobs.length, "errors", first.ref)];
  facts.push(
    ...distinct(errors.slice(1)),
    ...jobs.slice(0, 2).map((line) => fact(`the checkpoint log says: ${quote(line.text)}`, null, null, line.ref)),
  );
  yield {
    ...damage(serverId, "database", tables[0] ?? "database", first.atMs, last.atMs, facts, "critical"),
    harmed: harmedBy(reader, serverId, errors),
  };
}

/** One example of each wording. */
function distinct(errors: readonly KnownError[]): Fact[] {
  const seen = new Set<string>();
  return errors
    .filter(({ text }) => !seen.has(text) && seen.add(text))
    .slice(0, 4)
    .map((error) => fact(`at ${clock(error.atMs)}: ${quote(error.text)}`, null, null, error.ref));
}

function* archives(reader: CaseReader, serverId: number, settings: Settings): Iterable<Signal> {
  const errors = knownErrors(reader, serverId, "archive");
  const verified = syslogOf(reader, serverId, "verify-bad", "verify-missing");
  const first = errors[0];
  const bad = verified[0];
  if (errors.length < settings.archiveErrors && bad === undefined) return;
  const facts: Fact[] = [];
  if (first !== undefined) {
    const words = `${plural(errors.length, "archive file")} could not be read ${span(first.atMs, errors.at(-1)?.atMs ?? first.atMs)}, the first: ${quote(first.text)}`;
    facts.push(fact(words, errors.length, "errors", first.ref), ...distinct(errors.slice(1)));
  }
  if (bad !== undefined) {
    const words = `verify found ${plural(verified.length, "bad or missing revision")}, the first: ${quote(bad.text)}`;
    facts.push(fact(words, verified.length, "revisions", bad.ref));
  }
  const times = [...errors, ...verified].map((one) => one.atMs);
  const harmed = harmedBy(reader, serverId, errors);
  const severity = harmed.length >= 10 ? "major" : null;
  yield { ...damage(serverId, "archive", "archives", least(times), most(times), facts, severity), harmed };
}

function damage(
  serverId: number,
  kind: string,
  name: string,
  fromMs: number,
  toMs: number,
  facts: readonly Fact[],
  severity: Signal["severity"],
): Signal {
  return hostSignal({
    detector: "corruption",
    serverId,
    category: "corruption",
    kind,
    fromMs,
    toMs,
    resource: { kind: "server", name },
    facts,
    severity,
  });
}
