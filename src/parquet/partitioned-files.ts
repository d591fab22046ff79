import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ExactCell, Partition, TypedColumn, WrittenFile } from "../contracts/exact-rows.js";
import { ParquetFile } from "./parquet-file.js";
import { partitionFolder } from "./partition-path.js";

/** Over all open files; what waits in the fullest one is written when there is more. */
const MOST_CELLS = 1_500_000;
const MOST_TEXT_UNITS = 24e6;
/** The footer of a file stays in memory until it is closed, and a log with a hostile clock has any number of days. */
const MOST_OPEN = 64;

interface OpenFile {
  readonly path: string;
  readonly table: string;
  readonly file: ParquetFile;
}

/**
 * Parquet files under `folder`, one a partition: `command/server=s1/date=2024-03-05/part-KEY-0.parquet`. They grow in a
 * hidden folder beside their places and are moved there by `publish`, so that a reader never meets half a file. `key`
 * keeps files of different cases apart and lets a case replace its own. Throws what the file system throws.
 */
export class PartitionedFiles {
  private readonly open = new Map<string, OpenFile>();
  private readonly parts = new Map<string, number>();
  private readonly written: WrittenFile[] = [];
  private readonly staging: string;
  private waitingCells = 0;
  private waitingTextUnits = 0;

  constructor(
    private readonly folder: string,
    private readonly key: string,
  ) {
    mkdirSync(folder, { recursive: true });
    this.staging = mkdtempSync(join(folder, ".p4rca-"));
    // A second Ctrl-C ends the process where it is.
    process.once("exit", this.abandon);
  }

  append(partition: Partition, columns: readonly TypedColumn[], row: readonly ExactCell[]): void {
    const { file } = this.fileFor(partition, columns);
    this.forget(file);
    file.append(row);
    this.waitingCells += file.waitingCells;
    this.waitingTextUnits += file.waitingTextUnits;
    if (this.waitingCells > MOST_CELLS || this.waitingTextUnits > MOST_TEXT_UNITS) this.writeFullest();
  }

  /** Closes every file and moves it to its place; returns them in the order of their paths. */
  publish(): WrittenFile[] {
    for (const [partition, open] of [...this.open]) this.finish(partition, open);
    for (const folder of new Set(this.written.map(({ path }) => dirname(path)))) this.clear(join(this.folder, folder));
    for (const { path } of this.written) renameSync(join(this.staging, path), join(this.folder, path));
    this.abandon();
    return this.written.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Removes what is not published. */
  readonly abandon = (): void => {
    process.off("exit", this.abandon);
    rmSync(this.staging, { recursive: true, force: true });
  };

  /** An earlier export of the same case may have had more parts here. */
  private clear(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) if (name.startsWith(`part-${this.key}-`)) rmSync(join(folder, name));
  }

  private fileFor(partition: Partition, columns: readonly TypedColumn[]): OpenFile {
    const { table, server, date } = partition;
    const id = `${table}\0${date}\0${server}`;
    const known = this.open.get(id);
    if (known !== undefined) return known;
    const [oldest] = this.open;
    if (this.open.size >= MOST_OPEN && oldest !== undefined) this.finish(...oldest);
    const part = this.parts.get(id) ?? 0;
    this.parts.set(id, part + 1);
    const folder = join(table, partitionFolder("server", server), partitionFolder("date", date));
    const path = join(folder, `part-${this.key}-${part}.parquet`);
    const target = join(this.staging, path);
    mkdirSync(dirname(target), { recursive: true });
    const opened = { path, table, file: new ParquetFile(columns, (bytes) => appendFileSync(target, bytes)) };
    this.open.set(id, opened);
    return opened;
  }

  private finish(id: string, { path, table, file }: OpenFile): void {
    this.forget(file);
    file.finish();
    this.open.delete(id);
    this.written.push({ path, table, rows: file.rowCount, bytes: statSync(join(this.staging, path)).size });
  }

  private writeFullest(): void {
    const files = [...this.open.values()].map(({ file }) => file);
    const fullest = files.reduce((a, b) => (weight(b) > weight(a) ? b : a));
    this.forget(fullest);
    fullest.writeGroup();
  }

  private forget(file: ParquetFile): void {
    this.waitingCells -= file.waitingCells;
    this.waitingTextUnits -= file.waitingTextUnits;
  }
}

function weight({ waitingCells, waitingTextUnits }: ParquetFile): number {
  return waitingCells / MOST_CELLS + waitingTextUnits / MOST_TEXT_UNITS;
}
