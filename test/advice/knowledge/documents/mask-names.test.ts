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
});
