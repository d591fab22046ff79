import { Command } from "commander";
import { EXIT, OperatorError } from "../../base/errors.js";
import {
  applyCommon,
  type CommonFlags,
  withCommonOptions,
  withLimitOptions,
  withWindowOptions,
} from "../common-options.js";
import type { Console } from "../console.js";
import { asJson, deliver } from "../write-file.js";

const COLUMNS = ["path", "kind", "server", "records", "bytes", "parsed", "unknown", "skipped", "notes"];

interface IngestFlags extends CommonFlags {
  readonly case: string;
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
    .addHelpText("after", EXAMPLES)
    .action((paths: string[], flags: IngestFlags) => run(console, paths, flags));
  return withLimitOptions(withCommonOptions(withWindowOptions(command)));
}

async function run(console: Console, given: string[], flags: IngestFlags): Promise<void> {
  applyCommon(console, flags);
  (await import("../../pipeline/warm-up.js")).warmUp(given);
  const { ingestCase } = await import("../../pipeline/ingest-case.js");
  const { loadSettings } = await import("../../pipeline/load-settings.js");
  const { inOrder, ingestRequest } = await import("../ingest-flags.js");
  const { placeOutputs } = await import("../outputs.js");
  const settings = await loadSettings({ config: flags.config, tz: flags.tz }, process.env);
  const paths = inOrder(given);
  const request = await ingestRequest(console, paths, flags, settings);
  const { casePath, abandon } = placeOutputs(given, flags);
  try {
    const { checkpoint, progress } = console;
    const summary = await ingestCase(casePath, paths, { request, zone: settings.tz ?? null, checkpoint, progress });
    deliver(console, flags.json ? asJson(summary) : console.table(summary.inputs, COLUMNS), flags.output);
  } catch (error) {
    if (error instanceof OperatorError && error.exitCode === EXIT.evidence) abandon();
    throw error;
  }
}
