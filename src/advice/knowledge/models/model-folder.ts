import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { EXIT, OperatorError } from "../../../base/errors.js";

/** A model in a local folder, complete and looked through, not loaded. */
export interface ModelFolder {
  readonly path: string;
  /** Folder above it and its own name, as transformers.js wants them. */
  readonly parent: string;
  readonly name: string;
  readonly kind: "embedding" | "cross-encoder";
  readonly dimensions: number;
  /** Tokens that it takes at once, special ones included. */
  readonly maxTokens: number;
  readonly quantized: boolean;
  readonly onnxPath: string;
  readonly bytes: number;
}

const PARTS = ["config.json", "tokenizer.json", "tokenizer_config.json"];
const SENTENCES = "sentence_bert_config.json";
const QUANTIZED = "onnx/model_quantized.onnx";
const PLAIN = "onnx/model.onnx";
/** Windows longer than this blur what they are about, whatever the model takes. */
const LONGEST = 512;

/**
 * Looks through a model's folder.
 *
 * @throws OperatorError (exit 4) that names the part that is missing or can't be read
 */
export function openModelFolder(folder: string): ModelFolder {
  const path = resolve(folder);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw broken(path, "is no folder");
  const missing = PARTS.filter((part) => !existsSync(join(path, part)));
  const quantized = existsSync(join(path, QUANTIZED));
  if (!quantized && !existsSync(join(path, PLAIN))) missing.push(`${QUANTIZED} or ${PLAIN}`);
  if (missing.length > 0) throw broken(path, `lacks ${missing.join(", ")}`);
  const config = readJson(path, "config.json");
  const tokenizer = readJson(path, "tokenizer_config.json");
  // Sentence models say how long a text they were trained on.
  const sentences = existsSync(join(path, SENTENCES)) ? readJson(path, SENTENCES) : {};
  const limits = [tokenizer.model_max_length, config.max_position_embeddings, sentences.max_seq_length];
  const architectures = Array.isArray(config.architectures) ? config.architectures.join(" ") : "";
  const onnxPath = join(path, quantized ? QUANTIZED : PLAIN);
  return {
    ...{ path, parent: dirname(path), name: basename(path), quantized, onnxPath },
    kind: architectures.includes("ForSequenceClassification") ? "cross-encoder" : "embedding",
    dimensions: numberOf(config.hidden_size) ?? numberOf(config.dim) ?? 0,
    maxTokens: Math.min(LONGEST, ...limits.flatMap((limit) => numberOf(limit) ?? [])),
    bytes: statSync(onnxPath).size,
  };
}

/** Models in a folder of models, with what is wrong with those that are not complete. */
export function listModelFolders(
  folder: string,
): { name: string; model: ModelFolder | null; problem: string | null }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      try {
        return { name, model: openModelFolder(join(folder, name)), problem: null };
      } catch (error) {
        return { name, model: null, problem: error instanceof Error ? error.message : String(error) };
      }
    });
}

/** Name of the model and the first 12 digits of its content's sha256. */
export async function modelIdOf({ name, onnxPath }: ModelFolder): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(onnxPath)) hash.update(chunk as Buffer);
  return `${name}@${hash.digest("hex").slice(0, 12)}`;
}

function readJson(path: string, part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(join(path, part), "utf8"));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw broken(path, `has a damaged ${part}`);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 && value < 1e6 ? value : undefined;
}

function broken(path: string, what: string): OperatorError {
  const hint =
    "A model's folder has config.json, tokenizer.json, tokenizer_config.json and onnx/model_quantized.onnx; p4rca models pull fetches one.";
  return new OperatorError("no-model", `the model folder ${path} ${what}`, EXIT.service, hint);
}
