import { createHash } from "node:crypto";
import type { KnowledgeDocument } from "../documents/document.js";
import { countTokens } from "./count-tokens.js";
import { type Unit, unitsOf } from "./units.js";

/** A piece of a document that is indexed, found and cited as one. */
export interface Chunk {
  /** From 0 within the document. */
  readonly ordinal: number;
  /** Headings above its first words. */
  readonly sectionPath: readonly string[];
  /** All headings that it stands under or contains, each once. */
  readonly headings: readonly string[];
  readonly text: string;
  readonly tokens: number;
  /** First 12 hex digits of the sha256 of the text. */
  readonly hash: string;
}

/** What is aimed at; with headings and the room to move a cut, chunks stay between 512 and 1024 tokens. */
const CHUNK_TOKENS = 880;
const LARGEST_TOKENS = 1024;
/** A rest of up to this is one chunk: two would be short, and it gets its section's name in front. */
const LAST_TOKENS = 984;
/** Part of a chunk that the next one repeats. */
const OVERLAP = { least: 0.205, aim: 0.25, most: 0.295 };
/** How far a cut may move to fall before a heading, as parts of the chunk. */
const CUT = { earliest: 0.92, latest: 1.06 };

/**
 * Cuts a document into chunks of 512 to 1024 tokens that share a fifth to three tenths with the one before; a document of
 * up to 1024 tokens is one chunk. Chunks are evenly long, and a cut falls before a heading where one is near. Each says at its
 * start which section it is in, unless it begins with that heading.
 */
export function chunkDocument(document: KnowledgeDocument): Chunk[] {
  const units = unitsOf(document);
  const sizes = runningSizes(units);
  const total = sizes[units.length] ?? 0;
  if (total === 0) return [];
  if (total <= LARGEST_TOKENS) return [chunk(0, units)];
  const chunks: Chunk[] = [];
  let start = 0;
  for (;;) {
    const rest = total - (sizes[start] ?? 0);
    if (rest <= LAST_TOKENS) break;
    const left = Math.max(2, Math.ceil((rest / CHUNK_TOKENS - OVERLAP.aim) / (1 - OVERLAP.aim)));
    // Evenly: n chunks of this size cover the rest, a quarter of each but the last being said twice.
    const size = rest / (left * (1 - OVERLAP.aim) + OVERLAP.aim);
    const end = cutNear(units, sizes, start, size);
    chunks.push(chunk(chunks.length, units.slice(start, end)));
    start = overlapStart(units, sizes, start, end);
  }
  chunks.push(chunk(chunks.length, units.slice(start)));
  return chunks;
}

/** Tokens before each unit; one entry more than units. */
function runningSizes(units: readonly Unit[]): number[] {
  const sizes = [0];
  for (const { tokens } of units) sizes.push((sizes.at(-1) ?? 0) + tokens);
  return sizes;
}

/** The unit before which a chunk that begins at `start` ends. */
function cutNear(units: readonly Unit[], sizes: readonly number[], start: number, size: number): number {
  const from = sizes[start] ?? 0;
  return nearest(units, sizes, from + size, [from + size * CUT.earliest, from + size * CUT.latest], start + 1);
}

/** The unit with which the chunk after `start`–`end` begins. */
function overlapStart(units: readonly Unit[], sizes: readonly number[], start: number, end: number): number {
  const to = sizes[end] ?? 0;
  const size = to - (sizes[start] ?? 0);
  const range: [number, number] = [to - size * OVERLAP.most, to - size * OVERLAP.least];
  return nearest(units, sizes, to - size * OVERLAP.aim, range, start + 1);
}

/** The heading in the range that is nearest to the aim, else the unit nearest to it; never before `first`. */
function nearest(
  units: readonly Unit[],
  sizes: readonly number[],
  aim: number,
  [low, high]: readonly [number, number],
  first: number,
): number {
  let best = first;
  let bestRank = Number.POSITIVE_INFINITY;
  for (let at = first; at < units.length; at++) {
    const position = sizes[at] ?? 0;
    if (position > high && bestRank < Number.POSITIVE_INFINITY) break;
    // A heading at the very end of a chunk would be cut from its text: only the cut before it is good.
    const outside = position < low || position > high;
    const worse = units[at - 1]?.heading ? 1 : 0;
    const rank = Math.abs(position - aim) + (outside || !units[at]?.heading ? 1e6 : 0) + worse * 1e5;
    if (rank < bestRank) {
      best = at;
      bestRank = rank;
    }
  }
  return best;
}

function chunk(ordinal: number, units: readonly Unit[]): Chunk {
  const [first] = units;
  const sectionPath = first?.path ?? [];
  const headings = [...new Set(units.flatMap((unit) => unit.path))];
  let text = first?.heading || sectionPath.length === 0 ? "" : `${sectionPath.join(" › ")}\n\n`;
  units.forEach((unit, at) => {
    text += at === 0 ? unit.text.trimStart() : unit.glue + unit.text;
  });
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return { ordinal, sectionPath, headings, text, tokens: countTokens(text), hash };
}
