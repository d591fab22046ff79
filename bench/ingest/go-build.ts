import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

export interface GoBuild {
  /** The program `go`. */
  readonly go: string;
  readonly sources: string;
  /** Programs built earlier. */
  readonly cacheFolder: string;
  readonly limitS: number;
}

/** Builds a Go program unless the same sources were built before; says where it is. Throws one line that says why not. */
export async function goBuild(build: GoBuild): Promise<string> {
  const folder = join(build.cacheFolder, `reference-${fingerprint(build.sources)}`);
  const program = join(folder, "reference");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Two may build at once; each puts a whole program into place.
  const unfinished = `${program}.${process.pid}`;
  try {
    await runGo(build, ["build", "-trimpath", "-buildvcs=false", "-o", unfinished, "."]);
    renameSync(unfinished, program);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return program;
}

function fingerprint(folder: string): string {
  const hash = createHash("sha256");
  const names = readdirSync(folder).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name)); // main.go, go.sum
  for (const name of names.sort()) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest("hex").slice(0, 16);
}

/** By way of `timeout`, which also ends the compilers that go has started. */
async function runGo({ go, sources, limitS }: GoBuild, args: readonly string[]): Promise<void> {
  const env = {
    ...process.env,
    // Modules may be downloaded, another Go may not.
    GOTOOLCHAIN: "local",
    // SQLite is C. Its warnings would hide what went wrong.
    CGO_ENABLED: "1",
    CGO_CFLAGS: `${process.env.CGO_CFLAGS ?? "-g -O2"} -w`,
  };
  const command = ["-s", "KILL", String(limitS), go, ...args];
  try {
    await promisify(execFile)("timeout", command, { cwd: sources, env, maxBuffer: 64 << 20 });
  } catch (error) {
    throw new Error(reasonOf(error as ExecError, limitS));
  }
}

/** What execFile rejects with: `code` is a number, or a name such as ENOENT, or null after a signal. */
type ExecError = Error & { readonly code?: number | string | null; readonly stderr?: string };

function reasonOf({ code, stderr, message }: ExecError, limitS: number): string {
  if (code === null || code === 124 || code === 137) return `go build did not end within ${limitS} s`;
  // go: downloading github.com/sirupsen/logrus v1.9.3
  const lines = (stderr ?? "").split("\n").filter((line) => line !== "" && !/^(go: downloading |#)/.test(line));
  const said = lines[0] ?? message;
  return `go build failed: ${said.length > 300 ? `${said.slice(0, 300)}…` : said}`;
}
