import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";

let encoder: Tiktoken | undefined;

/**
 * Tokens of a text as cl100k_base counts them: the vocabulary that published token counts mostly mean. Local models have
 * their own, which count up to a third more; what must fit a model is counted again with the model's tokenizer.
 */
export function countTokens(text: string): number {
  encoder ??= new Tiktoken(cl100k);
  // Text of a document may spell a special token ("<|endoftext|>"); here it is text.
  return encoder.encode(text, [], []).length;
}
