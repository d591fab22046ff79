import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { DEFAULT_MIX, generateLog } from "../../bench/generate-log.js";
import { openCase } from "../../src/casedb/casedb.js";
import { rotationNames, writeLogs } from "../pipeline/fill.js";

const BIN = fileURLToPath(new URL("../../bin/p4rca.js", import.meta.url));

/** Three rotations of one log, the middle one compressed, cut in mid-block. */
export function crashLogs(folder: string, megabytes: number): string[] {
  const log = Buffer.from([...generateLog({ ...DEFAULT_MIX, seed: 5, bytes: megabytes * 1e6 })].join(""));
  const ends = [0.32, 0.68].map((share) => Math.floor(log.length * share));
  const names = rotationNames(3, 1);
  return writeLogs(
    folder,
    [0, ...ends].map((from, index) => ({ name: names[index] ?? "log", bytes: log.subarray(from, ends[index]) })),
  );
}

export interface Ended {
  readonly code: number | null;
  readonly killed: boolean;
  readonly stderr: string;
  readonly wallMs: number;
  /** When the case appeared, or one that was there began to change, from the start; null: it never did. */
  readonly caseAfterMs: number | null;
}

/** `p4rca ingest` as a user runs it; killed `killAfterMs` after it touched its case, if that is given. */
export function runIngest(casePath: string, paths: readonly string[], killAfterMs: number | null): Promise<Ended> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [BIN, "ingest", ...paths, "--case", casePath, "--quiet"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  let caseAfterMs: number | null = null;
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const before = stateOf(casePath);
  const timer = setInterval(() => {
    if (caseAfterMs !== null || stateOf(casePath) === before) return;
    caseAfterMs = performance.now() - startedMs;
    if (killAfterMs !== null) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  }, 1);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearInterval(timer);
      const wallMs = performance.now() - startedMs;
      resolve({ code, killed: signal === "SIGKILL", stderr, wallMs, caseAfterMs });
    });
  });
}

/** Differs once anything has been written to the case or its journal. */
function stateOf(casePath: string): string {
  const files = [casePath, `${casePath}-journal`].map((path) => statSync(path, { throwIfNoEntry: false }));
  return files.map((file) => `${file?.size} ${file?.mtimeMs}`).join();
}

/** What SQLite says of the case's file: `ok`, or `none` where there is no case yet. */
export function integrityOf(casePath: string): string {
  if (!existsSync(casePath)) return "none";
  const raw = new Database(casePath);
  try {
    return String(raw.pragma("integrity_check", { simple: true }));
  } catch (error) {
    return String(error);
  } finally {
    raw.close();
  }
}

/** Hash of all the case holds: evidence, files, byte accounts, notes. */
export function contentOf(casePath: string): string {
  const caseDb = openCase(casePath, { readonly: true });
  try {
    const hash = createHash("sha256").update(JSON.stringify(caseDb.sources()));
    for (const line of caseDb.canonicalDump()) hash.update(line);
    return hash.digest("hex");
  } finally {
    caseDb.close();
  }
}

/** Content and time of change of files: what must not change while they are read. */
export function fingerprintOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(readFileSync(path)).update(String(statSync(path).mtimeMs));
  return hash.digest("hex");
}

/** In a mount namespace of its own, so that nothing is left behind: $1 size in KiB, $2 where, $3 where to, $@ the run. */
const ON_SMALL_DISK = `
size=$1 disk=$2 copy=$3; shift 3
mount -t tmpfs -o "size=\${size}k" p4rca-small "$disk" || exit 97
"$@"; code=$?
cp "$disk"/* "$copy"/ 2>/dev/null
exit $code`;

function onSmallDisk(kibibytes: number, disk: string, copy: string, command: readonly string[]) {
  const namespace = process.getuid?.() === 0 ? ["-m"] : ["-Urm"];
  const shell = ["sh", "-c", ON_SMALL_DISK, "sh", String(kibibytes), disk, copy, ...command];
  return spawnSync("unshare", [...namespace, ...shell], { encoding: "utf8" });
}

/** Null where a small file system can be had, else why not. */
export function whyNoSmallDisk(folder: string): string | null {
  mkdirSync(folder, { recursive: true });
  const tried = onSmallDisk(64, folder, folder, ["true"]);
  if (tried.error !== undefined) return "unshare is not installed";
  return tried.status === 0 ? null : `no tmpfs can be mounted here: ${tried.stderr.trim()}`;
}

/** `p4rca ingest` with its case on a file system of this size; what it left is put into `copy`. */
export function ingestOnSmallDisk(
  kibibytes: number,
  folder: string,
  paths: readonly string[],
): { code: number | null; stderr: string; casePath: string } {
  const [disk, copy] = [join(folder, "disk"), join(folder, "copy")];
  for (const path of [disk, copy]) mkdirSync(path, { recursive: true });
  const ingest = [process.execPath, BIN, "ingest", ...paths, "--case", join(disk, "case.sqlite"), "--quiet"];
  const { status, stderr } = onSmallDisk(kibibytes, disk, copy, ingest);
  return { code: status, stderr, casePath: join(copy, "case.sqlite") };
}

/** System calls that change a file by its name. */
const CHANGING =
  /^(creat|truncate|unlink|unlinkat|rename|renameat2?|link|linkat|symlink|symlinkat|chmod|fchmodat|chown|lchown|fchownat|utime|utimes|utimensat|futimesat|mkdir|rmdir|setxattr|removexattr|mknod|mknodat)$/;

/**
 * Runs the ingest under strace; returns how often an input was opened, and every call that opened one for writing or
 * changed it. Null where there is no strace, or it may not trace.
 */
export function tracedInputs(
  casePath: string,
  paths: readonly string[],
  traceFile: string,
): { readonly opened: number; readonly writing: readonly string[] } | null {
  const ingest = [process.execPath, BIN, "ingest", ...paths, "--case", casePath, "--quiet"];
  const { status } = spawnSync("strace", ["-f", "-qq", "-s", "4096", "-e", "trace=%file", "-o", traceFile, ...ingest]);
  if (status !== 0 || !existsSync(traceFile)) return null;
  let opened = 0;
  const writing: string[] = [];
  for (const line of readFileSync(traceFile, "utf8").split("\n")) {
    if (!paths.some((path) => line.includes(`"${path}"`))) continue;
    const call = /^\d+ +(\w+)\(/.exec(line)?.[1] ?? ""; // 4101 openat(AT_FDCWD, "/tmp/log", O_RDONLY|O_CLOEXEC) = 17
    const isOpen = /^open(at2?)?$/.test(call);
    if (isOpen) opened++;
    const changes = isOpen ? /O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)/.test(line) : CHANGING.test(call);
    if (changes) writing.push(line);
  }
  return { opened, writing };
}
