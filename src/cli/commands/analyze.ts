import { Command } from "commander";
import { EXIT, Interrupted, OperatorError } from "../../base/errors.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { SEVERITIES, type Severity } from "../../contracts/severity.js";
import {
  applyCommon,
  type CommonFlags,
  failOnOption,
  withCommonOptions,
  withLimitOptions,
  withWindowOptions,
} from "../common-options.js";
import type { Console } from "../console.js";
import type { Outputs } from "../outputs.js";
import { toolVersion } from "../tool-version.js";
import { deliver, writeFileSafely } from "../write-file.js";

interface AnalyzeFlags extends CommonFlags {
  readonly case?: string;
  readonly html?: string;
  readonly md?: string;
  readonly from?: string;
  readonly to?: string;
  readonly failOn?: Severity;
  readonly advise?: boolean;
  readonly model?: string;
  readonly advisor?: boolean;
}

const EXAMPLES = `
Examples:
  p4rca analyze incident.tar.gz                    first screen here, report.html and case.sqlite in ./p4rca-incident/
  p4rca analyze /p4/1/logs --tz Europe/Berlin      a folder of rotated logs
  p4rca analyze incident.tar.gz --json > doc.json  the document alone, nothing left behind
  p4rca analyze log --from "2024/03/05 10:05" --to "2024/03/05 10:25"
  p4rca analyze incident.tar.gz --from 10:05       a time alone is of the last day of the log on which it fits
  zcat log.gz | p4rca analyze - --fail-on major`;

export function analyzeCommand(console: Console): Command {
  const command = new Command("analyze")
    .summary("one shot: read evidence, find incidents, say what happened and what to do")
    .description(
      "Reads logs and captures (.tar .tar.gz .tgz .zip .gz .zst .xz .bz2, a folder, files, or - for a P4LOG on stdin), finds incidents and explains them.",
    )
    .argument("<path...>", "archives, folders, files, or -")
    .option("--case <file>", "keep the case database here (default: ./p4rca-<name>/case.sqlite)")
    .option("--html <file>", "write the HTML report here")
    .option("--md <file>", "write a Markdown report here")
    .option("--advise", "ask a local model for an advisory (not in this version)")
    .option("--model <name>", "model for --advise (not in this version)")
    .option("--no-advisor", "never ask a model, whatever the settings say")
    .addOption(failOnOption)
    .addHelpText("after", EXAMPLES)
    .action((paths: string[], flags: AnalyzeFlags) => run(console, paths, flags));
  return withLimitOptions(withCommonOptions(withWindowOptions(command)));
}

async function run(console: Console, given: string[], flags: AnalyzeFlags): Promise<void> {
  applyCommon(console, flags);
  (await import("../../pipeline/warm-up.js")).warmUp(given);
  const { analyzeEvidence } = await import("../../pipeline/analyze-evidence.js");
  const { loadSettings } = await import("../../pipeline/load-settings.js");
  const { placeOutputs } = await import("../outputs.js");
  const { inOrder, ingestRequest } = await import("../ingest-flags.js");
  const settings = await loadSettings({ config: flags.config, tz: flags.tz, failOn: flags.failOn }, process.env);
  if (flags.advise === true || flags.model !== undefined) {
    console.note("p4rca: this version has no advisor; the findings below need none.");
  }
  const paths = inOrder(given);
  const request = await ingestRequest(console, paths, flags, settings);
  const places = placeOutputs(given, flags);
  try {
    await makeRoom(console, places);
    const findings = await analyzeEvidence(paths, {
      casePath: places.casePath,
      reportPath: places.html,
      keepCase: !places.temporary,
      settings,
      request,
      progress: console.progress,
      checkpoint: console.checkpoint,
      version: toolVersion(),
    });
    const { withKnowledge } = await import("../case-document.js");
    const model = await withKnowledge(console, findings, settings);
    await writeResults(console, model, places.html, flags);
    console.exitCode = exitFor(model.document.incidents[0]?.severity ?? null, settings.failOn ?? null);
  } catch (error) {
    // Evidence that can't be used leaves nothing worth keeping; whatever else went wrong leaves a case to resume.
    if (error instanceof OperatorError && error.exitCode === EXIT.evidence) places.abandon();
    if (error instanceof Interrupted && places.temporary) throw withoutHint(error);
    throw error;
  } finally {
    if (places.temporary) places.abandon();
  }
}

/** In the folder p4rca chose an earlier run's case makes room, an interrupted one is resumed; a named case is added to. */
async function makeRoom(console: Console, { casePath, chosen }: Outputs): Promise<void> {
  const { isFinishedCase } = await import("../../pipeline/analyze-evidence.js");
  const { removeCase } = await import("../outputs.js");
  try {
    if (!isFinishedCase(casePath)) return;
    if (!chosen) console.note(`p4rca: adding to the case ${casePath}`);
  } catch (error) {
    // Made by an earlier version, or killed before its first row: nothing of it can be resumed.
    const old = error instanceof OperatorError && error.code === "older-case";
    if (!old || !chosen) throw error;
  }
  if (chosen) removeCase(casePath);
}

async function writeResults(
  console: Console,
  model: ReportModel,
  html: string | null,
  flags: AnalyzeFlags,
): Promise<void> {
  const { renderReport } = await import("../../pipeline/render.js");
  if (html !== null) writeFileSafely(html, renderReport("html", model, {}));
  if (flags.md !== undefined) writeFileSafely(flags.md, renderReport("md", model, {}));
  const text = renderReport(flags.json ? "json" : "text", model, console.textOptions(flags.output));
  deliver(console, text, flags.output);
}

/** A case of --json alone does not outlive its run: there is nothing to resume. */
function withoutHint({ code, message, exitCode }: OperatorError): OperatorError {
  return new OperatorError(code, message, exitCode);
}

/** 10 when the worst incident is at or above the wanted severity; severities are ordered worst first. */
function exitFor(worst: Severity | null, failOn: Severity | null): number {
  if (worst === null || failOn === null) return EXIT.done;
  return SEVERITIES.indexOf(worst) <= SEVERITIES.indexOf(failOn) ? EXIT.finding : EXIT.done;
}
