import type { ReportModel } from "../contracts/report-model.js";
import type { CommonFlags } from "./common-options.js";
import type { Console } from "./console.js";

/** The analysis of an existing case, made anew: same case, same document. */
export async function documentOf(console: Console, casePath: string, flags: CommonFlags): Promise<ReportModel> {
  const { analyzeCase } = await import("../pipeline/analyze-evidence.js");
  const { loadSettings } = await import("../pipeline/load-settings.js");
  const { toolVersion } = await import("./tool-version.js");
  return analyzeCase(casePath, {
    settings: loadSettings({ config: flags.config, tz: flags.tz }, process.env),
    progress: console.progress,
    checkpoint: console.checkpoint,
    version: toolVersion(),
    reportPath: null,
  });
}
