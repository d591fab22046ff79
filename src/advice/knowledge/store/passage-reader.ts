import type { Passage, Trust } from "../../../contracts/knowledge.js";
import type { KnowledgeDatabase } from "./knowledge-database.js";

interface Row {
  readonly id: number;
  readonly handle: string;
  readonly key: string;
  readonly title: string;
  readonly sectionPath: string;
  readonly text: string;
  readonly source: string;
  readonly version: string | null;
  readonly hash: string;
  readonly trust: Trust;
  readonly site: string;
}

const SELECT = `SELECT p.id, p.handle, d.key, d.title, p.section_path AS sectionPath, p.text, d.source, d.version, p.hash, d.trust, d.site
  FROM passage AS p JOIN document AS d ON d.id = p.document_id`;

/** Passages by their numbers, in the order asked; numbers that are not there are left out. */
export function readPassages(
  db: KnowledgeDatabase,
  hits: readonly { readonly passageId: number; readonly score: number }[],
): Omit<Passage, "excerpt">[] {
  const byId = db.prepare<[number], Row>(`${SELECT} WHERE p.id = ?`);
  return hits.flatMap(({ passageId, score }) => {
    const row = byId.get(passageId);
    return row === undefined ? [] : [passageOf(row, score)];
  });
}

/** Numbers of passages by handle, of these sites only: vectors kept elsewhere may be of passages that are gone. */
export function passageNumbers(
  db: KnowledgeDatabase,
  handles: readonly string[],
  sites: readonly string[],
): Map<string, number> {
  const rows = db
    .prepare<[string, string], { id: number; handle: string }>(
      `SELECT p.id, p.handle FROM passage AS p JOIN document AS d ON d.id = p.document_id
       WHERE p.handle IN (SELECT value FROM json_each(?)) AND d.site IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(handles), JSON.stringify(sites));
  return new Map(rows.map(({ id, handle }) => [handle, id]));
}

function passageOf(row: Row, score: number): Omit<Passage, "excerpt"> {
  return {
    id: row.handle,
    documentId: row.key,
    title: row.title,
    sectionPath: JSON.parse(row.sectionPath) as string[],
    text: row.text,
    source: row.source,
    version: row.version,
    hash: row.hash,
    trust: row.trust,
    site: row.site === "" ? null : row.site,
    score,
  };
}
