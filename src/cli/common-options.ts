import { type Command, InvalidArgumentError, Option } from "commander";
import { SEVERITIES } from "../contracts/severity.js";
import type { Console } from "./console.js";

export interface CommonFlags {
  readonly json?: boolean;
  readonly output?: string;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly ascii?: boolean;
  readonly input?: boolean;
  readonly tz?: string;
  readonly config?: string;
}

/** Options every command understands. */
export function withCommonOptions(command: Command): Command {
  return command
    .option("--json", "one JSON document on stdout and nothing else")
    .option("-o, --output <file>", "write the result to a file instead of stdout")
    .option("-q, --quiet", "no progress and no notes")
    .option("--no-color", "plain text (NO_COLOR and TERM=dumb do the same)")
    .option("--ascii", "no character beyond ASCII (the default where the locale is not UTF-8)")
    .option("--no-input", "never ask; p4rca asks nothing here")
    .option("--tz <zone>", "zone of the log's times: UTC, +01:00, Europe/Berlin (default: from captures, else UTC)")
    .option("--config <file>", "settings (default: /p4/common/config/p4rca.yaml, /etc/p4rca/p4rca.yaml)");
}

export function withLimitOptions(command: Command): Command {
  return command
    .option("--max-entries <n>", "most files read from one archive or folder", wholeNumber)
    .option("--max-depth <n>", "most archives inside archives", wholeNumber)
    .option("--max-file-bytes <n>", "most decompressed bytes of one file", wholeNumber)
    .option("--max-total-bytes <n>", "most decompressed bytes of everything", wholeNumber)
    .option("--max-ratio <n>", "largest compression ratio believed", wholeNumber)
    .option("--max-line-bytes <n>", "longest line kept whole", wholeNumber)
    .option("--verify", "read evidence again whose size and time of change are as before, and compare its content");
}

export function withWindowOptions(command: Command): Command {
  const forms = "2024/03/05 14:07:00, 2024-03-05T14:07Z, or 14:07 for the day of the log";
  return command
    .option("--from <time>", `leave out what the log says before this time: ${forms}`)
    .option("--to <time>", "leave out what the log says after this time");
}

export const failOnOption = new Option(
  "--fail-on <severity>",
  "exit 10 when an incident is at or above this severity",
).choices([...SEVERITIES]);

export function applyCommon(console: Console, flags: CommonFlags): void {
  console.quiet = flags.quiet === true;
  console.json = flags.json === true;
  if (flags.ascii === true) console.ascii = true;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value <= 0) throw new InvalidArgumentError("a whole number above 0 is needed");
  return value;
}
