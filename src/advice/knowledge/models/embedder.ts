import type { VectorSpace } from "../vectors/vector-store.js";
import { type ModelFolder, modelIdOf, openModelFolder } from "./model-folder.js";
import { loadTransformers, quietly, unloadable } from "./transformers.js";

export interface Embedder extends VectorSpace {
  readonly maxTokens: number;
  /** Unit vectors of texts, each within the model's limit; what is beyond it is not seen. */
  embed(texts: readonly string[]): Promise<Float32Array[]>;
  /** A text as overlapping windows that fit the model with a heading before each, and that together have every word. */
  windows(text: string, heading: string): string[];
}

/** Part of a window that the next one repeats. */
const OVERLAP = 0.2;
/** [CLS] and [SEP]. */
const SPECIAL_TOKENS = 2;
/** A word beyond this is cut, so that no window is one word that doesn't fit. */
const LONGEST_WORD = 60;

/**
 * Loads an embedding model from its folder; nothing is fetched.
 *
 * @throws OperatorError (exit 4) where the folder is not complete, is no embedding model, or can't be loaded
 */
export async function openEmbedder(folder: string): Promise<Embedder> {
  const model = openModelFolder(folder);
  if (model.kind !== "embedding") throw unloadable(model, new Error("it is a cross-encoder, no embedding model"));
  const { AutoModel, AutoTokenizer, mean_pooling } = await loadTransformers(model);
  try {
    const options = { quantized: model.quantized, local_files_only: true };
    const tokenizer = await AutoTokenizer.from_pretrained(model.name, options);
    const network = await quietly(() => AutoModel.from_pretrained(model.name, options));
    const tokensOf = (text: string): number => tokenizer.encode(text, null, { add_special_tokens: false }).length;
    const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
      if (texts.length === 0) return [];
      const inputs = tokenizer([...texts], { padding: true, truncation: true, max_length: model.maxTokens });
      const { last_hidden_state: states } = await network(inputs);
      const pooled = mean_pooling(states, inputs.attention_mask).normalize(2, -1);
      const width = pooled.dims[1] ?? 0;
      const data = pooled.data as Float32Array;
      return texts.map((_, row) => Float32Array.from(data.subarray(row * width, (row + 1) * width)));
    };
    const [probe] = await embed(["lock"]);
    return {
      ...{ modelId: await modelIdOf(model), dimensions: probe?.length ?? 0, maxTokens: model.maxTokens, embed },
      windows: (text, heading) => windowsOf(text, tokensOf, roomFor(model, tokensOf(heading))),
    };
  } catch (error) {
    throw unloadable(model, error);
  }
}

/** Tokens that a window may have beside its heading; a long heading takes no more than half. */
function roomFor({ maxTokens }: ModelFolder, heading: number): number {
  return maxTokens - SPECIAL_TOKENS - Math.min(heading, Math.floor(maxTokens / 2));
}

/** Cuts a text into windows of at most `room` tokens at the borders of words, each repeating the end of the one before. */
export function windowsOf(text: string, tokensOf: (text: string) => number, room: number): string[] {
  const words = [...text.matchAll(/\S+/g)].flatMap(([word]) => piecesOf(word));
  const sizes = words.map(tokensOf);
  const windows: string[] = [];
  for (let from = 0; from < words.length; ) {
    let to = from;
    for (let size = 0; to < words.length; to++) {
      size += sizes[to] ?? 0;
      if (size > room && to > from) break;
    }
    windows.push(words.slice(from, to).join(" "));
    if (to >= words.length) break;
    // At least one word further each time, whatever the sizes.
    from = Math.max(from + 1, to - Math.floor((to - from) * OVERLAP));
  }
  return windows;
}

function piecesOf(word: string): string[] {
  if (word.length <= LONGEST_WORD) return [word];
  const pieces: string[] = [];
  for (let at = 0; at < word.length; at += LONGEST_WORD) pieces.push(word.slice(at, at + LONGEST_WORD));
  return pieces;
}
