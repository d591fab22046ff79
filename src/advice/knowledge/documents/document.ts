import type { Trust } from "../../../contracts/knowledge.js";

/** A run of text that is better not cut: a paragraph, a list item, a block of code, a row of a table. */
export interface Block {
  readonly kind: "prose" | "list" | "code" | "table";
  readonly text: string;
}

/** The blocks below one heading, down to the next. */
export interface Section {
  /** Headings from the outermost to this one, without the title of the document; empty before the first heading. */
  readonly path: readonly string[];
  readonly blocks: readonly Block[];
}

/** What a document says it is about, in exact names; empty lists where it doesn't say. */
export interface Facets {
  readonly tables: readonly string[];
  readonly commands: readonly string[];
  readonly categories: readonly string[];
  readonly configurables: readonly string[];
}

export const NO_FACETS: Facets = { tables: [], commands: [], categories: [], configurables: [] };

/** One document as a reader understood it. A file may hold several: a chat its threads, a table its tickets. */
export interface KnowledgeDocument {
  /** Unique within its file's folder: the file's path, and `::part` where the file holds several; an article's own id. */
  readonly id: string;
  readonly title: string;
  readonly kind: DocumentKind;
  /** Address where the document is published, as it says itself, else the file's path. */
  readonly source: string;
  readonly version: string | null;
  /** As far as the kind alone tells; the operator's `--trust` may raise it. */
  readonly trust: Trust;
  readonly facets: Facets;
  readonly sections: readonly Section[];
}

type DocumentKind = "article" | "html" | "pdf" | "text" | "p4-help" | "chat" | "ticket" | "incident";

/** A file as it was given: its path as the operator wrote it, its bytes. */
export interface KnowledgeFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What became of a file: its documents, and in one line each what was left out and why. */
export interface FileReading {
  readonly documents: readonly KnowledgeDocument[];
  readonly warnings: readonly string[];
}

/** One kind of file. `claims` says how sure it is (0: not mine, 1: certainly) from name and first bytes alone. */
export interface DocumentFormat {
  readonly id: DocumentKind;
  /** What it is called in messages: "PDF", "Slack export". */
  readonly title: string;
  claims(file: KnowledgeFile): number;
  /** Never throws for what the bytes say: an unreadable file is a reading without documents and with a warning. */
  read(file: KnowledgeFile): Promise<FileReading>;
}
