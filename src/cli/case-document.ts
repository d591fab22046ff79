import { EXIT, OperatorError } from "../base/errors.js";
import type { ReportModel } from "../contracts/report-model.js";
import type { Settings } from "../contracts/settings.js";
import type { CommonFlags } from "./common-options.js";
import type { Console } from "./console.js";

export interface CaseFlags extends CommonFlags {
  readonly case: string;
}

/** The analysis of an existing case, made anew: same case, same document. */
export async function documentOf(console: Console, flags: CaseFlags): Promise<ReportModel> {
  const { analyzeCase } = await import("../pipeline/analyze-evidence.js");
  const { loadSettings } = await import("../pipeline/load-settings.js");
  const { toolVersion } = await import("./tool-version.js");
  const settings = await loadSettings({ config: flags.config, tz: flags.tz }, process.env);
  const model = analyzeCase(flags.case, {
    settings,
    progress: console.progress,
    checkpoint: console.checkpoint,
    version: toolVersion(),
    reportPath: null,
  });
  refuseOtherZone(model, flags);
  return withKnowledge(console, model, settings);
}

/** Adds what the books say, and tells what stands in the way of it. */
export async function withKnowledge(console: Console, findings: ReportModel, settings: Settings): Promise<ReportModel> {
  const { consultKnowledge } = await import("../pipeline/consult-knowledge.js");
  const { knowledgePlace } = await import("./knowledge-place.js");
  const model = await consultKnowledge(findings, knowledgePlace(settings));
  for (const note of model.notes ?? []) console.note(`p4rca: ${note}`);
  return model;
}

/** The zone is part of a case, because captures in UTC were laid beside the log with it. */
function refuseOtherZone(model: ReportModel, flags: CaseFlags): void {
  const { assumed } = model.document.case.timeZone;
  if (flags.tz === undefined || flags.tz === assumed) return;
  throw new OperatorError(
    "other-zone",
    `the case was made with log times in ${assumed}, not ${flags.tz}`,
    EXIT.usage,
    `Ingest the evidence once more: p4rca ingest PATH --case ${flags.case} --tz ${flags.tz}`,
  );
}
