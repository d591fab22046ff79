import { existsSync } from "node:fs";
import type { ProgressListener } from "../base/progress.js";
import { type CaseDb, openCase } from "../casedb/casedb.js";
import type { ReportModel } from "../contracts/report-model.js";
import type { Settings } from "../contracts/settings.js";
import { composeReport } from "./compose-report.js";
import { fillCase, type IngestRequest } from "./fill-case.js";
import { investigate } from "./investigate.js";

export interface AnalyzeOptions {
  readonly settings: Settings;
  readonly progress: ProgressListener;
  readonly checkpoint: () => void;
  readonly version: string;
  /** Named on the first screen; null: no HTML report is written. */
  readonly reportPath: string | null;
}

export interface EvidenceOptions extends AnalyzeOptions {
  readonly casePath: string;
  /** The case outlives the run and is named on the first screen. */
  readonly keepCase: boolean;
  readonly request: IngestRequest;
}

/** `p4rca analyze`: evidence into a case, then the case into a report. */
export async function analyzeEvidence(paths: readonly string[], options: EvidenceOptions): Promise<ReportModel> {
  const caseDb = openCase(options.casePath);
  try {
    await fillCase(caseDb, paths, {
      request: options.request,
      zone: options.settings.tz ?? null,
      checkpoint: options.checkpoint,
      progress: options.progress,
    });
    await signalsHeard(options.checkpoint);
    return report(caseDb, options.keepCase ? options.casePath : null, options);
  } finally {
    caseDb.close();
  }
}

/** The analysis of a case that exists. The same case gives the same report. */
export function analyzeCase(casePath: string, options: AnalyzeOptions): ReportModel {
  const caseDb = openCase(casePath, { readonly: true });
  try {
    return report(caseDb, casePath, options);
  } finally {
    caseDb.close();
  }
}

function report(caseDb: CaseDb, casePath: string | null, options: AnalyzeOptions): ReportModel {
  options.progress({ stage: "analyze", done: 0, total: null, unit: "items", detail: "locks, incidents, causes" });
  const findings = investigate(caseDb.reader(), options.settings);
  options.checkpoint();
  return composeReport(caseDb, findings, { version: options.version, reportPath: options.reportPath, casePath });
}

/** Analysis holds the thread: Ctrl-C pressed until now is heard before it begins. */
async function signalsHeard(checkpoint: () => void): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  checkpoint();
}

/** True where a finished analysis lies: a new run starts over rather than adding to it. */
export function isFinishedCase(casePath: string): boolean {
  if (!existsSync(casePath)) return false;
  const caseDb = openCase(casePath, { readonly: true });
  try {
    return caseDb.isFinalized();
  } finally {
    caseDb.close();
  }
}
