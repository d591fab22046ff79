import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { termsOf, termText } from "../../../../src/advice/knowledge/search/terms.js";

const texts = (text: string, kind?: string) =>
  termsOf(text)
    .filter((term) => kind === undefined || term.kind === kind)
    .map((term) => term.text);

describe("termsOf", () => {
  it.each([
    ["db.rev", ["db_rev"], ["db", "rev"]],
    ["net.keepalive.idle", ["net_keepalive_idle"], ["net", "keepal", "idl"]],
    ["MaxScanRows", ["maxscanrows"], ["max", "scan", "row"]],
    ["dm-CommitSubmit", ["dm_commitsubmit"], ["dm", "commit", "submit"]],
    ["server=3", ["server_3"], ["server", "3"]],
    ["clients/ada-ws(W)", ["clients_ada_ws"], ["client", "ada", "ws"]],
    ["filesys.P4ROOT.min", ["filesys_p4root_min"], ["filesi", "p4root", "min"]],
  ])("takes %s as a name and as its parts", (written, names, parts) => {
    expect(texts(written, "name")).toEqual(names);
    for (const part of parts) expect(texts(written, "part")).toContain(part);
  });

  it("finds words whatever their form, case or accent", () => {
    expect(texts("Waiting WAITS wait")).toEqual(["wait", "wait", "wait"]);
    expect(texts("Journál")).toEqual(texts("journal"));
  });

  it("leaves out what stands in every question", () => {
    expect(texts("why does the server hang?")).toEqual(["server", "hang"]);
  });

  it("keeps words of other languages", () => {
    expect(texts("sperre größe 表")).toContain("表");
  });

  it("gives terms that the index keeps whole, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        for (const term of termText(text).split(" ")) expect(term).toMatch(/^[\p{L}\p{N}\p{M}_]*$/u);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it("ends in time for a word without end", () => {
    expect(termsOf("a.".repeat(200_000)).length).toBeLessThan(400_001);
    expect(texts("x".repeat(1_000_000))).toEqual([]);
  });
});
