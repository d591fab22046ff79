import { least, most } from "../../base/extremes.js";
import type { RootFinding } from "../../contracts/lock-facts.js";
import type { CapturedFacts } from "./captured.js";
import type { ClusterDraft } from "./clusters.js";
import type { Party } from "./lock-model.js";
import type { PartyList } from "./parties.js";

/** Named by elapsed time alone: barely more than a guess. */
const CYCLE_SCORE = 0.3;

/**
 * Reports the circles that captures show, with the cluster they belong to. Where a circle left a cluster without any
 * root, the member that had run longest is named, with a low score (locking model 3.10).
 */
export function withCycles(
  drafts: readonly ClusterDraft[],
  captured: CapturedFacts,
  parties: PartyList,
): ClusterDraft[] {
  const cycles = distinct(captured.cycles);
  if (cycles.length === 0) return [...drafts];
  const homes = cycles.map((cycle) => drafts.findIndex((draft) => cycle.some((party) => draft.parties.has(party))));
  const placed = drafts.map((draft, index): ClusterDraft => {
    const own = cycles.filter((_, i) => homes[i] === index);
    return own.length === 0 ? draft : addCycles(draft, own, parties);
  });
  const homeless = cycles.filter((_, i) => homes[i] === -1);
  return [...placed, ...homeless.map((cycle) => cycleOnly(cycle, captured, parties))];
}

function addCycles(draft: ClusterDraft, cycles: readonly (readonly number[])[], parties: PartyList): ClusterDraft {
  const { cluster } = draft;
  const named = cycles.map((cycle) => cycle.map((party) => parties.at(party).key));
  if (cluster.roots.length > 0 || cluster.convoy) return { ...draft, cluster: { ...cluster, cycles: named } };
  const oldest = oldestOf(cycles.flat().map((party) => parties.at(party)));
  if (oldest === null) return { ...draft, cluster: { ...cluster, cycles: named } };
  const behind = cluster.edges.filter((edge) => edge.blocker === oldest.key);
  const own = cluster.victims.find((victim) => victim.actor === oldest.key);
  const victims = cluster.victims.filter((victim) => victim.actor !== oldest.key);
  const root: RootFinding = {
    actor: oldest.key,
    object: behind[0]?.object ?? own?.object ?? "",
    mode: behind[0]?.blockerMode ?? null,
    heldMs: null,
    ownWaitMs: own?.waitMs ?? 0,
    explainedMs: 0,
    victimCount: victims.length,
    score: CYCLE_SCORE,
    certainty: "captured",
    releaseEdge: null,
    refs: behind.flatMap((edge) => edge.refs),
  };
  return { ...draft, cluster: { ...cluster, victims, roots: [root], cycles: named } };
}

/** Only running processes: background and idle rows are never roots by age. */
function oldestOf(members: readonly Party[]): Party | null {
  let oldest: Party | null = null;
  for (const party of members) {
    if (party.process !== null && party.process.state !== "R") continue;
    if (oldest === null || party.times.startLo < oldest.times.startLo) oldest = party;
  }
  return oldest;
}

function cycleOnly(cycle: readonly number[], captured: CapturedFacts, parties: PartyList): ClusterDraft {
  const members = new Set(cycle);
  const edges = captured.edges.filter((edge) => members.has(edge.blocked) && members.has(edge.blocker));
  const at = edges.map((edge) => edge.atMs);
  return {
    parties: members,
    spans: [],
    cluster: {
      id: "",
      scope: "table",
      fromMs: least(at),
      toMs: most(at),
      roots: [],
      tie: false,
      convoy: false,
      victims: [],
      edges: edges.map(({ blocker, blocked, object, blockerMode, blockedMode, refs }) => {
        const keys = { blocker: parties.at(blocker).key, blocked: parties.at(blocked).key };
        return { ...keys, object, blockerMode, blockedMode, overlapMs: 0, certainMs: 0, certainty: "captured", refs };
      }),
      cycles: [cycle.map((party) => parties.at(party).key)],
      unexplainedMs: 0,
      avoidableMs: 0,
    },
  };
}

/** The same circle in both captures of a pair is one. */
function distinct(cycles: readonly (readonly number[])[]): (readonly number[])[] {
  return [...new Map(cycles.map((cycle) => [cycle.join(" "), cycle])).values()];
}
