import { homedir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../contracts/settings.js";

/** Where this user's knowledge base is: as set, else in the cache folder, the only place p4rca may write unasked. */
export function knowledgePlace({ knowledge }: Settings): { path: string; site: string } {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "p4rca");
  return { path: knowledge?.file ?? join(cache, "knowledge.sqlite"), site: knowledge?.site ?? "" };
}
