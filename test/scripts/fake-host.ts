import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { execa } from "execa";
import { extract } from "tar-stream";
import { expect } from "vitest";
import { P4LogWriter } from "../support/p4log-writer.js";

/** A host made of a few fake commands, for running the real collector against. */
export const COLLECTOR = fileURLToPath(new URL("../../scripts/p4rca-collect.sh", import.meta.url));

const FAKES: Record<string, string> = {
  p4: 'echo "fake p4: $*"',
  lslocks: 'echo "COMMAND PID TYPE SIZE MODE M START END PATH BLOCKER"',
  lsof: 'echo "COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME"',
  ps: 'case "$*" in *pid=*) echo " 4101 p4d_1"; echo " 7 cron" ;; *) echo "PID STAT"; esac',
  vmstat: "echo procs",
  iostat: "echo await",
  journalctl: "echo 2024-03-05T14:07:36+0000 host kernel: quiet",
};

/** What the collector may lean on: POSIX tools, and head -c, mktemp, gzip, tar. */
const TOOLS =
  "awk bash cat cp cut date dd df dirname env find free gzip head id kill ls mkdir mktemp mv nice printf ps readlink rm sed sleep sort tail tar tr uname uptime wc";

export interface Host {
  readonly dir: string;
  readonly bin: string;
  readonly temp: string;
  readonly out: string;
}

export function makeHost(): Host {
  const dir = mkdtempSync(join(tmpdir(), "p4rca-collector-"));
  const host = { dir, bin: join(dir, "bin"), temp: join(dir, "temp"), out: join(dir, "out.tar.gz") };
  mkdirSync(host.bin);
  mkdirSync(host.temp);
  for (const [name, body] of Object.entries(FAKES)) fake(host, name, body);
  return host;
}

export function dropHost(host: Host): void {
  rmSync(host.dir, { recursive: true, force: true });
}

export function fake(host: Host, name: string, body: string): void {
  const path = join(host.bin, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

/** A PATH with the fakes and the collector's basic tools only; nothing named in `without`. */
export function barePath(host: Host, without: readonly string[]): string {
  const tools = join(host.dir, "tools");
  mkdirSync(tools);
  for (const name of TOOLS.split(" ")) {
    const found = ["/usr/bin", "/bin"].map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found !== undefined && !without.includes(name)) symlinkSync(found, join(tools, name));
  }
  for (const name of without) rmSync(join(host.bin, name), { force: true });
  return `${host.bin}${delimiter}${tools}`;
}

export interface Run {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export async function collect(
  host: Host,
  args: readonly string[],
  options: { shell?: string; path?: string; env?: Record<string, string> } = {},
): Promise<Run> {
  const { shell = "sh", path = `${host.bin}${delimiter}/usr/bin${delimiter}/bin` } = options;
  const shellPath = ["/usr/bin", "/bin"].map((folder) => join(folder, shell)).find((name) => existsSync(name)) ?? shell;
  const result = await execa(shellPath, [COLLECTOR, "-o", host.out, "--gap", "0", "--timeout", "5", ...args], {
    cwd: host.dir,
    env: { PATH: path, TMPDIR: host.temp, P4RCA_SDP: join(host.dir, "no-sdp"), ...options.env },
    extendEnv: false,
    reject: false,
  });
  return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** The files of the archive, without the folder that holds them all. */
export async function unpack(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const unpacker = extract();
  unpacker.end(gunzipSync(archive));
  for await (const entry of unpacker) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const [top = "", ...rest] = entry.header.name.split("/");
    expect(top).toMatch(/^incident-[A-Za-z0-9._-]+-\d{8}T\d{6}Z$/); // incident-p4host-20240305T140736Z
    if (entry.header.type === "file") files.set(rest.join("/"), Buffer.concat(chunks));
  }
  return files;
}

export function manifestOf(files: ReadonlyMap<string, Buffer>): string[] {
  return (files.get("manifest.txt") ?? Buffer.from("")).toString().split("\n");
}

/** State of one step: `ok`, `timeout`, `skipped:no-p4` ... */
export function stepState(files: ReadonlyMap<string, Buffer>, name: string): string | undefined {
  return manifestOf(files)
    .find((line) => line.startsWith(`step: ${name} `))
    ?.split(" ")[2];
}

export function leftovers(host: Host): string[] {
  return readdirSync(host.temp);
}

/** A log with one command a minute, each followed by the (old) start time in its track block. */
export function logOf(fromMs: number, minutes: number, padding = 0): string {
  const writer = new P4LogWriter();
  for (let minute = 0; minute < minutes; minute++) {
    const startMs = fromMs + minute * 60_000;
    const command = { pid: 5000 + minute, startMs, cmd: "user-sync", args: `//ws${minute}/${"x".repeat(padding)}...` };
    writer
      .start(command)
      .completed(command, startMs + 50_000, 50_000)
      .track(command, { lapseMs: 50_000 });
  }
  return writer.toString();
}
