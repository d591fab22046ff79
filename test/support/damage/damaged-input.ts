import { DEFAULT_MIX, generateLog } from "../../../bench/generate-log.js";
import type { Random } from "../simulator/random.js";

/** A file as it lies on disk. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What the case has to say of one file found in the input. */
export interface ExpectedFile {
  /** As listed: the name, or the name of the member in an archive. */
  readonly path: string;
  readonly state: "done" | "duplicate" | "refused";
  /** What the file decompresses to; null for a refusal. */
  readonly content: Buffer | null;
  /** So many bytes at the end of the content may be missing as well: a decoder that fails may keep what it had. */
  readonly mayLackBytes?: number;
  /** Everything the file's notes and reason say of the damage, in order. */
  readonly notes: readonly (string | RegExp)[];
  /** Warnings that must be there, with their place where it can be known. */
  readonly warnings?: readonly { readonly code: string; readonly lineNo?: number; readonly byteOffset?: number }[];
}

/** Evidence damaged in a known way, and what reading it has to give. */
export interface DamagedInput {
  readonly files: readonly InputFile[];
  readonly expected: readonly ExpectedFile[];
  /** The log before it was damaged. */
  readonly log: Buffer;
  /** All commands of the log, with all they did, can still be read. */
  readonly lossless: boolean;
  /** Ranges of bytes in a file's content that bear other bytes than the log; a line that touches one may say anything. */
  readonly scars: readonly { readonly path: string; readonly from: number; readonly to: number }[];
}

/** Damages a log in one way, at a place that the dice choose. */
export type Damage = (log: Buffer, dice: Random) => DamagedInput | Promise<DamagedInput>;

/** A log to be damaged, about 40 kB if nothing else is said: the same for the same seed. */
export function wholeLog(seed: number, bytes = 40_000): Buffer {
  return Buffer.from([...generateLog({ ...DEFAULT_MIX, seed, bytes, tables: 2 + (seed % 7) })].join(""));
}

/** A file that is read to its end; of what is shorter than this nobody can tell what it is. */
const TELLING_BYTES = 700;

export function read(path: string, content: Buffer, notes: ExpectedFile["notes"] = []): ExpectedFile {
  return { path, state: "done", content, notes: [...notes, ...recognitionNotes(content)] };
}

/** `log`, cut at these places. */
export function cutAt(log: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...places].sort((a, b) => a - b);
  return [0, ...sorted].map((from, index) => log.subarray(from, sorted[index] ?? log.length));
}

/** Distinct places within the log, at least `apart` bytes from each other and from its ends. */
export function places(log: Buffer, dice: Random, count: number, apart: number): number[] {
  const room = log.length - apart * (count + 1);
  const drawn = Array.from({ length: count }, () => dice.int(0, room)).sort((a, b) => a - b);
  return drawn.map((place, index) => place + apart * (index + 1));
}

/** Start of the first line at or behind a byte. */
export function lineStart(log: Buffer, byte: number): number {
  return log.indexOf(10, byte) + 1;
}

function recognitionNotes(content: Buffer): ExpectedFile["notes"] {
  if (content.length === 0) return ["empty file"];
  return content.length < TELLING_BYTES ? [/^(not recognised as evidence)?$/] : [];
}
