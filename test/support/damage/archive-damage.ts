import { constants, gunzipSync, gzipSync, inflateRawSync } from "node:zlib";
import { sizeText } from "../../../src/ingest/source/limits.js";
import { tarOf, zipOf } from "../../ingest/archive-builders.js";
import { rotationNames } from "../../pipeline/fill.js";
import type { Random } from "../simulator/random.js";
import { cutAt, type DamagedInput, type ExpectedFile, type InputFile, places, read } from "./damaged-input.js";

const BLOCK = 512;
const IN_PART = "archive read in part: ";

/** A tar that breaks off: members before the tear are whole, one is cut short, the rest is gone. */
export async function truncatedTar(log: Buffer, dice: Random): Promise<DamagedInput> {
  const members = membersOf(log, dice);
  const tar = await tarOfMembers(members);
  const cut = tar.subarray(0, dice.int(BLOCK + 3000, tar.length - 1));
  const torn = tornMembers(members, cut.length);
  const last = torn.at(-1);
  const notes = torn.map((member) => (member === last ? cutShort(member, []) : []));
  const archive = tarNote(members, cut.length);
  return input(log, { name: "logs.tar", bytes: cut }, torn, notes, archive === null ? [] : [IN_PART + archive]);
}

/** The same behind gzip, where the tear shows in the gzip first. */
export async function truncatedTarGz(log: Buffer, dice: Random): Promise<DamagedInput> {
  const members = membersOf(log, dice);
  const packed = gzipSync(await tarOfMembers(members));
  const cut = packed.subarray(0, dice.int(Math.floor(packed.length / 4), packed.length - 1));
  const tar = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH });
  const gzipNote = `truncated gzip after ${sizeText(tar.length)}`;
  const torn = tornMembers(members, tar.length);
  const last = torn.at(-1);
  const notes = torn.map((member) => (member === last ? cutShort(member, [gzipNote]) : []));
  const tarText = tarNote(members, tar.length);
  // Behind the end mark nobody reads on.
  const archive = tarText === null ? [] : [`${IN_PART}${gzipNote}; ${tarText}`];
  return input(log, { name: "logs.tar.gz", bytes: cut }, torn, notes, archive);
}

/** A header within a tar is overwritten: that member is lost, the next is found again. */
export async function damagedTarHeader(log: Buffer, dice: Random): Promise<DamagedInput> {
  const members = membersOf(log, dice);
  const tar = await tarOfMembers(members);
  const lost = dice.int(1, members.length - 1); // without the first it is no tar any more
  const at = members.slice(0, lost).reduce((sum, member) => sum + inTar(member), 0);
  tar.fill(0x23, at + dice.int(0, 100), at + 200);
  const rest = members.filter((_, index) => index !== lost);
  const bytes = inTar(members[lost] as InputFile);
  const archive = `${IN_PART}${sizeText(bytes)} of the tar are damaged and were passed over`;
  const kept = rest.map((member) => ({ ...member, kept: member.bytes }));
  const whole = input(
    log,
    { name: "logs.tar", bytes: tar },
    kept,
    kept.map(() => []),
    [archive],
  );
  const before = members[lost - 1] as InputFile;
  return { ...whole, scars: [{ path: before.name, from: before.bytes.length, to: before.bytes.length }] };
}

/** A zip that breaks off, and with it its directory: members are read by the headers in front of them. */
export function truncatedZip(log: Buffer, dice: Random): DamagedInput {
  const stored = dice.chance(0.5);
  const members = membersOf(log, dice);
  const zip = zipOf(...members.map(({ name, bytes }) => ({ name, content: bytes, stored })));
  const cut = zip.subarray(0, dice.int(Math.floor(zip.length / 4), zip.length - 1));
  const kept: Kept[] = [];
  const notes: ExpectedFile["notes"][] = [];
  for (let at = 0, i = 0; i < members.length; i++) {
    const member = members[i] as InputFile;
    const from = at + 30 + Buffer.byteLength(member.name);
    const packedBytes = zip.readUInt32LE(at + 18);
    if (cut.length < from) break;
    const packed = cut.subarray(from, from + packedBytes);
    const content = stored ? packed : inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
    const whole = packed.length === packedBytes;
    kept.push({ ...member, kept: content });
    const size = sizeText(content.length);
    const torn = stored ? [`cut short after ${size}`, /^damaged zip: /] : [`truncated zip member after ${size}`];
    notes.push(whole ? [] : torn);
    at = from + packedBytes;
  }
  return input(log, { name: "logs.zip", bytes: cut }, kept, notes, [/^archive read in part: damaged zip: /]);
}

interface Kept extends InputFile {
  /** What of it is still in the archive. */
  readonly kept: Buffer;
}

function membersOf(log: Buffer, dice: Random): InputFile[] {
  const parts = cutAt(log, places(log, dice, dice.int(1, 4), 4000));
  const names = rotationNames(parts.length, -1);
  return parts.map((bytes, index) => ({ name: `p4/logs/${names[index]}`, bytes }));
}

function tarOfMembers(members: readonly InputFile[]): Promise<Buffer> {
  return tarOf(...members.map(({ name, bytes }) => ({ name, content: bytes })));
}

/** Bytes of a member in a tar, with its header. */
function inTar(member: InputFile): number {
  return BLOCK + Math.ceil(member.bytes.length / BLOCK) * BLOCK;
}

/** The members whose header lies before the tear. */
function tornMembers(members: readonly InputFile[], cutBytes: number): Kept[] {
  let at = 0;
  return members.flatMap((member) => {
    const from = at + BLOCK;
    at += inTar(member);
    return from > cutBytes ? [] : [{ ...member, kept: member.bytes.subarray(0, Math.max(0, cutBytes - from)) }];
  });
}

function cutShort(member: Kept, behind: readonly string[]): string[] {
  const [had, size] = [member.kept.length, member.bytes.length];
  return had === size ? [] : [`cut short: ${sizeText(had)} of ${sizeText(size)} are in the archive`, ...behind];
}

/** What the tar has to say of a tear at this byte; null where nothing is missing but zeros of the end mark. */
function tarNote(members: readonly InputFile[], cutBytes: number): string | null {
  let at = 0;
  for (const member of members) {
    if (cutBytes > at && cutBytes < at + BLOCK) return "tar ends inside a header";
    if (cutBytes >= at + BLOCK && cutBytes < at + BLOCK + member.bytes.length) return `tar ends inside ${member.name}`;
    at += inTar(member);
    if (cutBytes <= at) return "tar ends without an end mark: members may be missing";
  }
  return cutBytes < at + BLOCK ? "tar ends inside a header" : null;
}

function input(
  log: Buffer,
  archive: InputFile,
  members: readonly Kept[],
  notes: readonly ExpectedFile["notes"][],
  archiveNotes: ExpectedFile["notes"],
): DamagedInput {
  const files = members.map(({ name, kept }, index) => read(name, kept, notes[index] ?? []));
  const self: ExpectedFile = { path: archive.name, state: "refused", content: null, notes: archiveNotes };
  const whole = Buffer.concat(members.map(({ kept }) => kept)).equals(log);
  return {
    files: [archive],
    expected: archiveNotes.length === 0 ? files : [...files, self],
    log,
    lossless: whole,
    scars: [],
  };
}
