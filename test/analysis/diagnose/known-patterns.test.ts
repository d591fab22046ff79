import { describe, expect, it } from "vitest";
import { readKnownPatterns, renderKnownPatterns } from "../../../scripts/generate-known-patterns.js";
import { causes } from "../../../src/analysis/diagnose/causes/registry.js";

describe("docs/known-patterns.md", () => {
  it("is current (npx tsx scripts/generate-known-patterns.ts)", async () => {
    expect(readKnownPatterns()).toBe(await renderKnownPatterns());
  });

  it.each(causes.map((cause) => [cause.id, cause] as const))(
    "tells of %s what it is, looks like and needs",
    (id, cause) => {
      const section =
        readKnownPatterns()
          .split(/^## /m)
          .find((part) => part.startsWith(`${id}\n`)) ?? "";
      expect(section).toContain(cause.title);
      const wanted = [
        "What it looks like",
        "Told from its look-alikes",
        "Looks alike, and is answered otherwise",
        "What prevents it",
      ];
      for (const heading of wanted) expect(section).toContain(`**${heading}`);
      // What only made it worse has nothing to be done about at once.
      if (cause.role !== "contributing") expect(section).toMatch(/^\*\*(?:Do now|Too late|Afterwards)/m);
    },
  );
});
