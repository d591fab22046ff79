import { Command } from "commander";
import { applyCommon, type CommonFlags, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { cacheFolder } from "../knowledge-place.js";
import { asJson, deliver } from "../write-file.js";

interface ModelFlags extends CommonFlags {
  readonly folder?: string;
}

const EXAMPLES = `
Examples:
  p4rca models pull Xenova/all-MiniLM-L6-v2          an embedding model of 23 MB
  p4rca models list
  p4rca corpus index --embedding ~/.cache/p4rca/models/all-MiniLM-L6-v2`;

export function modelsCommand(console: Console): Command {
  const models = new Command("models")
    .summary("local models for search by meaning: fetch, list")
    .description(
      "Models lie in a folder and are never fetched by themselves: pull is the only command of p4rca that goes to the\n" +
        "internet, and only when you call it. Search works without any.",
    )
    .addHelpText("after", EXAMPLES);
  models.addCommand(pullCommand(console));
  models.addCommand(listCommand(console));
  return models;
}

function pullCommand(console: Console): Command {
  const command = new Command("pull")
    .summary("fetch a model from huggingface.co")
    .argument("<id>", "OWNER/NAME of a model that has ONNX files for transformers.js")
    .action(async (id: string, flags: ModelFlags) => {
      applyCommon(console, flags);
      const { pull } = await import("../../pipeline/index-knowledge.js");
      const folder = flags.folder ?? cacheFolder("models");
      const { progress, checkpoint } = console;
      const files = await pull(id, folder, { progress, checkpoint });
      const text =
        files.length === 0 ? "all of it is there already\n" : console.table(files, ["name", "bytes", "sha256"]);
      deliver(console, flags.json ? asJson({ folder, files }) : `${text}${folder}\n`, flags.output);
    });
  return withFolder(command);
}

function listCommand(console: Console): Command {
  const command = new Command("list").summary("models in the folder").action(async (flags: ModelFlags) => {
    applyCommon(console, flags);
    const { modelRows } = await import("../../pipeline/index-knowledge.js");
    const folder = flags.folder ?? cacheFolder("models");
    const rows = await modelRows(folder);
    const none = `no models in ${folder}\n`;
    const table = () => console.table(rows, ["name", "kind", "dimensions", "max tokens", "MB", "problem"]);
    deliver(console, flags.json ? asJson(rows) : rows.length === 0 ? none : table(), flags.output);
  });
  return withFolder(command);
}

function withFolder(command: Command): Command {
  command.option("--folder <folder>", "folder of models (default: p4rca/models in the cache folder)");
  return withCommonOptions(command);
}
