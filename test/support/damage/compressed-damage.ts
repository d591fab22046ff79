import { constants, gunzipSync, gzipSync } from "node:zlib";
import { sizeText } from "../../../src/ingest/source/limits.js";
import type { Random } from "../simulator/random.js";
import { cutAt, type DamagedInput, places, read } from "./damaged-input.js";

const NAME = "log.gz";

/** Cut anywhere behind the signature: a copy that broke off. */
export function truncatedGzip(log: Buffer, dice: Random): DamagedInput {
  const packed = gzipSync(log);
  return torn(log, packed.subarray(0, dice.int(3, packed.length - 1)));
}

/** Within the last bytes: the length and the checksum, or the end of the last deflate block. */
export function gzipWithoutEnd(log: Buffer, dice: Random): DamagedInput {
  const packed = gzipSync(log);
  return torn(log, packed.subarray(0, packed.length - dice.int(1, 20)));
}

/** `cat log.1.gz log.2.gz`: several members, cut wherever the log was. */
export function concatenatedMembers(log: Buffer, dice: Random): DamagedInput {
  const members = cutAt(log, places(log, dice, dice.int(1, 6), 1)).map((part) => gzipSync(part));
  return one(log, Buffer.concat(members), { content: log, lossless: true, notes: [] });
}

/** The last of several members is torn. */
export function tornLastMember(log: Buffer, dice: Random): DamagedInput {
  const members = cutAt(log, places(log, dice, dice.int(1, 4), 1000)).map((part) => gzipSync(part));
  const last = members.pop() as Buffer;
  // The first two bytes have to be there: without them nobody can tell that another member began.
  return torn(log, Buffer.concat([...members, last.subarray(0, dice.int(2, last.length - 1))]));
}

/** Other bytes behind the last member. */
export function garbageBehindGzip(log: Buffer, dice: Random): DamagedInput {
  const garbage = randomBytes(dice, dice.int(1, 3000));
  garbage[0] = 0x20; // neither a member nor padding
  const notes = [`${sizeText(garbage.length)} of other data behind the compressed data ignored`];
  return one(log, Buffer.concat([gzipSync(log), garbage]), { content: log, lossless: true, notes });
}

/** Zeros up to the block of a tape: nothing is wrong with that. */
export function paddedGzip(log: Buffer, dice: Random): DamagedInput {
  const padded = Buffer.concat([gzipSync(log), Buffer.alloc(dice.int(1, 5000))]);
  return one(log, padded, { content: log, lossless: true, notes: [] });
}

/** The length at the end is not that of the content. */
export function gzipOfOtherLength(log: Buffer, dice: Random): DamagedInput {
  const packed = gzipSync(log);
  packed.writeUInt32LE((log.length + dice.int(1, 1_000_000)) % 2 ** 32, packed.length - 4);
  return one(log, packed, { content: log, lossless: true, notes: [`damaged gzip after ${sizeText(log.length)}`] });
}

/** Overwritten in the middle. Stored, not compressed, so that one can say how much of the content comes before it. */
export function overwrittenGzip(log: Buffer, dice: Random): DamagedInput {
  const [at] = places(log, dice, 1, 1000) as [number];
  const content = log.subarray(0, at);
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  const second = storedBlock(log.subarray(at), true);
  second.fill(0xff, 0, dice.int(1, 600)); // the third type of block is none
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(log.length, 4);
  const input = one(log, Buffer.concat([head, storedBlock(content, false), second, trailer]), {
    ...{ content, notes: [] },
    lossless: false,
  });
  const told = { notes: [/^damaged gzip after /, /^(empty file)?$/], warnings: [{ code: "damaged-gzip" }] };
  return { ...input, expected: input.expected.map((file) => ({ ...file, ...told, mayLackBytes: 8192 })) };
}

/** Type 00 of RFC 1951: length, its complement, and the bytes as they are. */
function storedBlock(bytes: Buffer, last: boolean): Buffer {
  const head = Buffer.from([last ? 1 : 0, 0, 0, 0, 0]);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(bytes.length ^ 0xffff, 3);
  return Buffer.concat([head, bytes]);
}

function torn(log: Buffer, packed: Buffer): DamagedInput {
  const content = readablePart(packed);
  return one(log, packed, { content, lossless: false, notes: [`truncated gzip after ${sizeText(content.length)}`] });
}

/** What zlib itself gets out of a torn stream of members. */
function readablePart(packed: Buffer): Buffer {
  return packed.length < 18 ? Buffer.alloc(0) : gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
}

function one(
  log: Buffer,
  bytes: Buffer,
  told: { content: Buffer; lossless: boolean; notes: readonly string[] },
): DamagedInput {
  const { content, lossless, notes } = told;
  const codes = notes.map((note) => ({ code: codeOf(note) }));
  const expected = { ...read(NAME, content, notes), warnings: codes };
  return { files: [{ name: NAME, bytes }], expected: [expected], log, lossless, scars: [] };
}

function codeOf(note: string): string {
  if (note.startsWith("truncated")) return "truncated-gzip";
  return note.startsWith("damaged") ? "damaged-gzip" : "trailing-bytes";
}

function randomBytes(dice: Random, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => dice.int(0, 255)));
}
