import { Command, Option } from "commander";
import { EXIT, OperatorError } from "../../base/errors.js";
import { applyCommon, type CommonFlags, wholeNumber, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { printExport, printMetrics, printParquet } from "../fleet-outputs.js";
import type { TableFormat } from "../format-rows.js";
import { deliver } from "../write-file.js";

const TABLE_ROWS = 1000;

const FORMATS = ["table", "csv", "json", "parquet", "openmetrics"] as const;

interface QueryFlags extends CommonFlags {
  readonly case?: string;
  readonly format?: (typeof FORMATS)[number];
  readonly limit?: number;
  readonly export?: string;
  readonly server?: string;
}

const EXAMPLES = `
Examples:
  p4rca query                                    the named recipes
  p4rca query blockers --case case.sqlite
  p4rca query "select user, count(*) from process group by 1" --case case.sqlite --format csv
  p4rca query "select * from process" --case case.sqlite --format parquet --output process.parquet
  p4rca query --export lake/ --server edge-1 --case case.sqlite         every table, by server and day
  p4rca query --format openmetrics --server edge-1 --case case.sqlite --output history.om`;

export function queryCommand(console: Console): Command {
  const command = new Command("query")
    .summary("named or ad-hoc read-only SQL over a case")
    .description(
      "Runs a named recipe or your own SQL, read-only. Views process, tableUse and events are log2sql's.\n" +
        "For a fleet: every table as Parquet files, and the history of the case as metrics; see docs/scale.md.",
    )
    .argument("[query]", "name of a recipe, or SQL; without it the recipes are listed")
    .option("--case <file>", "the case database")
    .addOption(
      new Option(
        "-f, --format <format>",
        "how to print rows (default: table); openmetrics: the history by the minute, no query",
      ).choices(FORMATS),
    )
    .option("--limit <n>", `most rows printed (default: ${TABLE_ROWS} in a table, else all)`, wholeNumber)
    .option("--export <folder>", "write every table as Parquet to FOLDER/TABLE/server=.../date=.../")
    .option(
      "--server <name>",
      "what the case's only server is called in an export and in metrics (default: its serverId)",
    )
    .addHelpText("after", EXAMPLES)
    .action((query: string | undefined, flags: QueryFlags) => run(console, query, flags));
  return withCommonOptions(command);
}

async function run(console: Console, query: string | undefined, flags: QueryFlags): Promise<void> {
  applyCommon(console, flags);
  refuseContradictions(query, flags);
  const server = flags.server ?? null;
  if (flags.export !== undefined) {
    return printExport(console, requireCase(flags.case), flags.export, server, flags.json === true, flags.output);
  }
  if (flags.format === "openmetrics") return printMetrics(console, requireCase(flags.case), server, flags.output);
  const format = flags.json ? "json" : (flags.format ?? "table");
  // A table is read by a person; rows for a program are cut only where that was asked for.
  const limit = flags.limit ?? (format === "table" ? TABLE_ROWS : Number.POSITIVE_INFINITY);
  if (format === "parquet")
    return printParquet(console, requireCase(flags.case), query ?? "", limit, flags.output ?? "");
  return printRows(console, query, flags, format as TableFormat, limit);
}

async function printRows(
  console: Console,
  query: string | undefined,
  flags: QueryFlags,
  format: TableFormat,
  limit: number,
): Promise<void> {
  const { listRecipes, runQuery } = await import("../../pipeline/query-case.js");
  const result =
    query === undefined
      ? { columns: ["name", "title"], rows: listRecipes().map(({ name, title }) => [name, title]), more: false }
      : runQuery(requireCase(flags.case), query, limit);
  deliver(console, console.rows(result, format), flags.output);
  if (result.more) console.note(`p4rca: only the first ${limit} rows are shown; --limit raises that.`);
}

function requireCase(path: string | undefined): string {
  if (path !== undefined) return path;
  throw new OperatorError("no-case", "no case given", EXIT.usage, "Say which: --case p4rca-incident/case.sqlite");
}

/** What can't be meant together, before a case is opened. */
function refuseContradictions(query: string | undefined, flags: QueryFlags): void {
  const isExport = flags.export !== undefined;
  const isHistory = flags.format === "openmetrics";
  if (isExport && flags.format !== undefined && flags.format !== "parquet") {
    throw usage("--export writes Parquet and nothing else", "Leave --format out.");
  }
  if (isHistory && flags.json) throw usage("--format openmetrics and --json exclude each other", null);
  if ((isExport || isHistory) && query !== undefined) {
    throw usage(`${isExport ? "--export" : "--format openmetrics"} takes no query`, "It reads the whole case.");
  }
  if (flags.server !== undefined && !isExport && !isHistory) {
    throw usage("--server names the server in an export or in metrics", "Add --export FOLDER or --format openmetrics.");
  }
  if (flags.format !== "parquet" || isExport || flags.json) return;
  if (query === undefined)
    throw usage("--format parquet takes a query", "For every table of the case: --export FOLDER.");
  if (flags.output === undefined) throw usage("--format parquet needs a file", "Say which: --output rows.parquet");
}

function usage(message: string, hint: string | null): OperatorError {
  return new OperatorError("usage", message, EXIT.usage, hint);
}
