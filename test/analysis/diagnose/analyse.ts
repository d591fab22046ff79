import { runDetectors } from "../../../src/analysis/detect/detect.js";
import { diagnoseIncident, headline } from "../../../src/analysis/diagnose/diagnose.js";
import { decideVerdict, groupIncidents } from "../../../src/analysis/incident/incident.js";
import type { DetectContext } from "../../../src/contracts/signal.js";
import { helpers } from "../../support/document-helpers.js";

/** The three rooms in a row, as the pipeline walks them. */
export function analyse(context: DetectContext) {
  const runs = runDetectors(context, {});
  const drafts = groupIncidents(runs, context);
  const verdict = decideVerdict(drafts, runs, context);
  const incidents = drafts.map((draft) => diagnoseIncident(draft, context, helpers));
  return { runs, drafts, verdict, incidents, headline: headline(verdict, drafts, incidents, context) };
}
