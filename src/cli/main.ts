import { Command, CommanderError } from "commander";
import { EXIT, OperatorError } from "../base/errors.js";
import { analyzeCommand } from "./commands/analyze.js";
import { corpusCommand } from "./commands/corpus.js";
import { detectCommand } from "./commands/detect.js";
import { doctorCommand } from "./commands/doctor.js";
import { incidentsCommand } from "./commands/incidents.js";
import { ingestCommand } from "./commands/ingest.js";
import { modelsCommand } from "./commands/models.js";
import { queryCommand } from "./commands/query.js";
import { reportCommand } from "./commands/report.js";
import { schemaCommand } from "./commands/schema.js";
import { Console } from "./console.js";
import { toolVersion } from "./tool-version.js";

const ABOUT = `Finds out, after an outage, why a Perforce p4d server stopped serving people.
Offline: reads saved logs and captures, changes nothing, sends nothing.`;

const EXAMPLES = `
Examples:
  p4rca analyze incident.tar.gz              what happened, who held which lock, what to do
  p4rca analyze log log.1.gz monitor.txt     the same from loose files
  p4rca analyze incident.tar.gz --json       one JSON document on stdout
  p4rca query blockers --case p4rca-incident/case.sqlite

Exit codes: 0 done, 1 internal error, 2 usage, 3 evidence unreadable, 10 finding at or above --fail-on, 130 interrupted.`;

/** Runs one command line and returns the exit code; the only place where an exit code is decided. */
export async function main(argv: readonly string[]): Promise<number> {
  const console = new Console(argv);
  const program = buildProgram(console);
  try {
    await program.parseAsync(knownOrAlone(program, argv));
    return console.exitCode;
  } catch (error) {
    return explain(error, console);
  } finally {
    console.close();
  }
}

function buildProgram(console: Console): Command {
  const program = new Command("p4rca")
    .description(ABOUT)
    .version(toolVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .addHelpText("after", EXAMPLES)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => console.out(text),
      writeErr: (text) => console.err(text),
      outputError: (text) => usageProblem(console, text),
    });
  const commands = [
    analyzeCommand,
    ingestCommand,
    detectCommand,
    incidentsCommand,
    reportCommand,
    queryCommand,
    corpusCommand,
    modelsCommand,
    schemaCommand,
    doctorCommand,
  ];
  for (const command of commands) {
    const added = command(console).copyInheritedSettings(program);
    for (const child of added.commands) child.copyInheritedSettings(program);
    program.addCommand(added);
  }
  return program;
}

/** `p4rca nosuch --help` would otherwise answer with the help of p4rca, as if there were such a command. */
function knownOrAlone(program: Command, argv: readonly string[]): string[] {
  const [node = "", script = "", first] = argv;
  const names = ["help", ...program.commands.map((command) => command.name())];
  const isUnknown = first !== undefined && !first.startsWith("-") && !names.includes(first);
  return isUnknown ? [node, script, first] : [...argv];
}

/** "error: unknown command 'analyse'\n(Did you mean analyze?)\n", as commander says it. */
function usageProblem(console: Console, text: string): void {
  const [message = "", ...rest] = text.trim().split("\n");
  const unknown = /^error: unknown command/.test(message);
  const more = unknown ? "p4rca --help lists the commands of this version." : "Add --help to see what it takes.";
  console.problem(message.replace(/^error: /, ""), [...rest, more].join(" "), "usage");
}

function explain(error: unknown, console: Console): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof OperatorError) {
    console.problem(error.message, error.hint, error.code);
    return error.exitCode;
  }
  if (isBrokenPipe(error)) return EXIT.done;
  if (isFullDisk(error)) {
    console.problem(`no space left: ${error.message}`, "Free space, then run it again.", "disk-full");
    return EXIT.usage;
  }
  const text = error instanceof Error ? error.message : String(error);
  console.problem(
    `internal error: ${text}`,
    "Please report this with the command line; P4RCA_DEBUG=1 shows where.",
    "internal",
  );
  if (process.env.P4RCA_DEBUG && error instanceof Error) console.err(`${error.stack}\n`);
  return EXIT.internal;
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}

/** The case ran into the end of its disk between two batches, or the cache folder did. */
function isFullDisk(error: unknown): error is Error {
  return error instanceof Error && "code" in error && ["ENOSPC", "EDQUOT", "SQLITE_FULL"].includes(String(error.code));
}
