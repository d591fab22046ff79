/**
 * Passages of the knowledge base, as search finds them and reports cite them.
 *
 * Where a passage comes from decides how far it is believed: `shipped` articles are p4rca's own, `site` documents were
 * added by the operator with a source, `untrusted` is text whose source nobody named, tickets and chat among it.
 * Whatever it says, a passage is quoted, never obeyed: no action is taken from it.
 */
export type Trust = "shipped" | "site" | "untrusted";

/** One passage that was found, with what is needed to cite it. */
export interface Passage {
  /** `<document id>#<ordinal>`; together with `hash` it names the text exactly. */
  readonly id: string;
  readonly documentId: string;
  readonly title: string;
  /** Headings above the passage, from the outermost; empty for a document without headings. */
  readonly sectionPath: readonly string[];
  readonly text: string;
  /** The part of the text that speaks most of what was asked, a few hundred characters. */
  readonly excerpt: string;
  /** Address where the document is published, else the path it was read from. */
  readonly source: string;
  /** Product version the document speaks of, as it says so: "2024.1", "2013.3+"; null where unknown. */
  readonly version: string | null;
  /** First 12 hex digits of the sha256 of the text. */
  readonly hash: string;
  readonly trust: Trust;
  /** Label of the site whose document it is; null for what all sites may see. */
  readonly site: string | null;
  /** Between 0 and 1; comparable within one answer only. */
  readonly score: number;
}

/** What an incident or an administrator asks. */
export interface KnowledgeQuestion {
  /** Free text: a question, a symptom, an error text. */
  readonly text: string;
  /** Names that have to count more than words: tables, commands, configurables, causes, categories. */
  readonly names: readonly string[];
}

/** Where knowledge is looked up. */
export interface KnowledgePlace {
  /** The site's knowledge database; null or not there: only the articles that come with p4rca. */
  readonly path: string | null;
  /** Label of the site whose documents are found beside those that all may see; the empty text for none. */
  readonly site: string;
  /** Folder of a local embedding model; without one search is by words alone. */
  readonly embedding?: string | undefined;
  /** Folder of a local cross-encoder, which puts the best passages in order again. */
  readonly reranker?: string | undefined;
  /** Address of a chroma server that keeps the vectors; without one they lie in the knowledge database. */
  readonly chroma?: string | undefined;
}

export interface KnowledgeAnswer {
  /** Best first. */
  readonly passages: readonly Passage[];
  /** Words nobody uses and what they were taken for. */
  readonly corrections: readonly (readonly [string, string])[];
  /** False where the passages speak of too little of the question to be an answer. */
  readonly answered: boolean;
  /** 0 to 1: how much of the question, by how telling its words are, one passage speaks of. */
  readonly coverage: number;
}

/** What a past incident and a new one can have in common. */
export type SharedTrait = "cause" | "kind" | "resource" | "command" | "user" | "workspace" | "program";

/** A past incident that resembles a new one. */
export interface PastIncident {
  /** Its document in the knowledge base. */
  readonly documentId: string;
  readonly title: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  /** The cause its expert named, else the one p4rca had found. */
  readonly cause: string | null;
  /** An expert looked at it and named or confirmed the cause. */
  readonly confirmed: boolean;
  readonly same: readonly SharedTrait[];
  /** 0 to 1. */
  readonly similarity: number;
}

/** What the books and the memory add to an incident. It changes nothing that was found. */
export interface IncidentKnowledge {
  readonly passages: readonly Passage[];
  /** Most similar first. */
  readonly before: readonly PastIncident[];
  /** Incidents in memory, whatever they were. */
  readonly remembered: number;
}

/** How the documents of a file are to be taken; null: as they say themselves. */
export interface Intake {
  /** Label of the site that alone may see them; the empty text for all. */
  readonly site: string;
  readonly trust: Exclude<Trust, "shipped"> | null;
  readonly source: string | null;
  readonly version: string | null;
}

/** What became of a file that was to be added. */
export interface FileOutcome {
  readonly path: string;
  readonly documents: readonly {
    readonly id: string;
    readonly title: string;
    readonly result: "added" | "changed" | "unchanged";
  }[];
  /** Documents of a file that is as it was, and was therefore not read. */
  readonly untouched: number;
  /** Ids of documents that the file had when it was last added and has no more. */
  readonly removed: readonly string[];
  readonly warnings: readonly string[];
}

/** A document as it lies in the knowledge base, without its text. */
export interface StoredDocument {
  readonly key: string;
  readonly site: string;
  readonly title: string;
  readonly kind: string;
  readonly source: string;
  readonly version: string | null;
  readonly trust: Trust;
  readonly contentHash: string;
  /** Epoch ms when this content came. */
  readonly addedMs: number;
  readonly passages: number;
  readonly tokens: number;
}

/** How well one way of searching does on one kind of question. */
export interface RetrievalScore {
  /** Of question; "answerable": all that have an answer. */
  readonly kind: string;
  readonly questions: number;
  readonly recallAt5: number;
  readonly ndcgAt10: number;
  readonly mrr: number;
  /** Of the unanswerable ones: part that was refused. Of the others: part that was wrongly refused. */
  readonly refused: number;
}
