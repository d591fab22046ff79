import { printable } from "../base/printable.js";
import type { CommandSum, LockSum, MetricsHistory, MinuteSum } from "../contracts/metrics-history.js";
import { END_OF_FILE, type FamilyHead, familyHead, type Labels, seriesName } from "./exposition.js";
import { boundedLabels, isKnownCommand, isKnownTable, OTHER } from "./known-names.js";
import { counterPoints, levelPoints, type Running } from "./series-points.js";
import { type Timeline, timelineOf } from "./timeline.js";

/** A server and how its past is read. */
export interface HistorySubject {
  readonly id: number;
  /** Value of the label `server`. */
  readonly name: string;
  readonly toEpochMs: (localMs: number) => number;
  readonly running: Running;
}

const COMMANDS: readonly (FamilyHead & { readonly sum: CommandSum })[] = [
  counter("p4rca_commands_started", null, "Commands that started.", "started"),
  counter("p4rca_commands_completed", null, "Commands whose completion was logged.", "completed"),
  counter("p4rca_commands_failed", null, "Commands that the log connects with an error.", "failed"),
  counter("p4rca_command_lapse_seconds", "seconds", "Lapse of the commands that completed.", "lapse"),
];

const LOCKS: readonly (FamilyHead & { readonly sum: LockSum })[] = [
  counter("p4rca_table_lock_wait_seconds", "seconds", "Waiting for table locks, by commands that ended.", "wait"),
  counter("p4rca_table_lock_held_seconds", "seconds", "Holding table locks, by commands that ended.", "held"),
  counter("p4rca_table_locks", null, "Table locks taken, by commands that ended.", "locks"),
];

const RUNNING: FamilyHead = gauge("p4rca_commands_running", "Commands open at the end of the minute.");
const PEAK: FamilyHead = gauge(
  "p4rca_commands_running_peak",
  "Most commands open at the end of a second of the minute.",
);

function counter<Sum>(
  name: string,
  unit: "seconds" | null,
  help: string,
  sum: Sum,
): FamilyHead & { readonly sum: Sum } {
  return { name, type: "counter", unit, help, sum };
}

function gauge(name: string, help: string): FamilyHead {
  return { name, type: "gauge", unit: null, help };
}

/**
 * The past of the servers as OpenMetrics text, in pieces: one point a minute and series, at the end of the minute.
 * Labels are the server, known names of commands and tables (at most 30 of each and `other`) and the mode of a lock.
 * Pure: the same history gives the same text.
 */
export function* metricsHistoryText(history: MetricsHistory, subjects: readonly HistorySubject[]): Generator<string> {
  const servers = subjects.flatMap((subject) => {
    const timeline = timelineOf(history.minutes(subject.id), subject.toEpochMs);
    if (timeline === null) return [];
    const commands = boundedLabels(history.commandNames(subject.id), isKnownCommand);
    return [{ ...subject, timeline, commands, tables: boundedLabels(history.tableNames(subject.id), isKnownTable) }];
  });
  for (const family of COMMANDS) {
    yield familyHead(family);
    for (const server of servers) {
      const sums = history.commandSums(server.id, family.sum, server.commands, OTHER);
      yield* counters(family, server.timeline, sums, (cmd) => ({ server: printable(server.name), cmd }));
    }
  }
  for (const family of LOCKS) {
    yield familyHead(family);
    for (const server of servers) {
      for (const mode of ["read", "write"] as const) {
        const sums = history.lockSums(server.id, family.sum, mode, server.tables, OTHER);
        yield* counters(family, server.timeline, sums, (table) => ({ server: printable(server.name), table, mode }));
      }
    }
  }
  for (const family of [RUNNING, PEAK]) {
    yield familyHead(family);
    for (const server of servers) {
      const series = seriesName(family, { server: printable(server.name) });
      yield* levelPoints(series, server.timeline, server.running, family === PEAK);
    }
  }
  yield END_OF_FILE;
}

function* counters(
  family: FamilyHead,
  timeline: Timeline,
  sums: Iterable<MinuteSum>,
  labelsOf: (label: string) => Labels,
): Generator<string> {
  const divisor = family.unit === "seconds" ? 1000 : 1;
  for (const [label, ofLabel] of byLabel(sums)) {
    yield* counterPoints(seriesName(family, labelsOf(label)), timeline, ofLabel, divisor);
  }
}

/** Sums come in order of label: those of one at a time, at most one a minute. */
function* byLabel(sums: Iterable<MinuteSum>): Generator<[string, MinuteSum[]]> {
  let group: MinuteSum[] = [];
  for (const sum of sums) {
    const label = group[0]?.label ?? sum.label;
    if (label !== sum.label) {
      yield [label, group];
      group = [];
    }
    group.push(sum);
  }
  const [first] = group;
  if (first !== undefined) yield [first.label, group];
}
