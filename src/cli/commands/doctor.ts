import { Command } from "commander";
import { EXIT } from "../../base/errors.js";
import { applyCommon, type CommonFlags, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { asJson, deliver } from "../write-file.js";

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
      const text = flags.json ? asJson(checks) : console.table(checks, ["name", "state", "detail"]);
      deliver(console, text, flags.output);
      if (checks.some((check) => check.state === "broken")) console.exitCode = EXIT.internal;
    });
  return withCommonOptions(command);
}
