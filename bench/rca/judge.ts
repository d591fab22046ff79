import type { IncidentLabel, LabelledIncident } from "../../test/support/incidents/incident-kind.js";

/** The parts of an analysis document that are judged. */
export interface AnsweredCase {
  readonly verdict: string;
  readonly headline: string;
  readonly case: { readonly timeZone: { readonly assumed: string } };
  readonly incidents: readonly AnsweredIncident[];
}

interface AnsweredIncident {
  readonly category: string;
  readonly cause: string | null;
  readonly severity: string;
  readonly confidence: number;
  readonly window: { readonly start: string; readonly end: string };
  readonly resource: { readonly name: string };
  readonly suspect: { readonly pid: number } | null;
}

/** One labelled incident against the answer that fits it best. Null where the label says nothing or nothing was answered. */
interface IncidentJudgement {
  readonly expected: string;
  /** Category answered; `no-incident` or `insufficient-evidence` when there was none. */
  readonly answered: string;
  readonly category: boolean;
  readonly cause: boolean | null;
  readonly root: boolean | null;
  readonly resource: boolean | null;
  /** Intersection over union of the two windows. */
  readonly overlap: number | null;
  readonly confidence: number | null;
  readonly answer: string;
}

export interface CaseJudgement {
  readonly verdict: string;
  readonly expectedVerdict: IncidentLabel["verdict"];
  readonly incidents: readonly IncidentJudgement[];
  /** Serious incidents that belong to no label and are no true side effect of one. */
  readonly extra: readonly string[];
  /** Confidence of the answers to what happened, and whether category and cause are right. */
  readonly claims: readonly { readonly confidence: number; readonly right: boolean }[];
}

export function judge(answer: AnsweredCase, label: IncidentLabel): CaseJudgement {
  const serious = answer.incidents.filter((incident) => incident.severity !== "info");
  const left = [...serious];
  const incidents: IncidentJudgement[] = [];
  const claims: { confidence: number; right: boolean }[] = [];
  for (const expected of label.incidents) {
    const best = left.sort((a, b) => likeness(b, expected) - likeness(a, expected) || 0)[0];
    const index = best === undefined ? -1 : left.indexOf(best);
    if (index >= 0) left.splice(index, 1);
    const judged = judgeOne(expected, best, answer);
    incidents.push(judged);
    if (best !== undefined)
      claims.push({ confidence: best.confidence, right: judged.category && judged.cause !== false });
  }
  const extra = left.filter((incident) => label.alsoTrue?.includes(incident.category) !== true);
  // The first incident is the answer to "what happened"; further ones too many are counted as that, not as claims.
  for (const incident of extra)
    if (incident === serious[0]) claims.push({ confidence: incident.confidence, right: false });
  return {
    verdict: answer.verdict,
    expectedVerdict: label.verdict,
    incidents,
    extra: extra.map(tell),
    claims,
  };
}

function categoriesOf(expected: LabelledIncident): readonly string[] {
  return [expected.category, ...(expected.orCategories ?? [])];
}

/** With several labelled incidents each takes the answer most like it; with one, the first answered counts unless another names its root. */
function likeness(answer: AnsweredIncident, expected: LabelledIncident): number {
  const root = answer.suspect !== null && expected.roots?.includes(answer.suspect.pid) === true;
  return (categoriesOf(expected).includes(answer.category) ? 2 : 0) + (root ? 1 : 0);
}

function judgeOne(
  expected: LabelledIncident,
  answer: AnsweredIncident | undefined,
  all: AnsweredCase,
): IncidentJudgement {
  if (answer === undefined) {
    const root = expected.roots === undefined ? null : false;
    return {
      ...{ expected: expected.category, answered: all.verdict, category: false, cause: false, root },
      ...{
        resource: expected.resources === undefined ? null : false,
        overlap: expected.window === undefined ? null : 0,
      },
      ...{ confidence: null, answer: all.verdict },
    };
  }
  const category = categoriesOf(expected).includes(answer.category);
  return {
    expected: expected.category,
    answered: category ? expected.category : answer.category,
    category,
    cause: expected.causes.includes(answer.cause),
    root: expected.roots === undefined ? null : expected.roots.includes(answer.suspect?.pid ?? null),
    resource: expected.resources === undefined ? null : expected.resources.includes(answer.resource.name),
    overlap: expected.window === undefined ? null : overlapOf(expected.window, answer, all),
    confidence: answer.confidence,
    answer: tell(answer),
  };
}

function tell(incident: AnsweredIncident): string {
  const who = incident.suspect === null ? "nobody" : `pid ${incident.suspect.pid}`;
  const sure = incident.confidence.toFixed(2);
  return `${incident.category}/${incident.cause ?? "-"} (${incident.severity}, ${sure}) by ${who} on ${incident.resource.name}`;
}

/** The document's instants are UTC by the zone it assumed; back on the server's wall clock they can be compared. */
function overlapOf(window: { fromMs: number; toMs: number }, answer: AnsweredIncident, all: AnsweredCase): number {
  const shift = offsetMs(all.case.timeZone.assumed);
  const from = Date.parse(answer.window.start) + shift;
  const to = Date.parse(answer.window.end) + shift;
  const shared = Math.min(to, window.toMs) - Math.max(from, window.fromMs);
  const union = Math.max(to, window.toMs) - Math.min(from, window.fromMs);
  return union <= 0 ? 1 : Math.max(0, shared) / union;
}

/** `+01:00`, `-05:00`, `UTC` */
function offsetMs(zone: string): number {
  const m = /^([+-])(\d{2}):?(\d{2})$/.exec(zone); // +01:00
  return m === null ? 0 : (m[1] === "-" ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3])) * 60_000;
}
