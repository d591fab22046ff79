import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type KnowledgeDatabase, readSetting, writeSetting } from "../store/knowledge-database.js";

/** Articles that come with p4rca, and the database that the build makes of them. Both stand beside src/ and dist/. */
const FOLDER = fileURLToPath(new URL("../../../../corpus/", import.meta.url));
export const BUILT_DATABASE = fileURLToPath(new URL("../../../../dist/shipped-knowledge.sqlite", import.meta.url));

const HASH = "shipped_hash";

/** The content of all shipped articles as one sha256. */
function shippedHash(): string {
  const hash = createHash("sha256");
  for (const path of articlePaths()) hash.update(`${path}\0`).update(readArticle(path)).update("\0");
  return hash.digest("hex");
}

/** Says that the database has the articles of this version. */
export function markShipped(db: KnowledgeDatabase): void {
  writeSetting(db, HASH, shippedHash());
}

/** True where the database has exactly the articles of this version. */
export function hasShipped(db: KnowledgeDatabase): boolean {
  return readSetting(db, HASH) === shippedHash();
}

/** A shipped article by its path within the folder. */
export function readArticle(path: string): Uint8Array {
  return readFileSync(FOLDER + path);
}

/** Paths within the folder, sorted: `causes/long-scan-query.md`. */
export function articlePaths(): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && path.includes("/"))
    .sort();
}
