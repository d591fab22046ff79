import { describe, expect, it } from "vitest";
import { readDetectorDoc, renderDetectorDoc } from "../../../scripts/generate-detector-doc.js";
import { detectors } from "../../../src/analysis/detect/registry.js";

describe("docs/detectors.md", () => {
  it("is current (npx tsx scripts/generate-detector-doc.ts)", () => {
    expect(readDetectorDoc()).toBe(renderDetectorDoc());
  });

  it("has a section with needs and settings for every detector", () => {
    const doc = readDetectorDoc();
    for (const { id, settings } of detectors) {
      expect(doc).toContain(`## ${id}\n`);
      for (const key of Object.keys(settings.parse({}) as object)) expect(doc).toContain(`\`${key}\``);
    }
  });
});
