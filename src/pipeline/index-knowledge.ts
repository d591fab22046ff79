import {
  fetchModel,
  type IndexResult,
  indexKnowledge,
  listModels,
  moveKnowledge,
  serveChroma,
} from "../advice/knowledge/knowledge.js";
import { EXIT, OperatorError } from "../base/errors.js";
import type { ProgressListener } from "../base/progress.js";
import type { KnowledgePlace } from "../contracts/knowledge.js";

type Place = KnowledgePlace & { readonly path: string };

interface Listener {
  readonly progress: ProgressListener;
  readonly checkpoint: () => void;
}

/** `p4rca corpus index`: shipped articles and vectors brought up to date. */
export function bringUpToDate(place: Place, listener: Listener): Promise<IndexResult> {
  return indexKnowledge(place, listener);
}

/** `p4rca corpus index --move-to`: vectors to a chroma server, or back into the knowledge base. */
export async function moveVectorsTo(place: Place, to: "chroma" | "embedded"): Promise<number> {
  const { embedding, chroma } = place;
  if (embedding === undefined || chroma === undefined)
    throw new OperatorError(
      "usage",
      "--move-to needs to know the model and the chroma server",
      EXIT.usage,
      "Add --embedding FOLDER and --chroma URL.",
    );
  return moveKnowledge({ ...place, embedding, chroma }, to);
}

/** `p4rca corpus serve`: a chroma server until the operator ends it. */
export async function serveUntilEnded(
  dataFolder: string,
  port: number | null,
  on: { readonly ready: (url: string) => void; readonly checkpoint: () => void },
): Promise<void> {
  const server = await serveChroma(dataFolder, port);
  on.ready(server.url);
  let over = false;
  server.ended.then(() => {
    over = true;
  });
  try {
    while (!over) {
      on.checkpoint();
      await Promise.race([server.ended, new Promise((resolve) => setTimeout(resolve, 200))]);
    }
    throw new OperatorError("chroma-ended", "the chroma server ended by itself", EXIT.service);
  } finally {
    if (!over) await server.stop();
  }
}

export interface ModelRow {
  readonly name: string;
  readonly kind: string;
  readonly dimensions: number | null;
  readonly "max tokens": number | null;
  readonly MB: number | null;
  readonly problem: string;
}

/** `p4rca models list`. */
export async function modelRows(folder: string): Promise<ModelRow[]> {
  return (await listModels(folder)).map(({ name, model, problem }) => ({
    name,
    kind: model?.kind ?? "incomplete",
    dimensions: model?.dimensions ?? null,
    "max tokens": model?.maxTokens ?? null,
    MB: model === null ? null : Math.round(model.bytes / 1e5) / 10,
    problem: problem ?? "",
  }));
}

/** `p4rca models pull`. */
export function pull(id: string, folder: string, listener: Listener) {
  return fetchModel(id, folder, listener);
}
