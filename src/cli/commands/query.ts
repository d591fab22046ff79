import { Command, Option } from "commander";
import { EXIT, OperatorError } from "../../base/errors.js";
import { applyCommon, type CommonFlags, wholeNumber, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";
import type { TableFormat } from "../format-rows.js";
import { deliver } from "../write-file.js";

const TABLE_ROWS = 1000;

interface QueryFlags extends CommonFlags {
  readonly case?: string;
  readonly format: TableFormat;
  readonly limit?: number;
}

const EXAMPLES = `
Examples:
  p4rca query                                    the named recipes
  p4rca query blockers --case case.sqlite
  p4rca query "select user, count(*) from process group by 1" --case case.sqlite --format csv`;

export function queryCommand(console: Console): Command {
  const command = new Command("query")
    .summary("named or ad-hoc read-only SQL over a case")
    .description("Runs a named recipe or your own SQL, read-only. Views process, tableUse and events are log2sql's.")
    .argument("[query]", "name of a recipe, or SQL; without it the recipes are listed")
    .option("--case <file>", "the case database")
    .addOption(
      new Option("-f, --format <format>", "how to print rows").choices(["table", "csv", "json"]).default("table"),
    )
    .option("--limit <n>", `most rows printed (default: ${TABLE_ROWS} in a table, else all)`, wholeNumber)
    .addHelpText("after", EXAMPLES)
    .action((query: string | undefined, flags: QueryFlags) => run(console, query, flags));
  return withCommonOptions(command);
}

async function run(console: Console, query: string | undefined, flags: QueryFlags): Promise<void> {
  applyCommon(console, flags);
  const { listRecipes, runQuery } = await import("../../pipeline/query-case.js");
  const format = flags.json ? "json" : flags.format;
  // A table is read by a person; rows for a program are cut only where that was asked for.
  const limit = flags.limit ?? (format === "table" ? TABLE_ROWS : Number.POSITIVE_INFINITY);
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
