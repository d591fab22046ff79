import { execFileSync } from "node:child_process";
import { createWriteStream, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DEFAULT_MIX, generateLog, type LogMix } from "../generate-log.js";
import { BIN } from "./questions.js";
import { wedge } from "./wedge.js";

/** Bytes of log for each command of the mixes below, about. */
const BYTES_A_COMMAND = 1760;
const WAITERS = 20_000;

export interface BenchCase {
  readonly name: string;
  readonly path: string;
  readonly logBytes: number;
  readonly caseBytes: number;
}

/** Three days of about this many commands with five table rows each; the logs are gone when their cases are made. */
export const DAYS: Readonly<Record<string, { readonly mix: Partial<LogMix>; readonly waiters: number }>> = {
  "calm day": { mix: { calm: true }, waiters: 0 },
  "wedge of 20,000 on a calm day": { mix: { calm: true }, waiters: WAITERS },
  "waits everywhere": { mix: {}, waiters: 0 },
};

export async function makeCase(folder: string, name: string, commands: number): Promise<BenchCase> {
  const day = DAYS[name];
  if (day === undefined) throw new Error(`no day ${name}`);
  const log = join(folder, "log");
  const path = join(folder, `${name.replaceAll(/\W+/g, "-")}.sqlite`);
  const mix = { ...DEFAULT_MIX, tables: 5, ...day.mix, bytes: commands * BYTES_A_COMMAND };
  await write(log, wedge(day.waiters), "w");
  await write(log, generateLog(mix), "a");
  execFileSync(process.execPath, [BIN, "ingest", log, "--case", path, "--quiet"], { stdio: "ignore" });
  const made = { name, path, logBytes: statSync(log).size, caseBytes: statSync(path).size };
  rmSync(log);
  return made;
}

async function write(path: string, texts: Iterable<string>, flags: "w" | "a"): Promise<void> {
  await pipeline(Readable.from(texts), createWriteStream(path, { flags, encoding: "latin1" }));
}
