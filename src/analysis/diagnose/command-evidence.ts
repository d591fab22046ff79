import type { CaseReader } from "../../contracts/case-reader.js";
import type { EvidenceRef } from "../../contracts/lock-facts.js";
import type { Fact } from "../../contracts/signal.js";
import type { IncidentFacts, SubjectFacts } from "./cause.js";
import { clock, fact, grouped, seconds, text } from "./wording.js";

/** A million rows is a scan of a big table, not a lookup (incident taxonomy 6). */
export const SCAN_ROWS = 1_000_000;

/** The command's own line: when it started and what it asked for. Every cause that names an operation rests on it. */
export function startEvidence(subject: SubjectFacts): Fact[] {
  if (subject.ref === null) return [];
  const at = subject.startMs === null ? "" : ` at ${clock(subject.startMs)}`;
  const words = `${text(subject.user, 40)} ran ${text(`${subject.verb} ${subject.args}`.trim())}${at} (pid ${subject.pid})`;
  return [fact(words, subject.pid, "pid", subject.ref)];
}

/** Tables told one by one: the line of each says how many rows it was. */
const TABLES_TOLD = 2;

export function scanEvidence({ command }: SubjectFacts, reader: CaseReader): Fact[] {
  if (command === null) return [];
  const tables = [...reader.tableRows(command.commandId)].sort((a, b) => b.scanRows - a.scanRows);
  return tables.slice(0, TABLES_TOLD).flatMap(({ table, scanRows, ref }) => {
    const words = `pid ${command.pid} scanned ${grouped(scanRows)} rows of ${text(table, 60)}`;
    return scanRows === 0 ? [] : [fact(words, scanRows, "rows", ref)];
  });
}

export function writeEvidence({ command }: SubjectFacts, reader: CaseReader): Fact[] {
  if (command === null) return [];
  const tables = [...reader.tableRows(command.commandId)].sort((a, b) => b.writtenRows - a.writtenRows);
  return tables.slice(0, TABLES_TOLD).flatMap(({ table, writtenRows, ref }) => {
    const words = `pid ${command.pid} changed ${grouped(writtenRows)} rows of ${text(table, 60)}`;
    return writtenRows === 0 ? [] : [fact(words, writtenRows, "rows", ref)];
  });
}

/** How the time was spent, for the parts that took at least a tenth of it, each from the line that says so. */
export function budgetEvidence(subject: SubjectFacts): Fact[] {
  const { budget, command } = subject;
  if (budget === null || command === null) return [];
  const track = command.trackRef ?? command.endRef ?? command.ref;
  const list: Fact[] = [];
  const part = (ms: number | null, words: string, ref: EvidenceRef) => {
    if (ms === null || ms * 10 < budget.lapseMs) return;
    list.push(fact(`${words} took ${seconds(ms)} of its ${seconds(budget.lapseMs)}`, ms, "ms", ref));
  };
  part(budget.pausedMs, "being paused for lack of CPU or memory", command.pausedRef ?? track);
  part(budget.cpuMs, "computing (CPU)", command.endRef ?? command.usageRef ?? track);
  part(budget.sndMs, "sending to the client", command.rpcRef ?? track);
  part(budget.rcvMs, "waiting for the client", command.rpcRef ?? track);
  const trigger = subject.triggers[0];
  if (trigger !== undefined) part(trigger.lapseMs, `trigger ${text(trigger.name, 60)}`, trigger.ref);
  return list;
}

/** What went over the network, where the log says it. */
export function movedEvidence({ command }: SubjectFacts): Fact[] {
  if (command === null || command.rpcMb === null || command.rpcMb === 0) return [];
  const words = `pid ${command.pid} moved ${grouped(command.rpcMb)} MB to or from ${text(command.ip, 45)}`;
  return [fact(words, command.rpcMb, "MB", command.rpcRef ?? command.trackRef ?? command.ref)];
}

export function rowsKnown(subject: SubjectFacts): boolean {
  return subject.command?.trackRef != null;
}

/** Did triggers take at least `share` of the subject's lock hold, or of its lapse where nobody waited? */
export function triggerShare(facts: IncidentFacts): number {
  const command = facts.subject?.command;
  if (command == null || command.triggerMs === 0) return 0;
  const whole = facts.root?.heldMs ?? facts.subject?.budget?.lapseMs ?? 0;
  return whole > 0 ? Math.min(1, command.triggerMs / whole) : 0;
}
