import type { Fact } from "../../contracts/signal.js";
import type { IncidentFacts } from "./cause.js";
import { clock, duration, fact, heldFor, modeWord, plural, who } from "./wording.js";

/** Victims told one by one; the counts tell the rest. */
const VICTIMS_TOLD = 10;

/** What shows that the root did it: its hold, its own waits, its release, its place in the captures. */
export function rootEvidence(facts: IncidentFacts): Fact[] {
  const { root, rootActor: actor } = facts;
  if (root === null || actor === null) return [];
  const ref = root.refs[0] ?? actor.ref;
  if (ref === null || ref === undefined) return [];
  const name = who(actor);
  const list: Fact[] = [];
  if (root.heldMs !== null) {
    list.push(fact(`${name} held ${root.object} ${modeWord(root.mode)} ${heldFor(root)}`, root.heldMs, "ms", ref));
    if (root.certainty === "logged") {
      list.push(
        fact(
          `pid ${actor.pid ?? "unknown"} itself waited ${duration(root.ownWaitMs)} for locks`,
          root.ownWaitMs,
          "ms",
          ref,
        ),
      );
    }
  }
  list.push(...captureEvidence(facts), ...lifeEvidence(facts));
  if (root.releaseEdge === true) {
    list.push(fact(`the waits behind ${name} ended when it let go of ${root.object}`, root.object, null, ref));
  }
  return list;
}

function captureEvidence(facts: IncidentFacts): Fact[] {
  const { root, rootActor: actor } = facts;
  if (root === null || actor === null || actor.pid === null) return [];
  const rows = facts.reader
    .capturedLocks(facts.draft.serverId)
    .filter((lock) => lock.pid === actor.pid && !lock.waiting && lock.object === root.object);
  return rows.slice(0, 4).map((row) => {
    const at = row.takenMs === null ? "" : ` at ${clock(row.takenMs)}`;
    const words = `${row.origin} shows pid ${row.pid} holding ${root.object} ${modeWord(row.mode)}${at}, not waiting`;
    return fact(words, row.pid, "pid", row.ref);
  });
}

function lifeEvidence(facts: IncidentFacts): Fact[] {
  const actor = facts.rootActor;
  if (actor?.ref == null || actor.startMs === null) return [];
  if (facts.subject?.inFlight !== true) return [];
  const openMs = (facts.reader.window(facts.draft.serverId)?.lastMs ?? actor.startMs) - actor.startMs;
  if (openMs <= 0) return [];
  const words = `${who(actor)} started ${clock(actor.startMs)} and had not completed ${duration(openMs)} later`;
  return [fact(words, openMs, "ms", actor.ref)];
}

/** What the victims say, longest wait first. */
export function victimEvidence(facts: IncidentFacts): Fact[] {
  const { draft, analysis } = facts;
  const list: Fact[] = [];
  const first = draft.victims[0]?.refs[0];
  if (first !== undefined) {
    const { blockedCommands, blockedMs } = draft.impact;
    const words = `${plural(blockedCommands, "command")} waited a second or more, ${duration(blockedMs)} in all`;
    list.push(fact(words, blockedMs, "ms", first));
  }
  for (const victim of draft.victims.slice(0, VICTIMS_TOLD)) {
    const actor = analysis.actors.get(victim.actor);
    const ref = victim.refs[0];
    if (actor === undefined || ref === undefined) continue;
    const carrier = victim.carrier ? ", holding what others wanted" : "";
    const words =
      victim.waitMs > 0
        ? `${who(actor)} waited ${duration(victim.waitMs)}, longest for ${victim.object}${carrier}`
        : `${who(actor)} was seen waiting for ${victim.object}${carrier}`;
    list.push(fact(words, victim.waitMs > 0 ? victim.waitMs : null, victim.waitMs > 0 ? "ms" : null, ref));
  }
  return list;
}

/** What makes the naming of the root less sure. */
export function doubtEvidence(facts: IncidentFacts): Fact[] {
  const { root, draft, analysis } = facts;
  const list: Fact[] = [];
  const ref = root?.refs[0] ?? facts.rootActor?.ref ?? null;
  if (root !== null && ref !== null && root.releaseEdge === false) {
    list.push(fact(`the waits did not end when ${root.object} was let go`, root.object, null, ref));
  }
  if (draft.cluster?.tie === true) {
    for (const other of draft.cluster.roots.slice(1, 4)) {
      const actor = analysis.actors.get(other.actor);
      const where = other.refs[0] ?? actor?.ref;
      if (actor === undefined || where == null) continue;
      list.push(
        fact(`${who(actor)} fits as well: the evidence cannot tell which one it was`, other.heldMs, "ms", where),
      );
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
  if (facts.subject?.inFlight === true) missing.push("track output of the blocker, which had not completed");
  return missing;
}
