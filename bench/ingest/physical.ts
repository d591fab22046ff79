import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { createGunzip } from "node:zlib";

/** Seconds that nobody can save who reads the file at all. */
export interface Physical {
  readonly readS: number;
  readonly newlinesS: number;
  readonly gunzipS: number;
}

const CHUNK = 4 << 20;

export async function physicalReferences(log: string, gzipped: string): Promise<Physical> {
  return {
    readS: timed(() => eachChunk(log, () => {})),
    newlinesS: timed(() => eachChunk(log, countNewlines)),
    gunzipS: await gunzip(gzipped),
  };
}

function timed(work: () => void): number {
  const fromNs = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - fromNs) / 1e9;
}

function eachChunk(path: string, visit: (chunk: Buffer) => void): void {
  const file = openSync(path, "r");
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
    visit(buffer.subarray(0, length));
  }
  closeSync(file);
}

function countNewlines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count++;
  return count;
}

async function gunzip(path: string): Promise<number> {
  const fromNs = process.hrtime.bigint();
  const unpacked = createReadStream(path, { highWaterMark: 1 << 20 }).pipe(createGunzip({ chunkSize: 1 << 20 }));
  for await (const _ of unpacked);
  return Number(process.hrtime.bigint() - fromNs) / 1e9;
}
