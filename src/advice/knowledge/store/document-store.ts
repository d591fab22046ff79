import { createHash } from "node:crypto";
import type { FileOutcome, StoredDocument, Trust } from "../../../contracts/knowledge.js";
import { type Chunk, chunkDocument } from "../chunks/chunk-document.js";
import type { Facets, KnowledgeDocument, Section } from "../documents/document.js";
import { termText } from "../search/terms.js";
import type { KnowledgeDatabase } from "./knowledge-database.js";

type PutResult = FileOutcome["documents"][number]["result"];

/** Documents and their passages in the database. Each call is one transaction, or part of the caller's. */
export class DocumentStore {
  constructor(private readonly db: KnowledgeDatabase) {}

  /**
   * Adds a document, or replaces what stood under its id for the site. The same content again costs no more than its
   * hash. A change gives every passage a new number, so that nothing of the old text is found any more.
   */
  put(document: KnowledgeDocument, file: string, site: string, nowMs: number): PutResult {
    const contentHash = hashOf(document);
    const known = this.db
      .prepare<[string, string], { id: number; content_hash: string }>(
        "SELECT id, content_hash FROM document WHERE key = ? AND site = ?",
      )
      .get(document.id, site);
    if (known?.content_hash === contentHash) return "unchanged";
    this.db.transaction(() => {
      if (known !== undefined) this.drop(known.id);
      this.insert(document, { file, site, contentHash, nowMs });
    })();
    return known === undefined ? "added" : "changed";
  }

  /** Removes a document of a site; false where there is none. */
  remove(key: string, site: string): boolean {
    const id = this.db
      .prepare<[string, string], number>("SELECT id FROM document WHERE key = ? AND site = ?")
      .pluck()
      .get(key, site);
    if (id === undefined) return false;
    this.db.transaction(() => this.drop(id))();
    return true;
  }

  /** Ids of the documents of a file. */
  keysOf(file: string, site: string): string[] {
    return this.db
      .prepare<[string, string], string>("SELECT key FROM document WHERE file = ? AND site = ?")
      .pluck()
      .all(file, site);
  }

  /** Labels of all sites that have documents; the empty one always. */
  sites(): string[] {
    const labels = this.db.prepare<[], string>("SELECT DISTINCT site FROM document ORDER BY site").pluck().all();
    return [...new Set(["", ...labels])];
  }

  /** Documents of these sites by site and id. */
  list(sites: readonly string[]): StoredDocument[] {
    return this.db
      .prepare<[string], StoredDocument>(
        `SELECT d.key, d.site, d.title, d.kind, d.source, d.version, d.trust, d.content_hash AS contentHash,
           d.added_ms AS addedMs, count(p.id) AS passages, coalesce(sum(p.tokens), 0) AS tokens
         FROM document AS d LEFT JOIN passage AS p ON p.document_id = d.id
         WHERE d.site IN (SELECT value FROM json_each(?)) GROUP BY d.id ORDER BY d.site, d.key`,
      )
      .all(JSON.stringify(sites));
  }

  private drop(id: number): void {
    this.db.prepare("DELETE FROM passage_terms WHERE rowid IN (SELECT id FROM passage WHERE document_id = ?)").run(id);
    this.db.prepare("DELETE FROM document WHERE id = ?").run(id);
  }

  private insert(
    document: KnowledgeDocument,
    { file, site, contentHash, nowMs }: { file: string; site: string; contentHash: string; nowMs: number },
  ): void {
    const { id: key, title, kind, source, version, trust, facets, sections } = document;
    const { lastInsertRowid } = this.db
      .prepare(
        `INSERT INTO document (key, site, file, title, kind, source, version, trust, facets, sections, content_hash, added_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        key,
        site,
        file,
        title,
        kind,
        source,
        version,
        trust,
        JSON.stringify(facets),
        JSON.stringify(sections),
        contentHash,
        nowMs,
      );
    for (const chunk of chunkDocument(document))
      this.insertPassage(Number(lastInsertRowid), document, chunk, passageHandle(site, key, chunk));
  }

  private insertPassage(documentId: number, document: KnowledgeDocument, chunk: Chunk, handle: string): void {
    const { lastInsertRowid } = this.db
      .prepare(
        `INSERT INTO passage (document_id, ordinal, section_path, text, tokens, hash, handle) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(documentId, chunk.ordinal, JSON.stringify(chunk.sectionPath), chunk.text, chunk.tokens, chunk.hash, handle);
    this.db
      .prepare("INSERT INTO passage_terms (rowid, title, headings, names, lead, body) VALUES (?, ?, ?, ?, ?, ?)")
      .run(
        lastInsertRowid,
        termText(document.title),
        termText(chunk.headings.join("\n")),
        nameText(document),
        chunk.ordinal === 0 ? termText(leadOf(document)) : "",
        termText(chunk.text),
      );
  }
}

/** `long-scan-query#0@3fa9c1d2e0b4`, with `site/` in front where the document is a site's own. */
function passageHandle(site: string, key: string, { ordinal, hash }: Chunk): string {
  return `${site === "" ? "" : `${site}/`}${key}#${ordinal}@${hash}`;
}

/** Headings under which a document says how trouble looks to people. */
const NOTICED = /symptom|what (?:users|people|you) (?:see|notice)|^problem|^summary|^description/i;

/** What a document says first of all, and of what people notice. */
function leadOf({ sections }: KnowledgeDocument): string {
  const first = sections.find(({ blocks }) => blocks.length > 0)?.blocks.slice(0, 1) ?? [];
  const noticed = sections
    .filter(({ path }) => path.some((name) => NOTICED.test(name)))
    .flatMap(({ blocks }) => blocks);
  return [...first, ...noticed].map(({ text }) => text).join("\n");
}

/** Exact names that the document is about; an article's id is the id of the cause it explains. */
function nameText({ id, kind, facets }: KnowledgeDocument): string {
  const { tables, commands, categories, configurables } = facets;
  return termText(
    [...(kind === "article" ? [id] : []), ...tables, ...commands, ...categories, ...configurables].join("\n"),
  );
}

function hashOf(document: KnowledgeDocument): string {
  const { title, kind, source, version, trust, facets, sections } = document;
  const content: readonly [string, string, string, string | null, Trust, Facets, readonly Section[]] = [
    title,
    kind,
    source,
    version,
    trust,
    facets,
    sections,
  ];
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
