import { Command } from "commander";
import { applyCommon, type CommonFlags, withCommonOptions, withLimitOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { requireCase } from "./analyze.js";

interface IngestFlags extends CommonFlags {
  readonly case?: string;
  readonly from?: string;
  readonly to?: string;
}

const EXAMPLES = `
Examples:
  p4rca ingest incident.tar.gz --case incident.sqlite
  p4rca ingest /p4/1/logs/log.*.gz --case monday.sqlite`;

export function ingestCommand(console: Console): Command {
  const command = new Command("ingest")
    .summary("read evidence into a case database")
    .description("Reads evidence into a case database; the same content twice changes nothing.")
    .argument("<path...>", "archives, folders, files, or -")
    .requiredOption("--case <file>", "the case database, made when it does not exist")
    .option("--from <time>", "leave out what the log says before this time")
    .option("--to <time>", "leave out what the log says after this time")
    .addHelpText("after", EXAMPLES)
    .action((paths: string[], flags: IngestFlags) => run(console, paths, flags));
  return withLimitOptions(withCommonOptions(command));
}

async function run(console: Console, paths: string[], flags: IngestFlags): Promise<void> {
  applyCommon(console, flags);
  const { ingestCase } = await import("../../pipeline/ingest-case.js");
  const { loadSettings } = await import("../../pipeline/load-settings.js");
  const { ingestOptions } = await import("../ingest-flags.js");
  const settings = loadSettings({ config: flags.config, tz: flags.tz }, process.env);
  const summary = await ingestCase(requireCase(flags.case), paths, {
    request: ingestOptions(paths, flags, settings),
    zone: settings.tz ?? null,
    checkpoint: console.checkpoint,
    progress: console.progress,
  });
  if (flags.json) console.out(`${JSON.stringify(summary, null, 2)}\n`);
  else
    console.table(summary.inputs, [
      "path",
      "kind",
      "server",
      "records",
      "bytes",
      "parsed",
      "unknown",
      "skipped",
      "notes",
    ]);
}
