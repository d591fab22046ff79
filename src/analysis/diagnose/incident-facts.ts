import { classify, isReadOnly, timeBudget, verbOf } from "../../base/perforce-command.js";
import type { CaseReader, CommandFact } from "../../contracts/case-reader.js";
import type { IncidentDraft } from "../../contracts/incident-draft.js";
import type { LockActor } from "../../contracts/lock-facts.js";
import { COMMAND_FLAG } from "../../contracts/record-batch.js";
import type { DetectContext } from "../../contracts/signal.js";
import type { IncidentFacts, SubjectFacts } from "./cause.js";
import { LockLines } from "./lock-lines.js";
import { rootCertainty } from "./root-certainty.js";

/** A slow command's time is measured, not inferred. */
const MEASURED = 0.97;

/** Gathers what the causes look at. A draft of an unknown server is a bug and throws. */
export function gatherFacts(draft: IncidentDraft, context: DetectContext): IncidentFacts {
  const { reader } = context;
  const server = reader.servers().find((one) => one.id === draft.serverId);
  if (server === undefined) throw new Error(`server ${draft.serverId} is not in the case`);
  const analysis = context.locks(draft.serverId);
  const rootActor = draft.root === null ? null : (analysis.actors.get(draft.root.actor) ?? null);
  return {
    draft,
    reader,
    server,
    analysis,
    subject: subjectOf(draft, rootActor, reader),
    root: draft.root,
    rootActor,
    certainty: draft.cluster === null ? MEASURED : rootCertainty(draft, rootActor, reader),
    lines: new LockLines(reader, draft.serverId),
  };
}

/** What the kernel killed, or what went down with its server, is not running any more. */
function endedByHost(draft: IncidentDraft): boolean {
  return draft.signals.some(({ detector, kind }) => kind === "oom-kill" || detector === "server-restart");
}

function subjectOf(draft: IncidentDraft, actor: LockActor | null, reader: CaseReader): SubjectFacts | null {
  if (draft.cluster === null) {
    const command = draft.primary.subject;
    if (command === null) return null;
    const facts = fromCommand(command, reader);
    return { ...facts, alive: facts.alive && !endedByHost(draft) };
  }
  if (actor === null || actor.pid === null) return null; // a holder that nobody saw
  const command = actor.commandId === null ? null : reader.command(actor.commandId);
  const base = command === null ? fromActor(actor, actor.pid) : fromCommand(command, reader);
  const inFlight = actor.inFlight && base.endMs === null;
  const alive = inFlight && isBlocking(draft, reader) && isAlive(base, draft.serverId, reader);
  return { ...base, inFlight, alive };
}

/** Clocks of logs and captures have whole seconds, and a release takes a moment to show. */
const STILL_MS = 5000;

/**
 * Is the incident still going on where the evidence ends? A blocker that never completed, but whom nobody waits for any
 * more, was killed or has let go: there is nothing left to stop.
 */
function isBlocking(draft: IncidentDraft, reader: CaseReader): boolean {
  const window = reader.window(draft.serverId);
  return window === null || draft.toMs >= window.lastMs - STILL_MS;
}

function fromCommand(command: CommandFact, reader: CaseReader): SubjectFacts {
  const inFlight = command.endMs === null;
  const base = {
    ...command,
    inFlight,
    alive: false,
    captured: false,
    ref: command.ref,
    ...reading(command.cmd, command.args),
    command,
    budget: timeBudget(command),
    triggers: reader.triggers(command.commandId),
  };
  return { ...base, alive: inFlight && isAlive(base, command.serverId, reader) };
}

function fromActor(actor: LockActor, pid: number): SubjectFacts {
  return {
    pid,
    cmd: actor.cmd,
    args: actor.args,
    user: actor.user,
    workspace: actor.workspace,
    ip: actor.ip ?? "",
    app: actor.app ?? "",
    startMs: actor.startMs,
    endMs: actor.endMs,
    inFlight: actor.inFlight,
    alive: false,
    captured: true,
    ref: actor.ref,
    ...reading(actor.cmd, actor.args),
    command: null,
    budget: null,
    triggers: [],
  };
}

function reading(cmd: string, args: string) {
  return { verb: verbOf(cmd), kind: classify(cmd, args), readOnly: isReadOnly(cmd, args) };
}

const GONE = COMMAND_FLAG.supplanted | COMMAND_FLAG.removedFromMonitor | COMMAND_FLAG.hasCompletion;

/** The latest capture that lists processes or locks after the start must still show the pid, else it had ended unseen. */
function isAlive(subject: SubjectFacts, serverId: number, reader: CaseReader): boolean {
  if (((subject.command?.flags ?? 0) & GONE) !== 0) return false;
  const rows = subject.captured ? reader.capturedLocks(serverId) : reader.capturedProcesses(serverId);
  const after = rows.filter((row) => row.takenMs !== null && row.takenMs > (subject.startMs ?? 0) + 1000);
  const last = after.reduce((latest, row) => Math.max(latest, row.takenMs ?? 0), 0); // may be too many to spread
  return after.length === 0 || after.some((row) => row.takenMs === last && row.pid === subject.pid);
}
