import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes real, tiny models, so that tests run the code that loads real ones: a WordPiece tokenizer and an ONNX graph that looks
 * up a vector for each token (embedding model), or takes the largest of a figure for each token (cross-encoder).
 */
export const DIMENSIONS = 16;
export const MAX_TOKENS = 24;

/** Words that the tokenizer knows whole; synonyms stand in one line and get nearly the same vector. */
const MEANINGS = [
  ["lock", "locks", "locked", "held"],
  ["disk", "storage", "volume"],
  ["replica", "standby", "mirror"],
  ["slow", "sluggish", "crawls"],
  ["network", "line", "connection"],
  ["memory", "ram"],
];
const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,:;!?()-_/'\"@#".split("");
const VOCABULARY = [...SPECIAL, ...MEANINGS.flat(), ...LETTERS, ...LETTERS.map((letter) => `##${letter}`)];

export function writeTinyEmbedder(folder: string): void {
  const rows = VOCABULARY.map((word) => vectorOf(word));
  writeModel(folder, "BertModel", embeddingGraph(rows));
}

/** Prefers texts with the word "lock". */
export function writeTinyReranker(folder: string): void {
  const rows = VOCABULARY.map((word) => [MEANINGS[0]?.includes(word) ? 1 : 0]);
  writeModel(folder, "BertForSequenceClassification", scoreGraph(rows));
}

function vectorOf(word: string): number[] {
  if (SPECIAL.includes(word)) return Array(DIMENSIONS).fill(0);
  const line = MEANINGS.findIndex((words) => words.includes(word));
  if (line === -1)
    return Array.from({ length: DIMENSIONS }, (_, i) => 0.02 * Math.sin(word.charCodeAt(word.length - 1) * (i + 1)));
  const shade = MEANINGS[line]?.indexOf(word) ?? 0;
  return Array.from({ length: DIMENSIONS }, (_, i) => (i === line ? 1 : 0) + (i === DIMENSIONS - 1 ? 0.1 * shade : 0));
}

function writeModel(folder: string, architecture: string, onnx: Uint8Array): void {
  mkdirSync(join(folder, "onnx"), { recursive: true });
  const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value));
  const config = {
    architectures: [architecture],
    model_type: "bert",
    hidden_size: DIMENSIONS,
    max_position_embeddings: 512,
  };
  const tokens = {
    pad_token: "[PAD]",
    unk_token: "[UNK]",
    cls_token: "[CLS]",
    sep_token: "[SEP]",
    mask_token: "[MASK]",
  };
  write("config.json", config);
  write("tokenizer_config.json", {
    tokenizer_class: "BertTokenizer",
    model_max_length: MAX_TOKENS,
    do_lower_case: true,
    ...tokens,
  });
  write("tokenizer.json", tokenizer());
  writeFileSync(join(folder, "onnx", "model_quantized.onnx"), onnx);
}

function tokenizer(): object {
  const id = (token: string) => VOCABULARY.indexOf(token);
  const special = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } });
  const sequence = (name: string, type: number) => ({ Sequence: { id: name, type_id: type } });
  const entry = (token: string) => [token, { id: token, ids: [id(token)], tokens: [token] }] as const;
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content) => ({
      ...{
        id: id(content),
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [special("[CLS]"), sequence("A", 0), special("[SEP]")],
      pair: [special("[CLS]"), sequence("A", 0), special("[SEP]"), sequence("B", 1), special("[SEP]")],
      special_tokens: Object.fromEntries([entry("[CLS]"), entry("[SEP]")]),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      ...{ type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100 },
      vocab: Object.fromEntries(VOCABULARY.map((word, index) => [word, index])),
    },
  };
}

/** last_hidden_state = Gather(table, input_ids) */
function embeddingGraph(rows: readonly (readonly number[])[]): Uint8Array {
  const node = nodeOf("Gather", ["table", "input_ids"], ["last_hidden_state"]);
  return modelOf([node], rows, "last_hidden_state", 3);
}

/** Types of attributes. */
const INTEGER = 2;
const INTEGERS = 7;

/** logits = ReduceMax over the tokens of Gather(table, input_ids) */
function scoreGraph(rows: readonly (readonly number[])[]): Uint8Array {
  const gather = nodeOf("Gather", ["table", "input_ids"], ["figures"]);
  const axes = joined(bytesField(1, "axes"), varintField(8, 1), varintField(20, INTEGERS));
  const keep = joined(bytesField(1, "keepdims"), varintField(3, 0), varintField(20, INTEGER));
  const reduce = nodeOf("ReduceMax", ["figures"], ["logits"], [axes, keep]);
  return modelOf([gather, reduce], rows, "logits", 2);
}

// ONNX is a protocol buffer (onnx.proto3); these few messages are all that is needed.

function modelOf(
  nodes: readonly Uint8Array[],
  rows: readonly (readonly number[])[],
  output: string,
  rank: number,
): Uint8Array {
  const width = rows[0]?.length ?? 0;
  const floats = Float32Array.from(rows.flat());
  const table = joined(
    varintField(1, rows.length),
    varintField(1, width),
    varintField(2, 1),
    bytesField(8, "table"),
    bytesField(9, new Uint8Array(floats.buffer)),
  );
  const inputs = ["input_ids", "attention_mask", "token_type_ids"].map((name) => bytesField(11, valueInfo(name, 7, 2)));
  const graph = joined(
    ...nodes.map((node) => bytesField(1, node)),
    bytesField(2, "tiny"),
    bytesField(5, table),
    ...inputs,
    bytesField(12, valueInfo(output, 1, rank)),
  );
  const opset = joined(bytesField(1, ""), varintField(2, 11));
  return joined(varintField(1, 7), bytesField(7, graph), bytesField(8, opset));
}

/** A tensor with dimensions of any size. */
function valueInfo(name: string, elementType: number, rank: number): Uint8Array {
  const dimensions = Array.from({ length: rank }, (_, i) => bytesField(1, bytesField(2, `d${i}`)));
  const tensor = joined(varintField(1, elementType), bytesField(2, joined(...dimensions)));
  return joined(bytesField(1, name), bytesField(2, bytesField(1, tensor)));
}

function nodeOf(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly Uint8Array[] = [],
): Uint8Array {
  return joined(
    ...inputs.map((name) => bytesField(1, name)),
    ...outputs.map((name) => bytesField(2, name)),
    bytesField(4, operator),
    ...attributes.map((one) => bytesField(5, one)),
  );
}

function varintField(field: number, value: number): Uint8Array {
  return joined(varint(field * 8), varint(value));
}

function bytesField(field: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return joined(varint(field * 8 + 2), varint(bytes.length), bytes);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
