import type { Block, KnowledgeDocument } from "../documents/document.js";
import { countTokens } from "./count-tokens.js";

/** The smallest piece that a chunk is made of: a sentence, a line of code, a row, a heading. */
export interface Unit {
  readonly text: string;
  /** What stands between this unit and the one before it in the same chunk. */
  readonly glue: "" | " " | "\n" | "\n\n";
  readonly tokens: number;
  /** Headings above the unit. */
  readonly path: readonly string[];
  readonly heading: boolean;
}

/** Overlaps are cut between units: longer ones would leave no cut between a fifth and three tenths of a chunk. */
const UNIT_TOKENS = 56;
/** Beyond this a word is no word (base64, a minified line) and is cut anywhere. */
const WORD_CHARACTERS = 120;

/** A document as its units, in order. Words are never lost; a run of white space may become one space. */
export function unitsOf(document: KnowledgeDocument): Unit[] {
  const units: Unit[] = [];
  let last: readonly string[] = [];
  for (const { path, blocks } of document.sections) {
    const shared = path.findIndex((name, depth) => last[depth] !== name);
    const from = shared === -1 ? path.length : shared;
    for (let depth = from; depth < path.length; depth++)
      add(units, path[depth] ?? "", "\n\n", path.slice(0, depth + 1), true);
    last = path;
    blocks.forEach((block, at) => {
      // Items of a list and rows of a table stand close.
      const close = block.kind === blocks[at - 1]?.kind && (block.kind === "list" || block.kind === "table");
      addBlock(units, block, path, close ? "\n" : "\n\n");
    });
  }
  return units;
}

function addBlock(units: Unit[], block: Block, path: readonly string[], first: Unit["glue"]): void {
  const between = block.kind === "code" ? "\n" : " ";
  let glue = first;
  for (const piece of block.kind === "code" ? block.text.split("\n") : sentences(block.text)) {
    for (const part of cutToSize(piece)) {
      add(units, part, glue, path, false);
      glue = ""; // parts of one piece bring the white space between them
    }
    glue = between;
  }
}

function add(units: Unit[], text: string, glue: Unit["glue"], path: readonly string[], heading: boolean): void {
  if (text.trim() !== "") units.push({ text, glue, tokens: countTokens(glue + text), path, heading });
}

const SENTENCE = new Intl.Segmenter("en", { granularity: "sentence" });

function sentences(text: string): string[] {
  const found: string[] = [];
  for (const line of text.split("\n"))
    for (const { segment } of SENTENCE.segment(line)) if (segment.trim() !== "") found.push(segment.trim());
  return found;
}

/** A piece in parts of at most UNIT_TOKENS tokens, cut between words where it has any. */
function cutToSize(piece: string): string[] {
  // A token is at least one byte; the count is only needed where that bound does not answer.
  if (piece.length <= UNIT_TOKENS || countTokens(piece) <= UNIT_TOKENS) return [piece];
  const parts: string[] = [];
  let part = "";
  let tokens = 0;
  for (const word of words(piece)) {
    const size = countTokens(word);
    if (tokens + size > UNIT_TOKENS && part !== "") {
      parts.push(part);
      part = "";
      tokens = 0;
    }
    part += word;
    tokens += size;
  }
  if (part.trim() !== "") parts.push(part);
  return parts;
}

/** Words with the white space before them, so that joined again they are the piece. */
function* words(piece: string): Generator<string> {
  for (const [word] of piece.matchAll(/\s*\S+|\s+/g)) {
    for (let at = 0; at < word.length; at += WORD_CHARACTERS) yield word.slice(at, at + WORD_CHARACTERS);
  }
}
