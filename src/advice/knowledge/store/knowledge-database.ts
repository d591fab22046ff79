import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { EXIT, OperatorError } from "../../../base/errors.js";

export type KnowledgeDatabase = Database.Database;

/** Raised when tables, terms or chunks are made differently: what an older version indexed is then indexed again. */
export const FORMAT = 1;

const SCHEMA = `
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE file (
  path TEXT NOT NULL,                  -- as it was read
  site TEXT NOT NULL,                  -- label of the site that alone may see its documents; '' for all
  hash TEXT NOT NULL,                  -- sha256 of its bytes and of how they were to be read
  PRIMARY KEY (path, site)
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
  id           INTEGER PRIMARY KEY,
  key          TEXT NOT NULL,          -- the document's id: an article's own, else its path
  site         TEXT NOT NULL,          -- label of the site that alone may see it; '' for all
  file         TEXT NOT NULL,          -- path of the file it is in
  title        TEXT NOT NULL,
  kind         TEXT NOT NULL,          -- DocumentKind
  source       TEXT NOT NULL,          -- address, else path
  version      TEXT,                   -- product version it speaks of
  trust        TEXT NOT NULL,          -- Trust
  facets       TEXT NOT NULL,          -- JSON of Facets
  sections     TEXT NOT NULL,          -- JSON of Section[]: what the passages are made from
  content_hash TEXT NOT NULL,          -- sha256 of all of the above
  added_ms     INTEGER NOT NULL,       -- epoch ms when this content came
  UNIQUE (key, site)
) STRICT;

CREATE TABLE passage (
  id           INTEGER PRIMARY KEY,    -- rowid of passage_terms too
  document_id  INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
  ordinal      INTEGER NOT NULL,       -- from 0 within the document
  section_path TEXT NOT NULL,          -- JSON of string[]
  text         TEXT NOT NULL,
  tokens       INTEGER NOT NULL,       -- as cl100k_base counts
  hash         TEXT NOT NULL,          -- 12 hex digits of its sha256
  handle       TEXT NOT NULL UNIQUE,   -- names site, document, place and content: what else refers to a passage uses it
  UNIQUE (document_id, ordinal)
) STRICT;

-- Terms as search/terms.ts makes them, so that both sides of a search are cut the same way; no text is kept twice.
-- lead: what a document says first of all and of what people notice, with its first passage.
CREATE VIRTUAL TABLE passage_terms USING fts5 (
  title, headings, names, lead, body,
  content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'"
);
CREATE VIRTUAL TABLE passage_vocabulary USING fts5vocab (passage_terms, 'row');

CREATE TABLE past_incident (
  document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
  signature   TEXT NOT NULL            -- JSON of IncidentSignature
) STRICT;
`;

/**
 * Opens a knowledge database, or makes it where `create` says so. `:memory:` is a database that nobody else sees.
 *
 * @throws OperatorError where the file is no knowledge database, was made by another version, or can't be opened
 */
export function openKnowledgeDatabase(path: string, mode: "create" | "write" | "read"): KnowledgeDatabase {
  try {
    if (mode === "create" && path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const db = new Database(path, { readonly: mode === "read", fileMustExist: mode !== "create" });
    db.pragma("foreign_keys = ON");
    db.pragma("busy_timeout = 10000");
    if (mode === "create" && isEmpty(db)) makeTables(db);
    checkFormat(db, path);
    return db;
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(
      "knowledge-unreadable",
      `${path} can't be opened as a knowledge database: ${error instanceof Error ? error.message : String(error)}`,
      EXIT.service,
      "Name another file with --knowledge FILE, or move this one away and add the documents again.",
    );
  }
}

function isEmpty(db: KnowledgeDatabase): boolean {
  return db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
}

function makeTables(db: KnowledgeDatabase): void {
  db.transaction(() => {
    db.exec(SCHEMA);
    db.pragma(`user_version = ${FORMAT}`);
    db.pragma("application_id = 0x70347263"); // "p4rc"
  })();
}

function checkFormat(db: KnowledgeDatabase, path: string): void {
  const found = db.pragma("user_version", { simple: true });
  if (found === FORMAT && db.pragma("application_id", { simple: true }) === 0x70347263) return;
  db.close();
  throw new OperatorError(
    "knowledge-format",
    `${path} is no knowledge database of this version of p4rca.`,
    EXIT.service,
    "Name another file with --knowledge FILE, or move this one away and add the documents again.",
  );
}

/** A value that the database keeps about itself. */
export function readSetting(db: KnowledgeDatabase, name: string): string | undefined {
  return db.prepare<[string], string>("SELECT value FROM setting WHERE name = ?").pluck().get(name);
}

export function writeSetting(db: KnowledgeDatabase, name: string, value: string): void {
  db.prepare("INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value").run(
    name,
    value,
  );
}
