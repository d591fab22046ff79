import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { AssemblerMemory } from "./assembler-memory.js";
import type { EdgesMemory } from "./edge-collector.js";
import type { StatsMemory } from "./log-stats.js";

/** To be raised whenever a parser would make something else of the same bytes: what another build noted is not gone on with. */
const VERSION = 1;
/** Far more than any log needs; a case is a file that anyone may have written. */
const MOST_BYTES = 512 << 20;

/** A parser of P4LOGs between two regions of its file, as plain values. */
export interface ParserMemory {
  /** Where the region begins that was not read yet: from here on bytes are needed again. */
  readonly lineNo: number;
  readonly byteOffset: number;
  readonly framing: number;
  readonly leading: boolean;
  /** An unfinished last line was taken for a header: true only if it ends there. */
  readonly endsLine: boolean;
  readonly maxLineBytes: number;
  readonly records: number;
  readonly mapNoise: boolean;
  readonly stats: StatsMemory;
  readonly edges: EdgesMemory;
  readonly assembler: AssemblerMemory;
}

export function packMemory(memory: ParserMemory): Uint8Array {
  return new Uint8Array(deflateRawSync(JSON.stringify({ version: VERSION, memory }), { level: 1 }));
}

/** Null for what another version of the parser wrote, and for what is damaged. */
export function unpackMemory(packed: Uint8Array): ParserMemory | null {
  try {
    const text = inflateRawSync(packed, { maxOutputLength: MOST_BYTES }).toString("utf8");
    const { version, memory } = JSON.parse(text) as { version: unknown; memory: ParserMemory };
    return version === VERSION ? memory : null;
  } catch {
    return null;
  }
}
