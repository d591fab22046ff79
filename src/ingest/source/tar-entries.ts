import type { ArchiveEntry } from "./archive-entry.js";
import { type ByteReader, take } from "./byte-reader.js";
import { type Problem, sizeText } from "./limits.js";
import { isTarHeader } from "./magic.js";

const BLOCK = 512;
/** Long names and pax records; more than this is no name. */
const MAX_META_BYTES = 1 << 20;

/** Types that carry no file content of their own. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  "1": "hard link",
  "2": "symbolic link",
  "3": "character device",
  "4": "block device",
  "5": "directory",
  "6": "named pipe",
  D: "directory",
  M: "continued member of another volume",
  S: "sparse file",
  V: "volume label",
};

interface Header {
  readonly name: string;
  readonly typeFlag: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number | null;
  readonly linkName: string;
}

/** What GNU and pax records say about the next member. */
interface Extension {
  name?: string | undefined;
  linkName?: string | undefined;
  sizeBytes?: number | undefined;
  modifiedMs?: number | undefined;
}

/**
 * The members of a tar in order. Our own reader, since a torn tar has to give all that came before the tear and
 * tar-stream drops what it had buffered. A damaged header is skipped up to the next good one.
 */
export async function* tarEntries(input: ByteReader, problems: Problem[]): AsyncGenerator<ArchiveEntry> {
  let extension: Extension = {};
  for (;;) {
    const header = await nextHeader(input, problems);
    if (header === null) return;
    if ("LKxg".includes(header.typeFlag)) {
      extension = { ...extension, ...(await readExtension(input, header)) };
      continue;
    }
    const entry = memberOf(header, extension);
    extension = {};
    const before = input.consumedBytes;
    yield {
      ...entry,
      storedBytes: entry.sizeBytes,
      open: (own) => take(input, entry.sizeBytes, (had) => own.push(cutShort(had, entry.sizeBytes))),
    };
    const used = input.consumedBytes - before;
    const padded = Math.ceil(entry.sizeBytes / BLOCK) * BLOCK;
    const skipped = await input.skip(padded - used);
    // Padding of the very last member may be missing without loss.
    if (used + skipped < entry.sizeBytes) {
      problems.push({ code: "truncated-tar", text: `tar ends inside ${entry.name}` });
      return;
    }
  }
}

function cutShort(had: number, size: number): Problem {
  return { code: "truncated-member", text: `cut short: ${sizeText(had)} of ${sizeText(size)} are in the archive` };
}

/** The next header with a right checksum; null at the end mark (zeros; every tar has one) or at the end of the input. */
async function nextHeader(input: ByteReader, problems: Problem[]): Promise<Header | null> {
  let lost = 0;
  for (;;) {
    const block = await input.read(BLOCK);
    const isEnd = block.length < BLOCK || block.every((byte) => byte === 0);
    const good = !isEnd && isTarHeader(block);
    if ((isEnd || good) && lost > 0) {
      problems.push({ code: "damaged-tar", text: `${sizeText(lost)} of the tar are damaged and were passed over` });
    }
    if (block.length < BLOCK) {
      const where = block.length > 0 ? "inside a header" : "without an end mark: members may be missing";
      problems.push({ code: "truncated-tar", text: `tar ends ${where}` });
    }
    if (isEnd) return null;
    if (good) return parseHeader(Buffer.from(block.buffer, block.byteOffset, block.length));
    lost += BLOCK;
  }
}

function parseHeader(block: Buffer): Header {
  const text = (start: number, length: number): string => cString(block.subarray(start, start + length));
  const isUstar = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isUstar ? text(345, 155) : "";
  const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  const flag = String.fromCharCode(block[156] ?? 0);
  return {
    name,
    // Before POSIX a directory was a file with a slash behind its name.
    typeFlag: (flag === "\0" || flag === "0") && name.endsWith("/") ? "5" : flag,
    sizeBytes: tarNumber(block.subarray(124, 136)) ?? 0,
    modifiedMs: scaled(tarNumber(block.subarray(136, 148))),
    linkName: text(157, 100),
  };
}

function memberOf(
  header: Header,
  extension: Extension,
): Omit<ArchiveEntry, "open" | "sizeBytes"> & { sizeBytes: number } {
  const linkName = extension.linkName ?? header.linkName;
  const other = OTHER_TYPES[header.typeFlag];
  // Unknown types are to be read as plain files, POSIX says; links and devices have no content whatever they claim.
  const isLink = header.typeFlag === "1" || header.typeFlag === "2";
  const hasContent = other === undefined || "SMDV".includes(header.typeFlag);
  return {
    name: extension.name ?? header.name,
    type: other === undefined ? "file" : isLink ? `${other} to ${linkName}` : other,
    storedBytes: 0,
    sizeBytes: hasContent ? (extension.sizeBytes ?? header.sizeBytes) : 0,
    modifiedMs: extension.modifiedMs ?? header.modifiedMs,
  };
}

async function readExtension(input: ByteReader, header: Header): Promise<Extension> {
  const padded = Math.ceil(header.sizeBytes / BLOCK) * BLOCK;
  if (header.sizeBytes > MAX_META_BYTES) {
    await input.skip(padded);
    return {};
  }
  const body = Buffer.from(await input.read(padded)).subarray(0, header.sizeBytes);
  if (header.typeFlag === "L") return { name: cString(body) };
  if (header.typeFlag === "K") return { linkName: cString(body) };
  return header.typeFlag === "x" ? paxRecords(body) : {};
}

/** Records `LENGTH key=value\n`, e.g. `30 mtime=1709647656.123456789`. */
function paxRecords(body: Buffer): Extension {
  const result: Extension = {};
  for (let at = 0; at < body.length; ) {
    const blank = body.indexOf(0x20, at);
    const length = Number(body.toString("latin1", at, blank));
    if (blank < 0 || !Number.isInteger(length) || length <= blank - at) break;
    const record = body.toString("utf8", blank + 1, at + length - 1);
    const equals = record.indexOf("=");
    const value = record.slice(equals + 1);
    const key = record.slice(0, equals);
    if (key === "path") result.name = value;
    else if (key === "linkpath") result.linkName = value;
    else if (key === "size" && /^\d{1,15}$/.test(value)) result.sizeBytes = Number(value);
    else if (key === "mtime" && /^\d{1,12}(\.\d+)?$/.test(value)) result.modifiedMs = Math.floor(Number(value) * 1000);
    at += length;
  }
  return result;
}

/** Octal text, or the base-256 form of GNU (first bit set); null when it is neither. */
function tarNumber(field: Buffer): number | null {
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, (field[0] ?? 0) & 0x7f);
    return Number.isSafeInteger(value) ? value : null;
  }
  const octal = cString(field).trim();
  return /^[0-7]+$/.test(octal) ? Number.parseInt(octal, 8) : null;
}

function scaled(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}
