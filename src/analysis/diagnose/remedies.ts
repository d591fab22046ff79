import type { ActionDraft, IncidentFacts, SubjectFacts } from "./cause.js";
import { isOngoing } from "./host-evidence.js";
import { victimLine } from "./lock-evidence.js";
import { duration, text, who } from "./wording.js";

/**
 * What may be done about one subject, by risk. Terminate the root only, and
 * only when sure; never what cannot be stopped; never a signal to a writer.
 */
export function blockerActions(facts: IncidentFacts): ActionDraft[] {
  const subject = facts.subject;
  if (subject === null) return facts.draft.cluster === null ? [captureHost(facts)] : unknownHolder(facts);
  const actions = [...capture(facts), tellOwner(facts, subject)];
  const remedy = stopOrWait(facts, subject);
  if (remedy !== null) actions.push(remedy);
  return [...actions, ...neverKill(facts, subject), ...spareCarriers(facts)];
}

/** `now` while the subject runs; afterwards only what would have been right. */
function when(subject: SubjectFacts): "now" | "was" {
  return subject.alive ? "now" : "was";
}

function capture(facts: IncidentFacts): ActionDraft[] {
  const { subject, draft } = facts;
  if (subject?.alive !== true || draft.cluster === null) return [];
  return [
    {
      id: "capture-evidence",
      risk: "observe",
      when: "now",
      text: "Save p4 monitor show -ale, lslocks and lsof twice, 10 s apart, before anything is stopped or restarted.",
      command: null,
      check: "The same pid holds the same lock in both captures.",
      why: "After a restart nobody can tell any more who held what.",
    },
  ];
}

function tellOwner(facts: IncidentFacts, subject: SubjectFacts): ActionDraft {
  const cost =
    facts.draft.impact.blockedCommands > 0
      ? `made ${facts.draft.impact.blockedCommands} commands wait ${duration(facts.draft.impact.blockedMs)}`
      : `took ${duration(facts.subject?.budget?.lapseMs ?? facts.draft.toMs - facts.draft.fromMs)}`;
  const owner = subject.user === "" ? "the administrators of the server's host" : text(subject.user, 40);
  return {
    id: "tell-owner",
    risk: "alert",
    when: subject.alive ? "now" : "prevention",
    text: `Tell ${owner} that ${who(subject)} ${cost}.`,
    command: null,
    check: subject.alive
      ? "It is still this person's command: pids are used again."
      : "Whether it runs by itself, and when again.",
    why: "The owner knows whether it may be stopped, and can change how it is run.",
  };
}

function stopOrWait(facts: IncidentFacts, subject: SubjectFacts): ActionDraft | null {
  if (subject.kind === "background" || subject.user.startsWith("svc_"))
    return wait(subject, "it serves a replica or the server itself");
  switch (subject.kind) {
    case "obliterate":
      return wait(subject, "p4 monitor terminate does not reach an obliterate");
    case "checkpoint":
    case "journal":
    case "admin":
      return wait(subject, "stopping an administrative operation half way can leave it half done");
    case "permissions":
      return wait(subject, "its write is short once it has the lock");
  }
  if (subject.captured && subject.user === "") return wait(subject, "it is no command of the server");
  if (facts.draft.cluster === null && !subject.alive) return null;
  if (subject.readOnly) return terminateReader(facts, subject);
  return terminateWriter(facts, subject);
}

function wait(subject: SubjectFacts, why: string): ActionDraft {
  return {
    id: "wait",
    risk: "alert",
    when: when(subject),
    text: subject.alive
      ? `Let pid ${subject.pid} finish; do not stop or restart the server meanwhile.`
      : `While pid ${subject.pid} ran, letting it finish was right, without a stop or restart of the server.`,
    command: null,
    check: "Its progress: the rows or files it still has to do, as its owner knows them.",
    why: `It cannot safely be stopped: ${why}. A server stop would queue behind its locks.`,
  };
}

/** Below this certainty nobody should be interrupted on our word. */
const SURE_ENOUGH = 0.6;
const SURE = 0.9;

function terminateReader(facts: IncidentFacts, subject: SubjectFacts): ActionDraft | null {
  if (facts.certainty < SURE_ENOUGH) return null;
  return {
    id: "monitor-terminate",
    risk: "safe",
    when: when(subject),
    text: subject.alive
      ? `Terminate ${who(subject)}: it only reads, its user can run it again.`
      : `p4 monitor terminate ${subject.pid} was safe while it ran: it only read.`,
    command: subject.alive ? `p4 monitor terminate ${subject.pid}` : null,
    check: `p4 monitor show -ale still lists pid ${subject.pid} as ${text(`${subject.user} ${subject.verb} ${subject.args}`)}, running longer than 10 s.`,
    why: "It ends at its next check, within 50,000 rows or 30 s; wait that long before judging, and never follow up with a signal.",
  };
}

function terminateWriter(facts: IncidentFacts, subject: SubjectFacts): ActionDraft | null {
  if (facts.certainty < SURE_ENOUGH) return null;
  const critical = facts.root?.mode !== "R" || subject.kind === "submit";
  const mayStop = subject.alive && !critical && facts.certainty >= SURE;
  return {
    id: "monitor-terminate",
    risk: "risky",
    when: when(subject),
    text: `Terminating ${who(subject)} interrupts a writer: only with its owner's yes.`,
    command: mayStop ? `p4 monitor terminate ${subject.pid}` : null,
    check: critical
      ? "It is not in its critical section (a commit, or a write lock held): there, wait for it."
      : `p4 monitor show -ale still lists pid ${subject.pid} as ${text(`${subject.user} ${subject.verb}`)}, running longer than 10 s.`,
    why: "It is rolled back or has to be run again, and files may stay locked; waiting is often shorter.",
  };
}

function neverKill(facts: IncidentFacts, subject: SubjectFacts): ActionDraft[] {
  if (subject.readOnly || (facts.draft.cluster === null && !subject.alive)) return [];
  return [
    {
      id: "kill-process",
      risk: "never",
      when: when(subject),
      text: subject.alive
        ? `Never kill -9 pid ${subject.pid}, nor its parent, nor power off the host.`
        : `While pid ${subject.pid} ran: never kill -9 it, nor its parent, nor power off the host.`,
      command: null,
      check: "Nothing makes this safe.",
      why: "A writer that is killed can leave a torn database (BTree is corrupt).",
    },
  ];
}

/** Whoever holds one thing and waits for another looks like the culprit in a capture, and is not. */
function spareCarriers(facts: IncidentFacts): ActionDraft[] {
  const carrier = facts.draft.victims.find((victim) => victim.carrier);
  const actor = carrier === undefined ? undefined : facts.analysis.actors.get(carrier.actor);
  if (carrier === undefined || actor?.pid == null || facts.subject === null) return [];
  const waited = victimLine(carrier, actor, facts);
  if (waited === null) return [];
  return [
    {
      id: "terminate-carrier",
      risk: "never",
      when: when(facts.subject),
      text: facts.subject.alive
        ? `Do not terminate ${who(actor)}: it waits itself and is not the cause.`
        : `Terminating ${who(actor)} would not have helped: it waited itself and was not the cause.`,
      command: null,
      check: "It goes on by itself as soon as the blocker lets go.",
      why: "Stopping those who wait frees nothing: the next one takes their place.",
      facts: [waited],
    },
  ];
}

/** Trouble of the machine or the server that no cause explains. */
function captureHost(facts: IncidentFacts): ActionDraft {
  return {
    id: "capture-evidence",
    risk: "observe",
    when: isOngoing(facts) ? "now" : "prevention",
    text: "Save p4 monitor show -ale, journalctl of that hour, iostat -x 1 10, vmstat 1 10, df and ps while it lasts.",
    command: null,
    check: "They are taken within the same minute.",
    why: "The evidence shows that something was wrong, and not what; the machine's own figures do.",
  };
}

function unknownHolder(facts: IncidentFacts): ActionDraft[] {
  const ongoing = facts.draft.victims.some((victim) => facts.analysis.actors.get(victim.actor)?.inFlight === true);
  return [
    {
      id: "capture-evidence",
      risk: "observe",
      when: ongoing ? "now" : "prevention",
      text: "Save p4 monitor show -ale, lslocks and lsof twice, 10 s apart, while commands wait and before any restart.",
      command: null,
      check: "lslocks runs as root and shows the paths of the db.* files.",
      why: "The evidence does not show who held the lock; captures of the moment do.",
    },
  ];
}
