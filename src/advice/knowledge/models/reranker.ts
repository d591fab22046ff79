import { openModelFolder } from "./model-folder.js";
import { loadTransformers, quietly, unloadable } from "./transformers.js";

/** How well each text answers the question, as a cross-encoder that reads both together says; higher is better. */
export type Reranker = (question: string, texts: readonly string[]) => Promise<number[]>;

/**
 * Loads a cross-encoder from its folder; nothing is fetched.
 *
 * @throws OperatorError (exit 4) where the folder is not complete, is no cross-encoder, or can't be loaded
 */
export async function openReranker(folder: string): Promise<Reranker> {
  const model = openModelFolder(folder);
  if (model.kind !== "cross-encoder") throw unloadable(model, new Error("it is an embedding model, no cross-encoder"));
  const { AutoModelForSequenceClassification, AutoTokenizer } = await loadTransformers(model);
  try {
    const options = { quantized: model.quantized, local_files_only: true };
    const tokenizer = await AutoTokenizer.from_pretrained(model.name, options);
    const network = await quietly(() => AutoModelForSequenceClassification.from_pretrained(model.name, options));
    return async (question, texts) => {
      if (texts.length === 0) return [];
      const inputs = tokenizer(Array(texts.length).fill(question), {
        ...{ text_pair: [...texts], padding: true, truncation: true, max_length: model.maxTokens },
      });
      const { logits } = await network(inputs);
      const width = logits.dims[1];
      // One figure a pair is relevance; of two classes the second is "relevant".
      return texts.map((_, row) => Number(logits.data[row * width + width - 1]));
    };
  } catch (error) {
    throw unloadable(model, error);
  }
}
