import { Command, Option } from "commander";
import { type CaseFlags, documentOf } from "../case-document.js";
import { applyCommon, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { deliver } from "../write-file.js";

type Format = "text" | "md" | "html" | "json";

const EXAMPLES = `
Examples:
  p4rca report --case p4rca-incident/case.sqlite --format html -o report.html
  p4rca report --case p4rca-incident/case.sqlite --format md`;

export function reportCommand(console: Console): Command {
  const command = new Command("report")
    .summary("render a case as text, Markdown, HTML or JSON")
    .description("Renders the analysis of a case.")
    .requiredOption("--case <file>", "the case database")
    .addOption(
      new Option("-f, --format <format>", "what to write").choices(["text", "md", "html", "json"]).default("text"),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (flags: CaseFlags & { format: Format }) => {
      applyCommon(console, flags);
      const model = await documentOf(console, flags);
      const { renderReport } = await import("../../pipeline/render.js");
      const format = flags.json ? "json" : flags.format;
      deliver(console, renderReport(format, model, console.textOptions(flags.output)), flags.output);
    });
  return withCommonOptions(command);
}
