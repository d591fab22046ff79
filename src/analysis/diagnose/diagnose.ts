import type { Action, Incident, Prevention, Suspect } from "../../contracts/analysis.js";
import type { DocumentHelpers, IncidentDraft, VerdictDecision } from "../../contracts/incident-draft.js";
import type { DetectContext } from "../../contracts/signal.js";
import type { ActionDraft, Cause, IncidentFacts } from "./cause.js";
import { causes } from "./causes/registry.js";
import { chainOf } from "./chain.js";
import { incidentSentence, quietSentence } from "./headline.js";
import { gatherFacts } from "./incident-facts.js";
import { EvidenceLedger } from "./ledger.js";
import { rootEvidence, victimEvidence } from "./lock-evidence.js";
import { contributingCauses, type RankedCause, rankCauses } from "./rank.js";
import { blockerActions } from "./remedies.js";
import { clockSeconds } from "./wording.js";

/**
 * Explains one incident: suspect, chain, numbered evidence, ranked hypotheses, actions, prevention. Deterministic; every
 * number, time and name comes from the draft and the case. `registry` is for tests.
 */
export function diagnoseIncident(
  draft: IncidentDraft,
  context: DetectContext,
  helpers: DocumentHelpers,
  registry: readonly Cause[] = causes,
): Incident {
  const facts = gatherFacts(draft, context);
  const ledger = new EvidenceLedger(context.reader, helpers);
  // A lock signal's own fact is the longest wait, which the victims tell already.
  const measured = draft.signals.filter((signal) => signal.cluster === null).flatMap((signal) => signal.facts);
  ledger.citeAll([...rootEvidence(facts), ...victimEvidence(facts), ...measured]);
  const ranked = rankCauses(facts, registry);
  const contributing = contributingCauses(facts, registry);
  const hypotheses = ranked.map((one) => hypothesisOf(one, ledger));
  const best = ranked[0];
  const chain = chainOf(facts, ledger);
  const actions = actionsOf(facts, best, ledger);
  return {
    id: draft.id,
    server: facts.server.label,
    category: best?.category ?? draft.category,
    cause: best?.cause?.id ?? null,
    contributing: contributing.flatMap((one) => one.cause?.id ?? []),
    severity: draft.severity,
    confidence: best?.score ?? 0,
    window: {
      start: helpers.toUtcIso(draft.serverId, draft.fromMs),
      end: helpers.toUtcIso(draft.serverId, draft.toMs),
    },
    resource: best?.cause?.resource?.(facts) ?? draft.primary.resource,
    suspect: suspectOf(facts, helpers),
    impact: impactOf(draft),
    chain,
    hypotheses,
    actions,
    prevention: preventionOf(facts, [best, ...contributing]),
    evidence: evidenceOf(contributing, ledger),
    knowledge: [],
  };
}

/** The sentence on top of the document: about the first incident, or why there is none. `incidents` in document order. */
export function headline(
  decision: VerdictDecision,
  drafts: readonly IncidentDraft[],
  incidents: readonly Incident[],
  context: DetectContext,
): string {
  const draft = drafts[0];
  const incident = incidents[0];
  if (decision.verdict !== "incident" || draft === undefined || incident === undefined) {
    return quietSentence(decision, context.reader);
  }
  return incidentSentence(gatherFacts(draft, context), incident);
}

function hypothesisOf(one: RankedCause, ledger: EvidenceLedger): Incident["hypotheses"][number] {
  return {
    category: one.category,
    cause: one.cause?.id ?? null,
    score: one.score,
    for: ledger.citeAll(one.for),
    against: ledger.citeAll(one.against),
    missing: [...one.missing],
  };
}

function evidenceOf(contributing: readonly RankedCause[], ledger: EvidenceLedger): Incident["evidence"] {
  for (const one of contributing) ledger.citeAll(one.for);
  return ledger.list();
}

function actionsOf(facts: IncidentFacts, best: RankedCause | undefined, ledger: EvidenceLedger): Action[] {
  const drafts: ActionDraft[] = best?.cause == null ? blockerActions(facts) : best.cause.actions(facts);
  const basis = ledger.citeAll(best?.for.slice(0, 3) ?? []);
  return drafts.map(({ facts: own, ...action }) => ({
    ...action,
    // Whatever a cause proposes: nothing is typed for a process that is gone, nor for what must not be done.
    command: action.risk === "never" || facts.subject?.alive !== true ? null : action.command,
    evidence: own === undefined ? basis : ledger.citeAll(own),
  }));
}

function preventionOf(facts: IncidentFacts, told: readonly (RankedCause | undefined)[]): Prevention[] {
  const steps = told.flatMap((one) => one?.cause?.prevention(facts) ?? []);
  return [...new Map(steps.map((one) => [one.text, one])).values()];
}

function suspectOf({ subject, draft }: IncidentFacts, helpers: DocumentHelpers): Suspect | null {
  if (subject === null) return null;
  const utc = (ms: number | null) => (ms === null ? null : helpers.toUtcIso(draft.serverId, ms));
  return {
    pid: subject.pid,
    cmd: subject.cmd,
    args: subject.args,
    user: subject.user,
    workspace: subject.workspace,
    ip: subject.ip,
    app: subject.app,
    startTime: utc(subject.startMs),
    endTime: utc(subject.endMs),
    inFlight: subject.inFlight,
    source: subject.ref === null ? null : { input: helpers.inputIdOf(subject.ref), line: subject.ref.lineNo },
  };
}

function impactOf({ impact }: IncidentDraft): Incident["impact"] {
  return {
    blockedCommands: impact.blockedCommands,
    blockedUsers: impact.blockedUsers,
    blockedSeconds: clockSeconds(impact.blockedMs),
    longestWaitSeconds: clockSeconds(impact.longestWaitMs),
    peakRunning: impact.peakRunning,
    avoidableSeconds: clockSeconds(impact.avoidableMs),
  };
}
