import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

const BIN = fileURLToPath(new URL("../../bin/p4rca.js", import.meta.url));

export interface CliResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Record<string, string>;
  /** Runs it as a user who may read what everybody may read, and write nothing. */
  readonly asNobody?: boolean;
}

/** The real binary as a user without a terminal would start it, in a UTF-8 locale unless `env` says otherwise. */
export function startP4rca(args: readonly string[], options: CliOptions = {}) {
  const [command = "", ...before] = [...(options.asNobody === true ? AS_NOBODY : []), process.execPath, BIN];
  return execa(command, [...before, ...args], {
    reject: false,
    stripFinalNewline: false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    env: { LC_ALL: "C.UTF-8", XDG_CACHE_HOME: options.cwd ?? "", ...options.env },
  });
}

export async function p4rca(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const result = await startP4rca(args, options);
  // Killed by a signal: what a shell would say.
  const exitCode = result.exitCode ?? (result.signal === "SIGINT" ? 130 : undefined);
  return { exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** Runs a line of sh in which "$P4RCA" stands for the binary. */
export async function shell(line: string, cwd: string): Promise<CliResult> {
  const P4RCA = `${process.execPath} ${BIN}`;
  const env = { P4RCA, LC_ALL: "C.UTF-8", XDG_CACHE_HOME: cwd };
  const result = await execa("bash", ["-o", "pipefail", "-c", line], { reject: false, cwd, env, stdin: "ignore" });
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

const isRoot = process.getuid?.() === 0;
const AS_NOBODY = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

/** Null where `asNobody` works, else why not: root is not stopped by permissions. */
export function whyNotNobody(): string | null {
  if (!isRoot) return null;
  if (!existsSync("/usr/bin/setpriv") && !existsSync("/bin/setpriv")) return "no setpriv to leave root with";
  const [command = "", ...before] = [...AS_NOBODY, process.execPath, BIN, "--version"];
  const tried = spawnSync(command, before, { encoding: "utf8" });
  return tried.status === 0 ? null : "another user can't read this checkout";
}
