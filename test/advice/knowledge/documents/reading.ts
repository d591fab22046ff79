import { expect } from "vitest";
import type { FileReading, KnowledgeDocument } from "../../../../src/advice/knowledge/documents/document.js";
import { readKnowledgeFile } from "../../../../src/advice/knowledge/documents/read-document.js";

export function read(path: string, content: string | Uint8Array): Promise<FileReading> {
  return readKnowledgeFile({ path, bytes: typeof content === "string" ? new TextEncoder().encode(content) : content });
}

/** The one document of a file that is read without a warning. */
export async function only(path: string, content: string | Uint8Array): Promise<KnowledgeDocument> {
  const { documents, warnings } = await read(path, content);
  expect(warnings).toEqual([]);
  expect(documents).toHaveLength(1);
  return documents[0] as KnowledgeDocument;
}

/** The one warning of a file that gives no document. */
export async function refusal(path: string, content: string | Uint8Array): Promise<string> {
  const { documents, warnings } = await read(path, content);
  expect(documents).toEqual([]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(path);
  return warnings[0] ?? "";
}

/** Sections in one line each: `Heading > Below|prose:words|code:words` */
export function textOf({ sections }: KnowledgeDocument): string[] {
  return sections.map(
    ({ path, blocks }) => `${path.join(" > ")}|${blocks.map(({ kind, text }) => `${kind}:${text}`).join("|")}`,
  );
}
