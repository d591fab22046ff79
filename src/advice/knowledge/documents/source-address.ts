import type { KnowledgeDocument } from "./document.js";

/** Where a text is published. Text whose source nobody names is not trusted: without an address it is its own path. */
export function sourceOf(
  address: string | null | undefined,
  path: string,
): Pick<KnowledgeDocument, "source" | "trust"> {
  const known = address?.trim() ?? "";
  return /^https?:\/\/[^\s/]\S*$/i.test(known)
    ? { source: known, trust: "site" }
    : { source: path, trust: "untrusted" };
}

/** The address in a line near the top of a text: `Source: https://help.example.com/locks` */
export function statedAddress(text: string): string | undefined {
  return /^(?:source|url|address):[ \t]*(https?:\/\/\S+)/im.exec(text.slice(0, 4096))?.[1];
}
