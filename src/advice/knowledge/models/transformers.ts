import { EXIT, OperatorError } from "../../../base/errors.js";
import type { ModelFolder } from "./model-folder.js";

type Transformers = typeof import("@xenova/transformers");

/**
 * Loads transformers.js for local models alone: it may fetch nothing and keep nothing.
 *
 * @throws OperatorError (exit 4) where the optional package is not installed
 */
export async function loadTransformers({ parent }: ModelFolder): Promise<Transformers> {
  let transformers: Transformers;
  try {
    transformers = await import("@xenova/transformers");
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new OperatorError(
      "no-transformers",
      `local models need the package @xenova/transformers, which can't be loaded (${reason})`,
      EXIT.service,
      "Install it beside p4rca, or leave the model out: search by words needs none.",
    );
  }
  const { env } = transformers;
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.useFSCache = false;
  env.useBrowserCache = false;
  env.localModelPath = parent;
  return transformers;
}

/** Loads without what the runtime prints to the terminal; what goes wrong is thrown all the same. */
export async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const { error, warn } = console;
  console.error = console.warn = () => {};
  try {
    return await load();
  } finally {
    Object.assign(console, { error, warn });
  }
}

/** What a model that can't be loaded is called. */
export function unloadable({ path }: ModelFolder, error: unknown): OperatorError {
  const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
  return new OperatorError(
    "bad-model",
    `the model in ${path} can't be loaded: ${reason}`,
    EXIT.service,
    "Fetch it again.",
  );
}
