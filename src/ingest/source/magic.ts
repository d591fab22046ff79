export type Compression = "gzip" | "zstd" | "xz" | "bzip2";
export type Container = Compression | "tar" | "zip";

const SIGNATURES: readonly (readonly [Container, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b, 0x08]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["zip", [0x50, 0x4b, 0x05, 0x06]], // an empty zip: nothing but the end of its directory
];

/** Enough bytes for `containerOf`: a tar header is one block of 512. */
export const MAGIC_BYTES = 512;

/** What kind of container the bytes begin, by content alone; null for a plain file. */
export function containerOf(head: Uint8Array): Container | null {
  for (const [kind, signature] of SIGNATURES) {
    if (signature.every((byte, index) => head[index] === byte)) return kind;
  }
  if (isZstdFrame(head)) return "zstd";
  if (isBzip2(head)) return "bzip2";
  return isTarHeader(head) ? "tar" : null;
}

export function isZstdFrame(head: Uint8Array): boolean {
  const skippable = head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18 && ((head[0] ?? 0) & 0xf0) === 0x50;
  return skippable || (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd);
}

/** `BZh9` and then the magic of a block (pi) or of the end (square root of pi): four letters alone could be text. */
function isBzip2(head: Uint8Array): boolean {
  const level = head[3] ?? 0;
  if (head[0] !== 0x42 || head[1] !== 0x5a || head[2] !== 0x68 || level < 0x31 || level > 0x39) return false;
  return (head[4] === 0x31 && head[5] === 0x41) || (head[4] === 0x17 && head[5] === 0x72);
}

/** Old tars have no `ustar` in them, so the checksum of the header decides for all. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < 512) return false;
  const stored = Number.parseInt(Buffer.from(block.subarray(148, 156)).toString("latin1").replace(/\0/g, " "), 8);
  return stored === tarChecksum(block);
}

/** Sum of the header's bytes with its checksum field taken as blanks. */
function tarChecksum(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < 512; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  return sum;
}
