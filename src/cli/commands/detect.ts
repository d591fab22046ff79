import { Command } from "commander";
import { documentOf } from "../case-document.js";
import { applyCommon, type CommonFlags, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { requireCase } from "./analyze.js";

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
    .action(async (flags: CommonFlags & { case?: string }) => {
      applyCommon(console, flags);
      const { document } = await documentOf(console, requireCase(flags.case), flags);
      if (flags.json) console.out(`${JSON.stringify(document.detectors, null, 2)}\n`);
      else
        console.table(
          document.detectors.map(({ id, status, missing }) => ({ id, status, missing: missing.join(", ") })),
          ["id", "status", "missing"],
        );
    });
  return withCommonOptions(command);
}
