import { homedir } from "node:os";
import { join } from "node:path";
import type { KnowledgePlace } from "../contracts/knowledge.js";
import type { Settings } from "../contracts/settings.js";

/** Where this user's knowledge base is: as set, else in the cache folder, the only place p4rca may write unasked. */
export function knowledgePlace({ knowledge }: Settings): KnowledgePlace & { readonly path: string } {
  const { file, site, embedding, reranker, chroma } = knowledge ?? {};
  return { path: file ?? cacheFolder("knowledge.sqlite"), site: site ?? "", embedding, reranker, chroma };
}

/** A place in p4rca's cache folder. */
export function cacheFolder(name: string): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "p4rca", name);
}
