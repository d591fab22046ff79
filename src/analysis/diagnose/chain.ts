import type { ChainLink } from "../../contracts/analysis.js";
import type { BlockEdge, LockActor } from "../../contracts/lock-facts.js";
import type { Fact } from "../../contracts/signal.js";
import type { IncidentFacts } from "./cause.js";
import type { EvidenceLedger } from "./ledger.js";
import { openEvidence } from "./lock-evidence.js";
import { clockSeconds } from "./wording.js";

const LINKS = 50;

/** Who blocked whom, longest first. Links to a holder that nobody saw are left out: there is no pid to print. */
export function chainOf(facts: IncidentFacts, ledger: EvidenceLedger): ChainLink[] {
  const edges = new Set(facts.draft.signals.flatMap((signal) => signal.cluster?.edges ?? []));
  const links: ChainLink[] = [];
  for (const edge of [...edges].sort((a, b) => b.overlapMs - a.overlapMs || (key(a) < key(b) ? -1 : 1))) {
    if (links.length === LINKS) break;
    links.push(...linkOf(edge, facts, ledger));
  }
  return links;
}

function key(edge: BlockEdge): string {
  return `${edge.blocker} ${edge.blocked} ${edge.object}`;
}

function linkOf(edge: BlockEdge, facts: IncidentFacts, ledger: EvidenceLedger): ChainLink[] {
  const blocker = facts.analysis.actors.get(edge.blocker);
  const blocked = facts.analysis.actors.get(edge.blocked);
  if (blocker?.pid == null || blocked?.pid == null) return [];
  const ids = linesOf(edge, blocker, blocked, facts).map((one) => ledger.cite(one));
  return [
    {
      blocker: { pid: blocker.pid, cmd: blocker.cmd },
      blocked: { pid: blocked.pid, cmd: blocked.cmd },
      resource: edge.object,
      seconds: clockSeconds(edge.overlapMs),
      certainty: edge.certainty,
      evidence: [...new Set(ids)],
    },
  ];
}

/** The line of the wait and the line of the hold, each for what it says itself. */
function linesOf(edge: BlockEdge, blocker: LockActor, blocked: LockActor, facts: IncidentFacts): Fact[] {
  const [waitRef, holdRef] = edge.refs;
  const waited = waitRef === undefined ? null : facts.lines.wait(blocked, waitRef);
  const held = holdRef === undefined ? null : facts.lines.held(blocker, holdRef);
  const told = [waited ?? openEvidence(blocked, facts), held ?? openEvidence(blocker, facts)];
  return told.flatMap((one) => one ?? []);
}
