import type { EvidenceRef, LockActor, RootFinding, VictimFinding } from "../../contracts/lock-facts.js";
import type { Fact } from "../../contracts/signal.js";
import type { IncidentFacts } from "./cause.js";
import { samePlace, seen } from "./lock-lines.js";
import { clock, duration, fact, lockName, modeWord, plural, seconds, upTo, who } from "./wording.js";

/** Victims told one by one; the counts tell the rest. */
const VICTIMS_TOLD = 10;

/** What shows that the root did it: its hold, its own waits, its release, its place in the captures. */
export function rootEvidence(facts: IncidentFacts): Fact[] {
  const { root, rootActor: actor } = facts;
  if (root === null || actor === null) return [];
  const ref = root.refs[0] ?? actor.ref;
  if (ref === null || ref === undefined) return [];
  const list = root.certainty === "logged" ? loggedHold(facts, root, actor, ref) : [];
  list.push(...captureEvidence(facts));
  if (facts.subject?.inFlight === true) list.push(...some(openEvidence(actor, facts)));
  if (root.releaseEdge === true && root.certainty !== "inferred") {
    list.push(fact(`the waits behind ${who(actor)} ended when it let go of ${root.object}`, root.object, null, ref));
  }
  return list;
}

function loggedHold(facts: IncidentFacts, root: RootFinding, actor: LockActor, ref: EvidenceRef): Fact[] {
  const heldMs = root.heldMs ?? 0;
  const words = `${who(actor)} held ${lockName(root.object)} ${modeWord(root.mode)} for ${seconds(heldMs)}`;
  const hold = facts.lines.held(actor, ref) ?? fact(words, root.heldMs, "ms", ref);
  const longest = facts.lines.longestOwnWait(actor);
  const none = fact(`pid ${actor.pid ?? "unknown"} itself waited less than a second for any lock`, null, null, ref);
  return root.heldMs === null ? [] : [hold, longest ?? none];
}

/** Captures of the hold that are told; the first and the last say how long it was seen. */
const ROWS_TOLD = 4;

function captureEvidence(facts: IncidentFacts): Fact[] {
  const { root, rootActor: actor } = facts;
  if (root === null || actor === null || actor.pid === null) return [];
  const rows = facts.reader
    .capturedLocks(facts.draft.serverId)
    .filter((lock) => lock.pid === actor.pid && !lock.waiting && lock.object === root.object);
  return rows.slice(0, ROWS_TOLD).map((row) => fact(seen(row, who(actor)), row.pid, "pid", row.ref));
}

/** A command that is known from its start only: it had not completed when the log ended. */
export function openEvidence(actor: LockActor, facts: IncidentFacts): Fact | null {
  if (actor.ref === null || actor.startMs === null) return null;
  const started = `${who(actor)} started at ${clock(actor.startMs)}`;
  const lastMs = facts.reader.window(facts.draft.serverId)?.lastMs ?? actor.startMs;
  const openMs = lastMs - actor.startMs;
  if (!actor.inFlight || openMs <= 0) return fact(started, actor.pid, "pid", actor.ref);
  const words = `${started} and had not completed when the log ended, ${seconds(openMs)} later`;
  return fact(words, openMs, "ms", actor.ref);
}

/** What the victims say, longest wait first, and what they add up to. */
export function victimEvidence(facts: IncidentFacts): Fact[] {
  const { draft, analysis } = facts;
  const told = draft.victims.slice(0, VICTIMS_TOLD).flatMap((victim) => {
    const actor = analysis.actors.get(victim.actor);
    return actor === undefined ? [] : some(victimLine(victim, actor, facts));
  });
  const first = told[0];
  return first === undefined ? [] : [...told, fact(...sumOf(facts), first.ref)];
}

/** Sums stand in no line: the longest of the waits is cited for all of them. */
function sumOf(facts: IncidentFacts): [string, number, string] {
  const { blockedCommands, blockedMs } = facts.draft.impact;
  const commands = plural(blockedCommands, "command");
  if (blockedMs === 0) return [`${commands} were seen waiting, this one among them`, blockedCommands, "commands"];
  const many = blockedCommands > 1 ? "; this line tells of the longest wait" : "";
  return [`${commands} waited a second or more, ${upTo(facts)}${duration(blockedMs)} in all${many}`, blockedMs, "ms"];
}

/** The line that tells most of one victim's waiting. */
export function victimLine(victim: VictimFinding, actor: LockActor, facts: IncidentFacts): Fact | null {
  const told = facts.lines.longestWait(actor, victim.refs.slice(0, REFS_LOOKED_AT));
  const ref = victim.refs[0];
  if (told !== null || ref === undefined) return told;
  if (samePlace(ref, actor.ref)) return openEvidence(actor, facts);
  const words = `${who(actor)} waited ${seconds(victim.waitMs)} for ${lockName(victim.object)}`;
  return victim.waitMs > 0 ? fact(words, victim.waitMs, "ms", ref) : null;
}

const REFS_LOOKED_AT = 20;

function some<T>(value: T | null): T[] {
  return value === null ? [] : [value];
}

/** What makes the naming of the root less sure. */
export function doubtEvidence(facts: IncidentFacts): Fact[] {
  const { root, draft, analysis } = facts;
  const list: Fact[] = [];
  const ref = root?.refs[0] ?? facts.rootActor?.ref ?? null;
  if (root !== null && ref !== null && root.releaseEdge === false) {
    list.push(fact(`the waits did not end when ${lockName(root.object)} was let go`, root.object, null, ref));
  }
  if (root?.certainty === "inferred" && ref !== null && facts.subject !== null) {
    const words = `no line shows pid ${facts.subject.pid} holding ${lockName(root.object)}: that it did is inferred from when it ran`;
    list.push(fact(words, facts.subject.pid, "pid", facts.rootActor?.ref ?? ref));
  }
  if (draft.cluster?.tie === true) {
    for (const other of draft.cluster.roots.slice(1, 4)) {
      const actor = analysis.actors.get(other.actor);
      const where = other.refs[0] ?? actor?.ref;
      if (actor === undefined || where == null) continue;
      list.push(fact(`${who(actor)} fits as well: the evidence cannot tell which one it was`, actor.pid, "pid", where));
    }
  }
  return list;
}

/** Evidence kinds that would make the naming of the root surer. */
export function missingForRoot(facts: IncidentFacts): string[] {
  const have = facts.reader.capabilities(facts.draft.serverId);
  const missing: string[] = [];
  const captures = new Set(facts.reader.capturedLocks(facts.draft.serverId).map((lock) => lock.captureId)).size;
  if (!have.has("lslocks")) missing.push("lslocks captured during the incident");
  else if (captures < 2) missing.push("a second lslocks capture 10 s after the first");
  if (!have.has("monitor")) missing.push("p4 monitor show -ale captured during the incident");
  if (facts.subject?.inFlight === true)
    missing.push("the log up to the end of the blocker: its track output is written when it completes");
  return missing;
}
