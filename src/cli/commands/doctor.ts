import { Command } from "commander";
import { applyCommon, type CommonFlags, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";

const EXAMPLES = `
Examples:
  p4rca doctor
  p4rca doctor --json`;

export function doctorCommand(console: Console): Command {
  const command = new Command("doctor")
    .summary("what is installed, and what works without it")
    .description("Checks the installation: what is there, what is not, and what works all the same.")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: CommonFlags) => {
      applyCommon(console, flags);
      const { checkInstallation } = await import("../../pipeline/check-installation.js");
      const checks = await checkInstallation();
      if (flags.json) console.out(`${JSON.stringify(checks, null, 2)}\n`);
      else console.table(checks, ["name", "state", "detail"]);
      if (checks.some((check) => check.state === "broken")) console.exitCode = 1;
    });
  return withCommonOptions(command);
}
