import { createHash } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { EXIT, Interrupted, OperatorError } from "../../../base/errors.js";
import type { ProgressListener } from "../../../base/progress.js";

export interface PulledFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

const HUB = "https://huggingface.co";
const FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model_quantized.onnx"];
/** Owner and name; nothing that could leave the folder. */
const MODEL_ID = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/; // Xenova/all-MiniLM-L6-v2
const PATIENCE_MS = 60_000;

/**
 * Fetches a model into `folder/NAME`, file by file. This is the only code of p4rca that goes to the internet, and it
 * runs only when asked to. Files that are there already are kept.
 *
 * @param hub another address for tests and mirrors
 * @throws OperatorError (exit 4) without a network, for an unknown model, or a file that is cut off
 */
export async function pullModel(
  id: string,
  folder: string,
  listener: { readonly progress: ProgressListener; readonly checkpoint: () => void },
  hub: string = HUB,
): Promise<PulledFile[]> {
  if (!MODEL_ID.test(id))
    throw new OperatorError(
      "bad-model-id",
      `${id} is no model's id`,
      EXIT.usage,
      "Say OWNER/NAME, for instance Xenova/all-MiniLM-L6-v2.",
    );
  const target = join(folder, id.slice(id.indexOf("/") + 1));
  const pulled: PulledFile[] = [];
  for (const name of FILES) {
    listener.checkpoint();
    const path = join(target, name);
    if (existsSync(path)) continue;
    pulled.push(await fetchFile(`${hub}/${id}/resolve/main/${name}`, name, path, listener));
  }
  return pulled;
}

async function fetchFile(
  url: string,
  name: string,
  path: string,
  { progress, checkpoint }: { readonly progress: ProgressListener; readonly checkpoint: () => void },
): Promise<PulledFile> {
  const answer = await ask(url);
  const total = Number(answer.headers.get("content-length") ?? 0) || null;
  const hash = createHash("sha256");
  let done = 0;
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      try {
        checkpoint();
        hash.update(chunk);
        done += chunk.length;
        progress({ stage: "fetch", done, total, unit: "bytes", detail: name });
        next(null, chunk);
      } catch (error) {
        next(error as Error);
      }
    },
  });
  const part = `${path}.part`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    if (answer.body === null) throw new Error("no content");
    await pipeline(
      Readable.fromWeb(answer.body as import("node:stream/web").ReadableStream),
      watch,
      createWriteStream(part),
    );
    // A length of compressed content is not that of the file.
    if (total !== null && answer.headers.get("content-encoding") === null && done !== total)
      throw new Error(`${done} of ${total} bytes came`);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    if (error instanceof Interrupted) throw error;
    throw offline(url, error);
  }
  return { name, bytes: statSync(path).size, sha256: hash.digest("hex") };
}

async function ask(url: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), headers: { "user-agent": "p4rca" } });
  } catch (error) {
    throw offline(url, error);
  }
  if (answer.ok) return answer;
  throw new OperatorError(
    "no-model",
    `${url} answered ${answer.status}: no such model, or no such file of it`,
    EXIT.service,
    BY_HAND,
  );
}

const BY_HAND =
  "Without a network: fetch config.json, tokenizer.json, tokenizer_config.json and onnx/model_quantized.onnx elsewhere and copy them into a folder named after the model.";

function offline(url: string, error: unknown): OperatorError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new OperatorError("no-network", `${url} can't be fetched: ${reason}`, EXIT.service, BY_HAND);
}
