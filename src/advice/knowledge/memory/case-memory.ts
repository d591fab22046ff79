import { randomBytes } from "node:crypto";
import type { Incident } from "../../../contracts/analysis.js";
import type { PastIncident } from "../../../contracts/knowledge.js";
import { type KnowledgeDatabase, readSetting, writeSetting } from "../store/knowledge-database.js";
import { compare, type IncidentSignature, signatureOf, type Verdict } from "./incident-signature.js";

/** Less alike than this is another story: the kind and one trait beside it, or the cause alone, are enough. */
const LEAST_SIMILAR = 0.35;
const NAMES_KEY = "names_key";

/** Keeps what an incident is recognised by, beside its document. Does nothing where the document isn't there. */
export function remember(
  db: KnowledgeDatabase,
  documentKey: string,
  site: string,
  incident: Incident,
  verdict: Verdict | null,
): void {
  db.prepare(
    `INSERT INTO past_incident SELECT id, ? FROM document WHERE key = ? AND site = ?
     ON CONFLICT (document_id) DO UPDATE SET signature = excluded.signature`,
  ).run(JSON.stringify(signatureOf(incident, verdict, namesKey(db))), documentKey, site);
}

/** Past incidents that resemble a new one, most similar first; the same one, met again, is left out. */
export function recall(
  db: KnowledgeDatabase,
  incident: Incident,
  sites: readonly string[],
): { before: PastIncident[]; remembered: number } {
  const rows = db
    .prepare<[string], { key: string; title: string; signature: string }>(
      `SELECT d.key, d.title, m.signature FROM past_incident AS m JOIN document AS d ON d.id = m.document_id
       WHERE d.site IN (SELECT value FROM json_each(?)) ORDER BY d.key`,
    )
    .all(JSON.stringify(sites));
  if (rows.length === 0) return { before: [], remembered: 0 };
  const asked = signatureOf(incident, null, readSetting(db, NAMES_KEY) ?? "");
  const before = rows.flatMap(({ key, title, signature }): PastIncident[] => {
    const past = JSON.parse(signature) as IncidentSignature;
    if (past.startedAt === asked.startedAt) return [];
    const { same, similarity } = compare(asked, past);
    if (similarity < LEAST_SIMILAR) return [];
    const { startedAt, cause, confirmed } = past;
    return [{ documentId: key, title, startedAt, cause, confirmed, same, similarity }];
  });
  before.sort((a, b) => b.similarity - a.similarity || b.startedAt.localeCompare(a.startedAt));
  return { before, remembered: rows.length };
}

function namesKey(db: KnowledgeDatabase): string {
  const known = readSetting(db, NAMES_KEY);
  if (known !== undefined) return known;
  const made = randomBytes(32).toString("hex");
  writeSetting(db, NAMES_KEY, made);
  return made;
}
