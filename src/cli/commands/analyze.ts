import { Command } from "commander";
import { EXIT, OperatorError } from "../../base/errors.js";
import { SEVERITIES, type Severity } from "../../contracts/analysis.js";
import { applyCommon, type CommonFlags, failOnOption, withCommonOptions, withLimitOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { toolVersion } from "../tool-version.js";
import { writeFileSafely } from "../write-file.js";

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
  zcat log.gz | p4rca analyze - --fail-on major`;

export function analyzeCommand(console: Console): Command {
  const command = new Command("analyze")
    .summary("one shot: read evidence, find incidents, say what happened and what to do")
    .description(
      "Reads logs and captures (.tar .tar.gz .tgz .zip .gz .zst .xz .bz2, a folder, files, or - for a P4LOG on stdin),\nfinds incidents and explains them.",
    )
    .argument("<path...>", "archives, folders, files, or -")
    .option("--case <file>", "keep the case database here (default: ./p4rca-<name>/case.sqlite)")
    .option("--html <file>", "write the HTML report here")
    .option("--md <file>", "write a Markdown report here")
    .option("--from <time>", "leave out what the log says before this time")
    .option("--to <time>", "leave out what the log says after this time")
    .option("--advise", "ask a local model for an advisory (not in this version)")
    .option("--model <name>", "model for --advise (not in this version)")
    .option("--no-advisor", "never ask a model, whatever the settings say")
    .addOption(failOnOption)
    .addHelpText("after", EXAMPLES)
    .action((paths: string[], flags: AnalyzeFlags) => run(console, paths, flags));
  return withLimitOptions(withCommonOptions(command));
}

async function run(console: Console, paths: string[], flags: AnalyzeFlags): Promise<void> {
  applyCommon(console, flags);
  const { analyzeEvidence, isFinishedCase } = await import("../../pipeline/analyze-evidence.js");
  const { renderReport } = await import("../../pipeline/render.js");
  const { loadSettings } = await import("../../pipeline/load-settings.js");
  const { placeOutputs, removeCase } = await import("../outputs.js");
  const { ingestOptions } = await import("../ingest-flags.js");
  const settings = loadSettings({ config: flags.config, tz: flags.tz, failOn: flags.failOn }, process.env);
  if (flags.advise === true || flags.model !== undefined) {
    console.note("p4rca: this version has no advisor; the findings below need none.");
  }
  const places = placeOutputs(paths, flags);
  if (places.chosen && isFinishedCase(places.casePath)) removeCase(places.casePath);
  try {
    const model = await analyzeEvidence(paths, {
      casePath: places.casePath,
      reportPath: places.html,
      keepCase: !places.temporary,
      settings,
      request: ingestOptions(paths, flags, settings),
      progress: console.progress,
      checkpoint: console.checkpoint,
      version: toolVersion(),
    });
    if (places.html !== null) writeFileSafely(places.html, renderReport("html", model, {}));
    if (flags.md !== undefined) writeFileSafely(flags.md, renderReport("md", model, {}));
    const text = flags.json
      ? renderReport("json", model, {})
      : renderReport("text", model, { width: console.width, color: console.color && flags.output === undefined });
    if (flags.output === undefined) console.out(text);
    else writeFileSafely(flags.output, text);
    console.exitCode = exitFor(model.document.incidents[0]?.severity ?? null, settings.failOn ?? null);
  } finally {
    places.cleanUp();
  }
}

/** 10 when the worst incident is at or above the wanted severity; severities are ordered worst first. */
function exitFor(worst: Severity | null, failOn: Severity | null): number {
  if (worst === null || failOn === null) return EXIT.done;
  return SEVERITIES.indexOf(worst) <= SEVERITIES.indexOf(failOn) ? EXIT.finding : EXIT.done;
}

export function requireCase(path: string | undefined): string {
  if (path !== undefined) return path;
  throw new OperatorError("no-case", "no case given", EXIT.usage, "Say which: --case p4rca-incident/case.sqlite");
}
