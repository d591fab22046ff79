import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { World } from "./generate/world.js";

export interface LogMix {
  readonly seed: number;
  readonly bytes: number;
  /** Table sections a command has on average; above 13 a block would name a table twice. */
  readonly tables: number;
  /** 3: starts, compute ends and completions with track blocks; 1: starts only. */
  readonly server: 1 | 3;
  /** People, and so workspaces and addresses. */
  readonly people: number;
  /** Arguments of about this many bytes; from 1000 on of many lengths with this mean. */
  readonly argBytes: number;
  /** Log time passes by up to this much from block to block. */
  readonly stepMs: number;
  /** Commands open at once, at least. */
  readonly inFlight: number;
  /** Share of places where a rarer kind of line comes in. */
  readonly rare: number;
  /** A day on which hardly anybody waits: almost no wait or hold reaches 100 ms. */
  readonly calm?: boolean;
}

export const DEFAULT_MIX: LogMix = {
  seed: 1,
  bytes: 200e6,
  tables: 8,
  server: 3,
  people: 400,
  argBytes: 40,
  stepMs: 60,
  inFlight: 20,
  rare: 0,
};

export const MIXES: Readonly<Record<string, LogMix>> = {
  default: DEFAULT_MIX,
  "track-heavy": { ...DEFAULT_MIX, tables: 13 },
  "server-1": { ...DEFAULT_MIX, server: 1 },
  "huge-arguments": { ...DEFAULT_MIX, argBytes: 4000 },
  "many-clients": { ...DEFAULT_MIX, people: 65_000, stepMs: 3, inFlight: 200, tables: 4 },
  "calm-day": { ...DEFAULT_MIX, tables: 5, calm: true },
  "rare-lines": { ...DEFAULT_MIX, rare: 0.2 },
};

/** A seeded P4LOG of realistic shape: many pids at once, waits now and then, triggers, server locks, events. */
export function* generateLog(mix: LogMix = DEFAULT_MIX): Generator<string> {
  const world = new World(mix);
  let written = 0;
  while (written < mix.bytes) {
    const text = world.nextBlock();
    written += text.length;
    yield text;
  }
}

/** Writes a generated log to a file, in pieces of a megabyte. */
export async function writeLog(path: string, mix: LogMix): Promise<void> {
  const out = createWriteStream(path);
  let pending = "";
  for (const text of generateLog(mix)) {
    pending += text;
    if (pending.length < 1 << 20) continue;
    if (!out.write(pending, "latin1")) await once(out, "drain");
    pending = "";
  }
  out.end(pending);
  await once(out, "finish");
}

/** A mix by its name. Throws for a name that there is none of. */
export function mixNamed(name: string): LogMix {
  const mix = MIXES[name];
  if (mix === undefined) throw new Error(`no mix ${name}; there are ${Object.keys(MIXES).join(", ")}`);
  return mix;
}

/** tsx bench/generate-log.ts FILE [--mb 200] [--seed 1] [--mix default] */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      mb: { type: "string", default: "200" },
      seed: { type: "string", default: "1" },
      mix: { type: "string", default: "default" },
    },
  });
  const [path] = positionals;
  if (path === undefined) throw new Error("usage: generate-log.ts FILE [--mb 200] [--seed 1] [--mix default]");
  await writeLog(path, { ...mixNamed(values.mix), bytes: Number(values.mb) * 1e6, seed: Number(values.seed) });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
