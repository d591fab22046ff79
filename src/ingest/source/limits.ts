/** Bounds on what evidence may cost. Defaults and reasons: docs/limits.md. Sizes in bytes. */
export interface Limits {
  /** Files, folders and archive members looked at in one run. */
  readonly maxEntries: number;
  /** Layers of archives and compressions around one file (a .gz in a .tar.gz is three). */
  readonly maxDepth: number;
  /** Decompressed bytes read of one file. */
  readonly maxFileBytes: number;
  /** Decompressed bytes read of all files together. */
  readonly maxTotalBytes: number;
  /** Output to input of one decompression, looked at once it has put out `ratioFloorBytes`. */
  readonly maxRatio: number;
  readonly ratioFloorBytes: number;
  /** Longest line kept whole. */
  readonly maxLineBytes: number;
  /** A zip inside another archive has to fit in memory: its directory stands at its end. */
  readonly maxNestedZipBytes: number;
}

const MIB = 1 << 20;
const GIB = 1024 * MIB;

export const DEFAULT_LIMITS: Limits = {
  maxEntries: 100_000,
  maxDepth: 6,
  maxFileBytes: 256 * GIB,
  maxTotalBytes: 1024 * GIB,
  maxRatio: 250,
  ratioFloorBytes: 64 * MIB,
  maxLineBytes: MIB,
  maxNestedZipBytes: 256 * MIB,
};

/** A loss on the way to the bytes of a file: it becomes a note and a counted warning of that file. */
export interface Problem {
  /** Stable kebab-case word. */
  readonly code: string;
  readonly text: string;
}

/** `1.2 MB`: decimal units, as operating systems show file sizes. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = "";
  for (const next of units) {
    if (value < 999.95) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit}`;
}
