import { runDetectors } from "../../src/analysis/detect/detect.js";
import type { ActionDraft, Cause, IncidentFacts, Weighing } from "../../src/analysis/diagnose/cause.js";
import { gatherFacts } from "../../src/analysis/diagnose/incident-facts.js";
import { groupIncidents } from "../../src/analysis/incident/incident.js";
import type { Prevention } from "../../src/contracts/analysis.js";
import type { DetectContext } from "../../src/contracts/signal.js";
import type { CauseCases } from "../analysis/diagnose/cause-cases.js";

/** What one cause says about one incident, at one moment. */
export interface Telling {
  readonly facts: IncidentFacts;
  /** Still going on where the evidence ends, or long over. */
  readonly moment: "ongoing" | "over";
  readonly weighing: Weighing;
  readonly actions: readonly ActionDraft[];
  readonly prevention: readonly Prevention[];
}

export async function casesOf(causeId: string): Promise<CauseCases> {
  const { cases } = (await import(`../analysis/diagnose/cases/${causeId}.ts`)) as { cases: CauseCases };
  return cases;
}

export function contextsOf(cases: CauseCases): DetectContext[] {
  const all = [cases.fires, cases.nearMiss, cases.cannotTell];
  return all.flatMap((kind) => Object.values(kind).map((make) => make()));
}

/** The facts of every incident of a context, while it lasts and afterwards: some advice is given at one moment only. */
export function factsOfContext(context: DetectContext): { moment: Telling["moment"]; facts: IncidentFacts }[] {
  return groupIncidents(runDetectors(context, {}), context).flatMap((draft) => {
    const facts = gatherFacts(draft, context);
    return [
      { moment: "ongoing" as const, facts: ongoing(facts) },
      { moment: "over" as const, facts: over(facts) },
    ];
  });
}

/** Null where nothing in the evidence speaks for the cause. */
export function tell(
  cause: Cause,
  { moment, facts }: { moment: Telling["moment"]; facts: IncidentFacts },
): Telling | null {
  if (!cause.explains.includes(facts.draft.category)) return null;
  const weighing = cause.weigh(facts);
  if (weighing === null) return null;
  return { facts, moment, weighing, actions: cause.actions(facts), prevention: cause.prevention(facts) };
}

function ongoing(facts: IncidentFacts): IncidentFacts {
  const { draft, subject, reader } = facts;
  const toMs = Math.max(draft.toMs, reader.window(draft.serverId)?.lastMs ?? draft.toMs);
  const running = subject === null ? null : { ...subject, alive: true, inFlight: true, endMs: null };
  return { ...facts, draft: { ...draft, toMs }, subject: running };
}

const LONG_MS = 3_600_000;

function over(facts: IncidentFacts): IncidentFacts {
  const { draft, subject, reader } = facts;
  const window = { firstMs: draft.fromMs, lastMs: draft.toMs + LONG_MS };
  return {
    ...facts,
    reader: { ...reader, window: () => window },
    subject: subject === null ? null : { ...subject, alive: false },
  };
}
