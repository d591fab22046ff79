import type { KnowledgeDocument } from "../documents/document.js";
import { readKnowledgeFile } from "../documents/read-document.js";
import { DocumentStore } from "../store/document-store.js";
import type { KnowledgeDatabase } from "../store/knowledge-database.js";
import { articlePaths, markShipped, readArticle } from "./shipped-corpus.js";

/**
 * Brings the shipped articles of a database to those of this version: unchanged ones cost their hash, ones that are
 * gone are removed. Documents of sites are not touched.
 */
export async function refreshShipped(db: KnowledgeDatabase, nowMs: number): Promise<void> {
  const documents = await readShipped();
  const store = new DocumentStore(db);
  const kept = new Set(documents.map(({ document }) => document.id));
  db.transaction(() => {
    for (const { key, trust } of store.list([""])) if (trust === "shipped" && !kept.has(key)) store.remove(key, "");
    for (const { path, document } of documents) store.put(document, path, "", nowMs);
    markShipped(db);
  })();
}

async function readShipped(): Promise<{ path: string; document: KnowledgeDocument }[]> {
  const documents: { path: string; document: KnowledgeDocument }[] = [];
  for (const path of articlePaths()) {
    const reading = await readKnowledgeFile({ path, bytes: readArticle(path) });
    for (const document of reading.documents) documents.push({ path, document: { ...document, trust: "shipped" } });
  }
  return documents;
}
