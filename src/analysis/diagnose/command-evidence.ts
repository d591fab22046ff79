import type { Fact } from "../../contracts/signal.js";
import type { IncidentFacts, SubjectFacts } from "./cause.js";
import { clock, duration, fact, grouped, text } from "./wording.js";

/** A million rows is a scan of a big table, not a lookup (incident taxonomy 6). */
export const SCAN_ROWS = 1_000_000;

/** The command's own line: when it started and what it asked for. Every cause that names an operation rests on it. */
export function startEvidence(subject: SubjectFacts): Fact[] {
  if (subject.ref === null) return [];
  const at = subject.startMs === null ? "" : ` at ${clock(subject.startMs)}`;
  const words = `${text(subject.user, 40)} ran ${text(`${subject.verb} ${subject.args}`.trim())}${at} (pid ${subject.pid})`;
  return [fact(words, subject.pid, "pid", subject.ref)];
}

export function scanEvidence(subject: SubjectFacts): Fact[] {
  const command = subject.command;
  if (command === null || command.trackRef === null || command.scanRows === 0) return [];
  const words = `pid ${command.pid} scanned ${grouped(command.scanRows)} rows`;
  return [fact(words, command.scanRows, "rows", command.trackRef)];
}

export function writeEvidence(subject: SubjectFacts): Fact[] {
  const command = subject.command;
  if (command === null || command.trackRef === null || command.putRows === 0) return [];
  return [fact(`pid ${command.pid} wrote ${grouped(command.putRows)} rows`, command.putRows, "rows", command.trackRef)];
}

/** How the time was spent, for the parts that took at least a tenth of it. */
export function budgetEvidence(subject: SubjectFacts): Fact[] {
  const { budget, command } = subject;
  if (budget === null || command === null) return [];
  const end = command.endRef ?? command.ref;
  const track = command.trackRef ?? end;
  const list: Fact[] = [];
  const part = (ms: number | null, words: string, ref: typeof end) => {
    if (ms === null || ms * 10 < budget.lapseMs) return;
    list.push(fact(`${words} took ${duration(ms)} of its ${duration(budget.lapseMs)}`, ms, "ms", ref));
  };
  part(budget.cpuMs, "computing (CPU)", end);
  part(budget.sndMs, "sending to the client", track);
  part(budget.rcvMs, "waiting for the client", track);
  part(budget.triggerMs, "its triggers", subject.triggers[0]?.ref ?? track);
  return list;
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
