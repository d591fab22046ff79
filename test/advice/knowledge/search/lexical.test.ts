import { describe, expect, it } from "vitest";
import { searchLexical } from "../../../../src/advice/knowledge/search/lexical.js";
import { Vocabulary } from "../../../../src/advice/knowledge/search/vocabulary.js";
import type { KnowledgeDatabase } from "../../../../src/advice/knowledge/store/knowledge-database.js";
import { document, knowledgeOf } from "../../../support/knowledge/documents.js";

const FILLER = Array.from({ length: 12 }, (_, i) =>
  document(`filler-${i}`, `Notes ${i}`, `Coffee machine ${i} is cleaned on day ${i}. Nothing else happens here.`),
);

const BOOKS = [
  document("rev", "Table db.rev", "Revisions of files. Submits write it.", { facets: { tables: ["db.rev"] } }),
  document("have", "Table db.have", "What each workspace has synced. Reads of db.rev follow.", {
    facets: { tables: ["db.have"] },
  }),
  document("kill", "Ending a command", "An administrator ends a command that blocks others with p4 monitor terminate."),
  document("disk", "Free space", "The server refuses commands when the volume has less than filesys.P4ROOT.min."),
  ...FILLER,
];

function ask(db: KnowledgeDatabase, text: string, names: readonly string[] = [], sites: readonly string[] = [""]) {
  const answer = searchLexical(db, new Vocabulary(db), { text, names }, 5, sites);
  const key = db.prepare<[number], string>(
    "SELECT d.key FROM passage AS p JOIN document AS d ON d.id = p.document_id WHERE p.id = ?",
  );
  return { ...answer, keys: answer.hits.map(({ passageId }) => key.pluck().get(passageId)) };
}

describe("searchLexical", () => {
  it("puts the document of a name before one that mentions it", () => {
    const db = knowledgeOf({ "": BOOKS });
    expect(ask(db, "db.rev").keys.slice(0, 2)).toEqual(["rev", "have"]);
    expect(ask(db, "what about", ["db.have"]).keys[0]).toBe("have");
  });

  it("finds what is called otherwise, by synonyms", () => {
    const db = knowledgeOf({ "": BOOKS });
    const found = ask(db, "kill the culprit");
    expect(found.keys[0]).toBe("kill");
    expect(ask(db, "no space left on the disk").keys[0]).toBe("disk");
  });

  it("forgives slips of the keyboard, and says so", () => {
    const found = ask(knowledgeOf({ "": BOOKS }), "moniter termiante");
    expect(found.keys[0]).toBe("kill");
    // "moniter" has the stem of "monitor" as it is.
    expect(found.corrections).toEqual([["termiante", "termin"]]);
  });

  it("covers little of a question about something else", () => {
    const db = knowledgeOf({ "": BOOKS });
    expect(ask(db, "kubernetes ingress annotations").coverage).toBeLessThan(0.3);
    expect(ask(db, "monitor terminate command").coverage).toBeGreaterThan(0.9);
    expect(ask(db, "the of and").coverage).toBe(0);
  });

  it("shows a site's documents to that site alone", () => {
    const db = knowledgeOf({
      "": BOOKS,
      acme: [document("acme-outage", "Outage of March", "The zebra server stood still.")],
      other: [document("other-outage", "Outage of May", "The zebra printer stood still.")],
    });
    expect(ask(db, "zebra", [], [""]).keys).toEqual([]);
    expect(ask(db, "zebra", [], ["", "acme"]).keys).toEqual(["acme-outage"]);
    expect(ask(db, "zebra", [], ["", "other"]).keys).toEqual(["other-outage"]);
  });

  it.each(['"', "NEAR(", "a* OR b", "title:x", "^rev", "-", "\u0000", "' OR 1=1 --", "* ".repeat(500)])(
    "takes %s as a question, not as a query language",
    (text) => {
      expect(() => ask(knowledgeOf({ "": BOOKS }), text, [text])).not.toThrow();
    },
  );

  it("is the same every time", () => {
    const db = knowledgeOf({ "": BOOKS });
    expect(ask(db, "coffee machine day").hits).toEqual(ask(db, "coffee machine day").hits);
  });
});
