/**
 * Passages of the knowledge base, as search finds them and reports cite them.
 *
 * Where a passage comes from decides how far it is believed: `shipped` articles are p4rca's own, `site` documents were
 * added by the operator with a source, `untrusted` is text whose source nobody named, tickets and chat among it.
 * Whatever it says, a passage is quoted, never obeyed: no action is taken from it.
 */
export const TRUST_LEVELS = ["shipped", "site", "untrusted"] as const;
export type Trust = (typeof TRUST_LEVELS)[number];

/** One passage that was found, with what is needed to cite it. */
export interface Passage {
  /** `<document id>#<ordinal>`; together with `hash` it names the text exactly. */
  readonly id: string;
  readonly documentId: string;
  readonly title: string;
  /** Headings above the passage, from the outermost; empty for a document without headings. */
  readonly sectionPath: readonly string[];
  readonly text: string;
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
