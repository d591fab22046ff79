import { gzipSync } from "node:zlib";
import { zipOf } from "../../ingest/archive-builders.js";
import { rotationNames } from "../../pipeline/fill.js";
import type { Random } from "../simulator/random.js";
import {
  cutAt,
  type DamagedInput,
  type ExpectedFile,
  type InputFile,
  lineStart,
  places,
  read,
  wholeLog,
} from "./damaged-input.js";

/** A file this short may be taken for something else than a log. */
const SHORTEST = 2500;

/**
 * One of several rotations is not there; what it would have explained stays unknown, and nothing else changes. Where
 * the cuts are in mid-block and the gap is short, the block in front of it can be continued by the lines behind it.
 */
export function missingRotation(log: Buffer, dice: Random): DamagedInput {
  const parts = rotations(log, dice, dice.int(2, 4));
  const lost = dice.int(0, parts.length - 1);
  const before = parts[lost - 1];
  const seam = before === undefined ? [] : [{ path: before.name, from: before.bytes.length, to: before.bytes.length }];
  const rest = parts.filter((_, index) => index !== lost);
  return { ...of(log, rest, { lossless: false }), scars: seam };
}

/** The live log was copied while it grew, and is there again, whole, under its later name. */
export function overlappingRotations(log: Buffer, dice: Random): DamagedInput {
  const [copyEnd, end] = places(log, dice, 2, 9000) as [number, number];
  const from = blockStart(log, dice.int(2000, copyEnd - 6000));
  const files = [
    { name: "log.2024-03-05_00-00-00", bytes: log.subarray(0, copyEnd) },
    { name: "log.2024-03-05_01-00-00", bytes: log.subarray(from, end) },
    { name: "log", bytes: log.subarray(end) },
  ];
  const twice = `the first ${copyEnd - from} bytes also end log.2024-03-05_00-00-00 and count once`;
  return of(log, files, { lossless: true, notes: new Map([["log.2024-03-05_01-00-00", [twice]]]) });
}

/** The same content twice, under another name or packed. */
export function duplicates(log: Buffer, dice: Random): DamagedInput {
  const parts = rotations(log, dice, 2);
  const twin = dice.pick(parts);
  const again = dice.pick([
    { name: "copy-of-a-log", bytes: twin.bytes },
    { name: "copy.gz", bytes: gzipSync(twin.bytes) },
    { name: "copy.zip", bytes: zipOf({ name: "inner/log", content: twin.bytes }) },
  ]);
  const whole = of(log, parts, { lossless: true });
  const path = again.name === "copy.zip" ? "copy.zip!inner/log" : again.name;
  const note = /^same content as /;
  const copy: ExpectedFile = { path, state: "duplicate", content: twin.bytes, notes: [note, note] };
  return { ...whole, files: [...whole.files, again], expected: [...whole.expected, copy] };
}

/** Rotations whose names say the wrong order, or none. They are long enough for their times to tell. */
export function namesOutOfOrder(_: Buffer, dice: Random): DamagedInput {
  const log = wholeLog(dice.int(20, 25), 500_000);
  const parts = rotations(log, dice, dice.int(1, 2), 130_000);
  const names = shuffled(
    parts.map((_, index) => `log.${index + 1}`),
    dice,
  );
  const renamed = parts.map(({ bytes }, index) => ({ name: names[index] ?? "log", bytes }));
  return of(log, shuffled(renamed, dice), { lossless: true });
}

/** Empty files among the rotations: the log just rotated, a failed copy. */
export function emptyFiles(log: Buffer, dice: Random): DamagedInput {
  const parts = rotations(log, dice, dice.int(1, 3));
  const empty = dice.pick([
    { name: "log.2024-03-05_00-30-00", bytes: Buffer.alloc(0) },
    { name: "log.2024-03-05_23-00-00.gz", bytes: gzipSync("") },
  ]);
  const whole = of(log, parts, { lossless: true });
  const expected = { ...read(empty.name, Buffer.alloc(0)), warnings: [{ code: "empty-file" }] };
  return { ...whole, files: shuffled([...whole.files, empty], dice), expected: [...whole.expected, expected] };
}

/** The end of one rotation is lost in a torn gzip, the next goes on. */
export function tornRotation(log: Buffer, dice: Random): DamagedInput {
  const parts = rotations(log, dice, 3);
  const at = dice.int(0, 1);
  // Stored, not compressed: the cut is where it is said to be.
  const cut = parts.map((part, index) => (index === at ? tornPart(part, dice) : { ...part, content: part.bytes }));
  return {
    files: cut,
    expected: cut.map(({ name, content }, index) =>
      read(name, content, index === at ? [/^truncated gzip after /] : []),
    ),
    log,
    lossless: false,
    scars: [],
  };
}

function tornPart(part: InputFile, dice: Random): InputFile & { readonly content: Buffer } {
  const keep = dice.int(SHORTEST - 500, part.bytes.length - 1);
  const packed = gzipSync(part.bytes, { level: 0 });
  // Ten bytes of header, five of the one block.
  return { name: `${part.name}.gz`, bytes: packed.subarray(0, 15 + keep), content: part.bytes.subarray(0, keep) };
}

function rotations(log: Buffer, dice: Random, cuts: number, apart = SHORTEST): InputFile[] {
  const byLine = dice.chance(0.5);
  const at = places(log, dice, cuts, apart).map((place) => (byLine ? lineStart(log, place) : place));
  const parts = cutAt(log, at);
  const names = rotationNames(parts.length, -1);
  return parts.map((bytes, index) => ({ name: names[index] ?? "log", bytes }));
}

function of(
  log: Buffer,
  files: readonly InputFile[],
  told: { lossless: boolean; notes?: ReadonlyMap<string, readonly string[]> },
): DamagedInput {
  const expected = files.map(({ name, bytes }) => read(name, bytes, told.notes?.get(name) ?? []));
  return { files, expected, log, lossless: told.lossless, scars: [] };
}

function blockStart(log: Buffer, byte: number): number {
  return log.indexOf("\nPerforce server info:", byte) + 1;
}

function shuffled<T>(items: readonly T[], dice: Random): T[] {
  return items
    .map((item) => ({ item, key: dice.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
