import { execFileSync } from "node:child_process";
import { createReadStream, createWriteStream, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type LogMix, writeLog } from "../generate-log.js";
import { type Measurement, measure } from "./measure.js";
import { type Physical, physicalReferences } from "./physical.js";
import { databaseBytes, type Program, type RowCount } from "./programs.js";

export type Form = "plain" | ".gz";

/** One program over one form of the log, run by run. */
export interface Series {
  readonly program: string;
  readonly form: Form;
  readonly runs: Measurement[];
  databaseBytes: number;
  rows: RowCount | null;
}

export interface Trial {
  readonly mixName: string;
  readonly logBytes: number;
  readonly gzippedBytes: number;
  readonly physical: Physical;
  readonly series: readonly Series[];
}

/** Measures all programs on the same generated log, plain and gzipped, in turns, so that a busy minute hits all alike. */
export async function runTrial(
  mixName: string,
  mix: LogMix,
  runs: number,
  programs: readonly Program[],
  progress: (text: string) => void,
): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), "p4rca-bench-"));
  try {
    progress(`${mixName}: writing ${mix.bytes / 1e6} MB`);
    const files: Record<Form, string> = { plain: join(folder, "log"), ".gz": join(folder, "log.gz") };
    await writeLog(files.plain, mix);
    await pipeline(createReadStream(files.plain), createGzip(), createWriteStream(files[".gz"]));
    const physical = await physicalReferences(files.plain, files[".gz"]);
    const turns = (["plain", ".gz"] as const).flatMap((form) =>
      programs.map((program) => ({ program, form, series: emptySeries(program, form) })),
    );
    for (let run = 1; run <= runs; run++) {
      // Back and forth, so that nobody always follows the same other.
      for (const { program, form, series } of run % 2 === 1 ? turns : turns.toReversed()) {
        progress(`${mixName}: run ${run} of ${runs}, ${program.name}, ${form}`);
        await measureOnce(program, files[form], join(folder, "result.db"), mix, series);
      }
    }
    const [logBytes, gzippedBytes] = [statSync(files.plain).size, statSync(files[".gz"]).size];
    return { mixName, logBytes, gzippedBytes, physical, series: turns.map(({ series }) => series) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function emptySeries(program: Program, form: Form): Series {
  return { program: program.name, form, runs: [], databaseBytes: 0, rows: null };
}

async function measureOnce(
  program: Program,
  log: string,
  database: string,
  mix: LogMix,
  series: Series,
): Promise<void> {
  // What others still have to write to the disk is not this program's work.
  execFileSync("sync");
  series.runs.push(await measure(program.command(log, database, mix)));
  series.databaseBytes = databaseBytes(database);
  series.rows ??= program.count(database);
  const folder = join(database, "..");
  for (const name of readdirSync(folder)) if (name.startsWith("result.db")) rmSync(join(folder, name));
}
