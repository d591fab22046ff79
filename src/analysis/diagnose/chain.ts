import type { ChainLink } from "../../contracts/analysis.js";
import type { BlockEdge } from "../../contracts/lock-facts.js";
import type { IncidentFacts } from "./cause.js";
import type { EvidenceLedger } from "./ledger.js";
import { clockSeconds, duration, fact, text } from "./wording.js";

const LINKS = 50;

/** Who blocked whom, longest first. Links to a holder that nobody saw are left out: there is no pid to print. */
export function chainOf(facts: IncidentFacts, ledger: EvidenceLedger): ChainLink[] {
  const edges = facts.draft.signals.flatMap((signal) => signal.cluster?.edges ?? []);
  return [...new Set(edges)]
    .sort((a, b) => b.overlapMs - a.overlapMs || (key(a) < key(b) ? -1 : 1))
    .flatMap((edge) => linkOf(edge, facts, ledger))
    .slice(0, LINKS);
}

function key(edge: BlockEdge): string {
  return `${edge.blocker} ${edge.blocked} ${edge.object}`;
}

function linkOf(edge: BlockEdge, facts: IncidentFacts, ledger: EvidenceLedger): ChainLink[] {
  const blocker = facts.analysis.actors.get(edge.blocker);
  const blocked = facts.analysis.actors.get(edge.blocked);
  if (blocker?.pid == null || blocked?.pid == null) return [];
  const words = `pid ${blocked.pid} waited ${duration(edge.overlapMs)} for ${text(edge.object)} while pid ${blocker.pid} held it`;
  const ids = edge.refs.slice(0, 2).map((ref) => ledger.at(ref) ?? ledger.cite(fact(words, edge.overlapMs, "ms", ref)));
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
