import { describe, expect, it } from "vitest";
import { DocumentStore } from "../../../../src/advice/knowledge/store/document-store.js";
import { openKnowledgeDatabase } from "../../../../src/advice/knowledge/store/knowledge-database.js";
import { document } from "../../../support/knowledge/documents.js";

function emptyStore() {
  const db = openKnowledgeDatabase(":memory:", "create");
  const count = (term: string) =>
    db.prepare("SELECT count(*) FROM passage_terms WHERE passage_terms MATCH ?").pluck().get(term);
  return { db, store: new DocumentStore(db), count };
}

describe("DocumentStore", () => {
  it("keeps a document once, however often it comes", () => {
    const { db, store } = emptyStore();
    const one = document("a", "Locks", "A lock is held.");
    expect([store.put(one, "a.md", "", 1), store.put(one, "a.md", "", 2)]).toEqual(["added", "unchanged"]);
    expect(db.prepare("SELECT count(*) FROM passage").pluck().get()).toBe(1);
    expect(store.list([""])[0]).toMatchObject({ key: "a", addedMs: 1, passages: 1 });
  });

  it("replaces the passages of a document that changed, in the index too", () => {
    const { store, count } = emptyStore();
    store.put(document("a", "Locks", "Zebra words."), "a.md", "", 1);
    expect(count("zebra")).toBe(1);
    expect(store.put(document("a", "Locks", "Other words."), "a.md", "", 2)).toBe("changed");
    expect(count("zebra")).toBe(0);
    expect(count("word")).toBe(1);
  });

  it("takes a new title, source or version as a change", () => {
    const { store } = emptyStore();
    store.put(document("a", "Locks", "Words."), "a.md", "", 1);
    expect(store.put(document("a", "Locks", "Words.", { version: "2024.1" }), "a.md", "", 1)).toBe("changed");
    expect(store.put(document("a", "Locks", "Words.", { source: "https://x" }), "a.md", "", 1)).toBe("changed");
  });

  it("keeps the documents of two sites apart under one id", () => {
    const { store, count } = emptyStore();
    store.put(document("a", "Locks", "Zebra."), "a.md", "acme", 1);
    store.put(document("a", "Locks", "Zebra."), "a.md", "other", 1);
    expect(store.remove("a", "acme")).toBe(true);
    expect(store.remove("a", "acme")).toBe(false);
    expect(count("zebra")).toBe(1);
    expect(store.list(["acme"])).toEqual([]);
    expect(store.sites()).toEqual(["", "other"]);
  });
});
