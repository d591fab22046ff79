import { createHash, type Hash } from "node:crypto";
import { resolve } from "node:path";
import type { GrowthSink, KnownLog, LogMemory } from "../contracts/ingest-sink.js";
import type { EvidenceFormat, ParseOutcome, Resumption } from "./evidence-format.js";
import { HeldFile } from "./source/held-file.js";
import type { FoundFile } from "./source/walk-evidence.js";

/** A P4LOG of the case whose file has grown, and all but its end is as it was. */
export interface GrownLog {
  readonly known: KnownLog;
  readonly resumption: Resumption;
  readonly file: HeldFile;
  readonly sizeBytes: number;
  /** Of the bytes that were known. */
  readonly hash: Hash;
}

export interface KnowingSettings {
  readonly growth: GrowthSink;
  readonly maxLineBytes: number;
  /** Believe no size and no time of change. */
  readonly verify: boolean;
}

/** Tells of files on disk whether the case has them already, as they are or as they were. */
export class KnownLogs {
  constructor(private readonly settings: KnowingSettings) {}

  /** The log in the case that this file is, by place, size and time of change, or (of a plain file) by content. */
  async same(found: FoundFile): Promise<KnownLog | null> {
    const { verify, maxLineBytes } = this.settings;
    const known = this.lookUp(found);
    if (known === null) return null;
    if (!verify) return known.version === versionOf(found, maxLineBytes) ? known : null;
    if (found.diskPath === null || found.sizeBytes !== known.bytes) return null;
    const file = await held(found);
    if (file === null) return null;
    try {
      return (await hashOf(file, known))?.digest("hex") === known.sha256 ? known : null;
    } finally {
      await file.close();
    }
  }

  /** The log in the case that this file begins with. Close `file` when done. */
  async grown(found: FoundFile, format: EvidenceFormat | null): Promise<GrownLog | null> {
    const known = this.lookUp(found);
    const { sizeBytes } = found;
    if (known === null || known.state === null || found.diskPath === null || sizeBytes === null) return null;
    if (sizeBytes <= known.bytes || format?.id !== "p4log") return null;
    const resumption = format.resume?.(known.state) ?? null;
    if (resumption === null || resumption.maxLineBytes !== this.settings.maxLineBytes) return null;
    const file = await held(found);
    if (file === null) return null;
    const hash = await hashOf(file, known);
    const isSame = hash?.copy().digest("hex") === known.sha256;
    if (hash !== null && isSame && (!resumption.endsLine || (await endsLineAt(file, known.bytes)))) {
      return { known, resumption, file, sizeBytes, hash };
    }
    await file.close();
    return null;
  }

  private lookUp(found: FoundFile): KnownLog | null {
    if (found.origin === null) return null;
    const known = this.settings.growth.known(placeOf(found.origin.path));
    return known?.path === found.descriptor.path ? known : null;
  }
}

/** What to keep of a file that was read as a whole; undefined where it can't be known again. */
export function memoryOf(found: FoundFile, outcome: ParseOutcome, maxLineBytes: number): LogMemory | undefined {
  if (found.origin === null || outcome.state === undefined) return undefined;
  // Of a compressed file nothing can be appended to.
  const state = found.diskPath === null ? null : outcome.state;
  return { place: placeOf(found.origin.path), version: versionOf(found, maxLineBytes), state };
}

function placeOf(path: string): string {
  return createHash("sha256").update(resolve(path)).digest("hex");
}

function versionOf({ origin, descriptor }: FoundFile, maxLineBytes: number): string {
  const { storedBytes, modifiedMs } = descriptor;
  const parts = [resolve(origin?.path ?? ""), storedBytes, modifiedMs, maxLineBytes];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Null where it can't be opened: whoever reads it as a whole says why. */
async function held({ origin }: FoundFile): Promise<HeldFile | null> {
  try {
    return origin === null ? null : await HeldFile.open(origin.path, origin.named);
  } catch {
    return null;
  }
}

/** Hash of as many bytes as are known; null when there are fewer, or they can't be read. */
async function hashOf(file: HeldFile, { bytes }: KnownLog): Promise<Hash | null> {
  const hash = createHash("sha256");
  try {
    return (await file.scan(0, bytes, (piece) => hash.update(piece))) === bytes ? hash : null;
  } catch {
    return null;
  }
}

async function endsLineAt(file: HeldFile, at: number): Promise<boolean> {
  for await (const piece of file.chunks(at, at + 1)) return piece[0] === 0x0a || piece[0] === 0x0d;
  return false;
}
