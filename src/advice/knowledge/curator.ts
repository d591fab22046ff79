import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import type { FileOutcome, Intake } from "../../contracts/knowledge.js";
import type { KnowledgeDocument, KnowledgeFile } from "./documents/document.js";
import { readKnowledgeFile } from "./documents/read-document.js";
import { remember } from "./memory/case-memory.js";
import { incidentsIn } from "./memory/read-incidents.js";
import { refreshShipped } from "./shipped/refresh-shipped.js";
import { BUILT_DATABASE, hasShipped } from "./shipped/shipped-corpus.js";
import { DocumentStore } from "./store/document-store.js";
import { FORMAT, type KnowledgeDatabase, openKnowledgeDatabase } from "./store/knowledge-database.js";

/** A knowledge base open for adding and removing documents. */
export class Curator {
  readonly store: DocumentStore;

  constructor(
    readonly db: KnowledgeDatabase,
    private readonly nowMs: () => number,
  ) {
    this.store = new DocumentStore(db);
  }

  /** Adds the documents of a file in one transaction. A file that was added before and hasn't changed is not read again. */
  async add(file: KnowledgeFile, intake: Intake): Promise<FileOutcome> {
    const { path } = file;
    const hash = hashOf(file, intake);
    const before = this.store.keysOf(path, intake.site);
    if (this.knownHash(path, intake.site) === hash) {
      return { path, documents: [], untouched: before.length, removed: [], warnings: [] };
    }
    const { documents, warnings } = await readKnowledgeFile(file);
    const taken = documents.map((document) => this.taken(document, intake));
    const kept = new Set(taken.map((document) => document.id));
    const removed = before.filter((key) => !kept.has(key));
    const results: FileOutcome["documents"][number][] = [];
    this.db.transaction(() => {
      for (const document of taken) {
        const result = this.store.put(document, path, intake.site, this.nowMs());
        results.push({ id: document.id, title: document.title, result });
      }
      for (const key of removed) this.store.remove(key, intake.site);
      this.rememberIncidents(file, taken, intake.site);
      // A file that gave nothing is looked at again: what stood in the way may be gone with another version.
      if (taken.length > 0) this.noteHash(path, intake.site, hash);
    })();
    return { path, documents: results, untouched: 0, removed, warnings };
  }

  /** Brings the articles that come with p4rca to those of this version. */
  async refresh(): Promise<void> {
    if (!hasShipped(this.db)) await refreshShipped(this.db, this.nowMs());
  }

  remove(key: string, site: string): boolean {
    const file = this.db
      .prepare<[string, string], string>("SELECT file FROM document WHERE key = ? AND site = ?")
      .pluck()
      .get(key, site);
    if (file !== undefined) this.db.prepare("DELETE FROM file WHERE path = ? AND site = ?").run(file, site);
    return this.store.remove(key, site);
  }

  close(): void {
    this.db.close();
  }

  private taken(document: KnowledgeDocument, { site, trust, source, version }: Intake): KnowledgeDocument {
    // An article of the site that bears the id of a shipped one stands beside it: shipped ones are replaced by upgrades alone.
    const isShipped = site === "" && this.isShipped(document.id);
    return {
      ...document,
      id: isShipped ? `own/${document.id}` : document.id,
      trust: trust ?? document.trust,
      source: source ?? document.source,
      version: version ?? document.version,
    };
  }

  private isShipped(key: string): boolean {
    const trust = this.db.prepare<[string], string>("SELECT trust FROM document WHERE key = ? AND site = ''").pluck();
    return trust.get(key) === "shipped";
  }

  private rememberIncidents(file: KnowledgeFile, documents: readonly KnowledgeDocument[], site: string): void {
    if (!documents.some(({ kind }) => kind === "incident")) return;
    for (const { incident, verdict } of incidentsIn(file.bytes))
      remember(this.db, `${file.path}::${incident.id}`, site, incident, verdict);
  }

  private knownHash(path: string, site: string): string | undefined {
    return this.db
      .prepare<[string, string], string>("SELECT hash FROM file WHERE path = ? AND site = ?")
      .pluck()
      .get(path, site);
  }

  private noteHash(path: string, site: string, hash: string): void {
    this.db
      .prepare("INSERT INTO file VALUES (?, ?, ?) ON CONFLICT (path, site) DO UPDATE SET hash = excluded.hash")
      .run(path, site, hash);
  }
}

/** Opens a knowledge base for writing; a new one begins with the articles that come with p4rca. */
export async function openForCurating(path: string): Promise<Curator> {
  if (path !== ":memory:" && !existsSync(path) && existsSync(BUILT_DATABASE)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const part = `${path}.${process.pid}.part`;
    copyFileSync(BUILT_DATABASE, part);
    renameSync(part, path);
  }
  const curator = new Curator(openKnowledgeDatabase(path, "create"), Date.now);
  await curator.refresh();
  return curator;
}

function hashOf({ bytes }: KnowledgeFile, { trust, source, version }: Intake): string {
  const how = JSON.stringify([FORMAT, trust, source, version]);
  return createHash("sha256").update(how).update("\0").update(bytes).digest("hex");
}
