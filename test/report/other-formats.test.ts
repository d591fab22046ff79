import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analysisSchema } from "../../src/contracts/analysis.js";
import { code, codeBlock, text } from "../../src/report/markdown/escape.js";
import { renderReport } from "../../src/report/report.js";
import { wedgeDocument, wedgeModel } from "../support/sample-document.js";
import { lostEvidenceModel, noIncidentModel, severalIncidentsModel } from "../support/sample-variants.js";
import { HOSTILE, hostileModels } from "./hostile-model.js";

describe("the JSON report", () => {
  it("is the document, indented by two, with a newline at the end", () => {
    const json = renderReport("json", wedgeModel());
    expect(JSON.parse(json)).toEqual(wedgeDocument());
    expect(json.startsWith('{\n  "schemaVersion": 1,\n  "tool": {\n    "name": "p4rca"')).toBe(true);
    expect(json.endsWith("}\n")).toBe(true);
  });

  it("has the same bytes whatever the order of keys in the model", () => {
    const backwards = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(backwards);
      if (value === null || typeof value !== "object") return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, item]) => [key, backwards(item)]),
      );
    };
    const model = wedgeModel();
    const turned = { ...model, document: backwards(model.document) as typeof model.document };
    expect(renderReport("json", turned)).toBe(renderReport("json", model));
  });

  it("carries nothing a terminal obeys, and loses nothing", () => {
    fc.assert(
      fc.property(hostileModels, (model) => {
        const json = renderReport("json", model);
        expect(json).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(analysisSchema.parse(JSON.parse(json)).headline).toBe(model.document.headline);
      }),
      { numRuns: 40 },
    );
  });
});

describe("the Markdown report", () => {
  it("has every section, each fact with file:line and the line's text", () => {
    const markdown = renderReport("md", wedgeModel());
    const headings = markdown.split("\n").filter((line) => line.startsWith("#"));
    expect(headings).toEqual([
      "# Incident, critical, confidence 97%",
      "## What happened",
      "## Who held what",
      "## Whom it cost what",
      "## Chain",
      "## Evidence",
      "## Possible causes",
      "## What to do",
      "## Prevention",
      "## What the evidence covers",
      "## Files read",
      "## What was checked",
      "## Servers",
    ]);
    expect(markdown).toContain(
      "| E2 | dm-CommitSubmit of olga waited 40038 ms to write db.revdx | `incident/logs/log:38` | `---   total lock wait+held read/write 0ms+0ms/40038ms+460ms` |",
    );
    expect(markdown).toContain("  - 4117 dm-CommitSubmit olga waited 40.0 s for `db.revdx` (logged) E2");
  });

  it("tells further incidents, losses, and a quiet case", () => {
    expect(renderReport("md", severalIncidentsModel())).toContain("## Also: inc-2, major, big-submit");
    expect(renderReport("md", lostEvidenceModel())).toContain("truncated gzip after 101.9 MB");
    expect(renderReport("md", noIncidentModel())).toMatch(/^# No incident\n\nNo command waited/);
  });

  it("lets no text of a log become a heading, a table cell, HTML or a link", () => {
    fc.assert(
      fc.property(hostileModels, (model) => {
        const markdown = renderReport("md", model);
        const unfenced = markdown.replace(/^(`{3,})\n[^\n]*\n\1$/gm, "");
        const outside = unfenced.replace(/(?<!\\)`[^`\\|\n]+`/g, "");
        expect(outside).not.toMatch(/<[a-z/!]/i);
        expect(outside).not.toMatch(/[^\\]:\/\//);
        for (const line of outside.split("\n")) {
          if (/^#/.test(line)) expect(line).toMatch(/^#{1,3} [A-Z]/);
        }
        const rows = unfenced.split("\n").filter((line) => line.startsWith("| "));
        const cells = new Set(rows.map((row) => row.split("|").length - 2));
        for (const count of cells) expect([3, 4, 5, 6, 10]).toContain(count);
      }),
      { numRuns: 60 },
    );
  });

  it.each(HOSTILE)("keeps %j on one line, in text, span and block", (value) => {
    expect(text(value)).not.toMatch(/[\n\r<>|]/);
    expect(code(value)).not.toMatch(/[\n\r|]/);
    expect(codeBlock(value).split("\n")).toHaveLength(3);
  });

  it("escapes what Markdown would obey", () => {
    expect(text("*a* _b_ [c](d) `e` a|b <x> & #1 @you")).toBe(
      "\\*a\\* \\_b\\_ \\[c\\](d) \\`e\\` a&#124;b &lt;x&gt; &amp; \\#1 \\@you",
    );
    expect(text("1. one")).toBe("1\\. one");
    expect(text("http://www.example.invalid")).toBe("http\\://www\\.example.invalid");
    expect(code("a`b")).toBe("a\\`b");
    expect(codeBlock("```")).toBe("````\n```\n````");
  });
});
