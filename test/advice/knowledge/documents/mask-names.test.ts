import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NameMask } from "../../../../src/advice/knowledge/documents/mask-names.js";

describe("NameMask", () => {
  it("gives the same name the same token, longer names first", () => {
    const mask = new NameMask();
    mask.name("user", "ada");
    mask.name("workspace", "ada-ws");
    expect(mask.apply("ada opened ada-ws; Ada is not adamant")).toBe("user-1 opened workspace-1; Ada is not adamant");
    expect(mask.apply("again ada")).toBe("again user-1");
  });

  it("finds mailboxes, addresses and depot paths that nobody named", () => {
    const text = "ada.l@example.com from 10.1.4.7 synced //depot/main/src/... see https://x.example/y and //...";
    expect(new NameMask().apply(text)).toBe("mailbox-1 from address-1 synced path-1 see https://x.example/y and //...");
  });

  it("takes any name as it is, not as a pattern", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 3, maxLength: 20, unit: "grapheme" }), (name) => {
        const mask = new NameMask();
        mask.name("user", name);
        expect(() => mask.apply(`before ${name} after`)).not.toThrow();
      }),
      { numRuns: 300, seed: 2 },
    );
    const mask = new NameMask();
    mask.name("user", "a+b(c)-d/e");
    expect(mask.apply("it was a+b(c)-d/e.")).toBe("it was user-1.");
  });

  it("knows names that mean the same, and parts of the name of a person", () => {
    const mask = new NameMask();
    mask.person("U0ADA", "Ada Miller");
    mask.person("Bob van der Stone");
    expect(mask.apply("U0ADA, Ada, Miller, Ada Miller; Bob van der Stone")).toBe(
      "person-1, person-1, person-1, person-1; person-2",
    );
    expect(mask.apply("ada.m@x.example, fe80::1, //depot/Grün/a b")).toBe("mailbox-1, address-1, path-1 b");
  });

  it("leaves accounts that everybody has, and single letters", () => {
    const mask = new NameMask();
    for (const name of ["perforce", "p4", "a", "", "System Administrator"]) mask.person(name);
    expect(mask.apply("perforce ran p4 admin; a System was slow")).toBe("perforce ran p4 admin; a System was slow");
  });

  it("needs a time that grows with the text and not with the names", () => {
    const mask = new NameMask();
    for (let at = 0; at < 50_000; at++) mask.name("user", `same ${at} name`);
    const startMs = performance.now();
    expect(mask.apply("same 49999 name ".repeat(50_000)).startsWith("user-50000 user-50000")).toBe(true);
    expect(performance.now() - startMs).toBeLessThan(3000);
  });
});
