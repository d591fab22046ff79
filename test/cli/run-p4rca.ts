import { execa } from "execa";

const BIN = new URL("../../bin/p4rca.js", import.meta.url).pathname;

export interface CliResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real binary as a user without a terminal would. */
export async function p4rca(
  args: readonly string[],
  options: { cwd?: string; input?: string | Uint8Array; env?: Record<string, string> } = {},
): Promise<CliResult> {
  const result = await execa(process.execPath, [BIN, ...args], {
    reject: false,
    stripFinalNewline: false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    env: { XDG_CACHE_HOME: options.cwd ?? "", ...options.env },
  });
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}
