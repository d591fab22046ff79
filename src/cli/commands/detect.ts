import { Command } from "commander";
import { type CaseFlags, documentOf } from "../case-document.js";
import { applyCommon, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { asJson, deliver } from "../write-file.js";

const EXAMPLES = `
Examples:
  p4rca detect --case p4rca-incident/case.sqlite
  p4rca detect --case p4rca-incident/case.sqlite --json`;

export function detectCommand(console: Console): Command {
  const command = new Command("detect")
    .summary("run the detectors over a case")
    .description("Runs every detector over a case: fired, clear, skipped (with what is missing) or failed.")
    .requiredOption("--case <file>", "the case database")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: CaseFlags) => {
      applyCommon(console, flags);
      const { detectors } = (await documentOf(console, flags)).document;
      const text = flags.json ? asJson(detectors) : console.table(detectors, ["id", "status", "missing"]);
      deliver(console, text, flags.output);
    });
  return withCommonOptions(command);
}
