import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { EXIT, OperatorError } from "../../../base/errors.js";

export interface ChromaServer {
  readonly url: string;
  readonly pid: number;
  /** Settles when the server has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const READY_MS = 20_000;
const GRACE_MS = 5_000;
const REMEDY = "Another way to have one: pip install chromadb, then chroma run, and --chroma URL.";

/**
 * Starts the chroma server that comes with the npm package, on loopback alone, with its data in a folder.
 *
 * @throws OperatorError (exit 4) where it is not installed, the system's glibc is too old for it, or the port is taken
 */
export async function startChroma(dataFolder: string, port: number | null): Promise<ChromaServer> {
  const program = programPath();
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const chosen = await freePort(port ?? 0);
  const child = spawn(
    process.execPath,
    [program, "run", "--path", dataFolder, "--host", "127.0.0.1", "--port", String(chosen)],
    {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, CHROMA_TELEMETRY: "false", ANONYMIZED_TELEMETRY: "FALSE" },
    },
  );
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  let complaint = "";
  child.stderr?.on("data", (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const url = `http://127.0.0.1:${chosen}`;
  try {
    await ready(url, child, () => complaint);
  } catch (error) {
    kill();
    process.off("exit", kill);
    throw error;
  }
  const stop = async () => {
    const timer = setTimeout(kill, GRACE_MS);
    child.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
    process.off("exit", kill);
  };
  return { url, pid: child.pid ?? 0, ended, stop };
}

function programPath(): string {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("chromadb")); // dist/ or dist/cjs/
    const path = [join(folder, "cli.mjs"), join(folder, "..", "cli.mjs")].find(existsSync);
    if (path !== undefined) return path;
  } catch {
    // not installed: said below
  }
  throw new OperatorError("no-chroma-server", "the npm package chromadb is not installed", EXIT.service, REMEDY);
}

/** The port, if nobody has it; for 0 any that is free. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(wanted, "127.0.0.1", resolve);
    });
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : wanted;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError(
      "port-taken",
      `port ${wanted} can't be had: ${reason}`,
      EXIT.service,
      "Name another with --port.",
    );
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

async function ready(url: string, child: ChildProcess, complaint: () => string): Promise<void> {
  for (const until = Date.now() + READY_MS; Date.now() < until; ) {
    if (child.exitCode !== null || child.signalCode !== null) throw died(complaint());
    const beats = await fetch(`${url}/api/v2/heartbeat`, { signal: AbortSignal.timeout(1000) }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (beats) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new OperatorError("no-chroma-server", "the chroma server did not get ready in time", EXIT.service, REMEDY);
}

function died(complaint: string): OperatorError {
  const last = complaint.trim().split("\n").at(-1) ?? "";
  const header = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  const glibc = header.header?.glibcVersionRuntime ?? "unknown";
  const reason = /GLIBC_|Cannot find (?:module|native)|binding/i.test(complaint)
    ? `it needs glibc 2.34 or newer, and its native part; this system has glibc ${glibc}`
    : last || "it ended at once";
  return new OperatorError("no-chroma-server", `the chroma server can't be started: ${reason}`, EXIT.service, REMEDY);
}
