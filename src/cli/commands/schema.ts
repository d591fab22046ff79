import { Command } from "commander";
import { applyCommon, type CommonFlags, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { asJson, deliver } from "../write-file.js";

const EXAMPLES = `
Examples:
  p4rca schema analysis > analysis.schema.json
  p4rca schema config`;

export function schemaCommand(console: Console): Command {
  const command = new Command("schema")
    .summary("print the JSON Schema of a document")
    .description("Prints a JSON Schema (draft 2020-12): analysis (the document of --json) or config (p4rca.yaml).")
    .argument("<name>", "analysis or config")
    .addHelpText("after", EXAMPLES)
    .action(async (name: string, flags: CommonFlags) => {
      applyCommon(console, flags);
      const { jsonSchema } = await import("../../pipeline/json-schema.js");
      deliver(console, asJson(jsonSchema(name)), flags.output);
    });
  return withCommonOptions(command);
}
