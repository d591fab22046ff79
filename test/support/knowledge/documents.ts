import type { Facets, KnowledgeDocument } from "../../../src/advice/knowledge/documents/document.js";
import { NO_FACETS } from "../../../src/advice/knowledge/documents/document.js";
import { DocumentStore } from "../../../src/advice/knowledge/store/document-store.js";
import {
  type KnowledgeDatabase,
  openKnowledgeDatabase,
} from "../../../src/advice/knowledge/store/knowledge-database.js";

/** A document of one section for each heading; `text` before the first heading. */
export function document(
  id: string,
  title: string,
  text: string,
  more: { facets?: Partial<Facets>; sections?: Readonly<Record<string, string>> } & Partial<
    Omit<KnowledgeDocument, "facets" | "sections">
  > = {},
): KnowledgeDocument {
  const { facets, sections, ...rest } = more;
  return {
    id,
    title,
    kind: "article",
    source: `https://example.com/${id}`,
    version: null,
    trust: "site",
    facets: { ...NO_FACETS, ...facets },
    ...rest,
    sections: [
      { path: [], blocks: [{ kind: "prose", text }] },
      ...Object.entries(sections ?? {}).map(([heading, body]) => ({
        path: [heading],
        blocks: [{ kind: "prose" as const, text: body }],
      })),
    ],
  };
}

/** A knowledge base in memory with these documents, by site. */
export function knowledgeOf(bySite: Readonly<Record<string, readonly KnowledgeDocument[]>>): KnowledgeDatabase {
  const db = openKnowledgeDatabase(":memory:", "create");
  const store = new DocumentStore(db);
  for (const [site, documents] of Object.entries(bySite))
    for (const one of documents) store.put(one, `${one.id}.md`, site, 0);
  return db;
}
