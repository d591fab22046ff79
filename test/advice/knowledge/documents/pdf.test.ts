import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tinyPdf } from "../../../support/knowledge/tiny-pdf.js";
import { only, refusal, textOf } from "./reading.js";
import { richPdf } from "./rich-pdf.js";

describe("PDF", () => {
  it("takes text and headings, joins hyphenated lines, drops running headers and page numbers", async () => {
    const pages = [1, 2, 3, 4].map(
      (number) =>
        [
          [9, "Administrator Guide 2024.1"],
          [18, `Chapter ${number}`],
          [11, "A checkpoint locks the data-"],
          [11, `base of server ${number} while it runs.`],
          [9, `Page ${number}`],
        ] as const,
    );
    const document = await only("guide.pdf", tinyPdf(pages, "Administrator Guide 2024.1"));
    expect(document).toMatchObject({ title: "Administrator Guide 2024.1", version: "2024.1", kind: "pdf" });
    expect(textOf(document)).toEqual(
      [1, 2, 3, 4].map(
        (number) => `Chapter ${number}|prose:A checkpoint locks the database of server ${number} while it runs.`,
      ),
    );
  });

  it("says what is wrong with one that can't be read", async () => {
    expect(await refusal("scan.pdf", tinyPdf([[], []]))).toMatch(/OCR/);
    expect(await refusal("broken.pdf", "%PDF-1.4\nnothing else")).toMatch(/damaged or no PDF/);
    expect(await refusal("cut.pdf", tinyPdf([[[11, "words"]]]).slice(0, 60))).toMatch(/damaged or no PDF|OCR/);
  });

  it("takes headings from bookmarks where there are any, whatever their size, and code by its font", async () => {
    const document = await only(
      "runbook.pdf",
      richPdf({
        pages: [
          [
            ["text", 20, 0, "Runbook of the commit server"],
            ["text", 11, 0, "1.2 Stop"],
            ["text", 11, 0, "Ask first, then run this"],
            ["text", 11, 0, "as the user of the server:"],
            ["code", 10, 0, "if idle; then"],
            ["code", 10, 24, "p4 admin stop"],
            ["code", 10, 0, "fi"],
          ],
          [
            ["text", 11, 0, "Start"],
            ["text", 16, 0, "Large words are no heading here"],
            ["text", 11, 0, "It starts by itself."],
          ],
        ],
        bookmarks: [
          ["Stop", 0],
          ["Start", 1],
        ],
      }),
    );
    expect(document.title).toBe("Runbook of the commit server");
    expect(textOf(document)).toEqual([
      "1.2 Stop|prose:Ask first, then run this as the user of the server:|code:if idle; then\n    p4 admin stop\nfi",
      "Start|prose:Large words are no heading here|prose:It starts by itself.",
    ]);
  });

  it("joins a heading of two lines, and takes the address that a browser printed", async () => {
    const document = await only(
      "printed.pdf",
      richPdf({
        pages: [
          [
            ["text", 18, 0, "What to do when the replica"],
            ["text", 18, 0, "does not pull"],
            ["text", 11, 0, "Look at the journal state, and at how far it is behind the commit server."],
            ["text", 8, 0, "https://wiki.example.com/replica 1/1"],
          ],
        ],
      }),
    );
    expect(document).toMatchObject({
      title: "What to do when the replica does not pull",
      source: "https://wiki.example.com/replica",
    });
    expect(document.trust).toBe("site");
    expect(textOf(document).join()).toContain("prose:Look at the journal state");
    expect(textOf(document).join()).not.toContain("1/1");
  });

  it("says that one is locked", async () => {
    const locked = richPdf({ pages: [[["text", 11, 0, "Secret"]]], locked: true });
    expect(await refusal("locked.pdf", locked)).toMatch(/locked with a password/);
  });

  it.skipIf(spawnSync("chromium", ["--version"]).status !== 0)(
    "reads what a browser prints (needs chromium on PATH)",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "p4rca-pdf-"));
      const [page, printed] = [join(folder, "page.html"), join(folder, "page.pdf")];
      writeFileSync(
        page,
        "<title>Locks 2024.1</title><h1>Locks</h1><p>Who waits.</p><h2>Look</h2><pre>a {\n  b\n}</pre>",
      );
      const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"];
      spawnSync("chromium", [...flags, `--user-data-dir=${folder}/profile`, `--print-to-pdf=${printed}`, page]);
      const document = await only("page.pdf", readFileSync(printed));
      expect(document).toMatchObject({ title: "Locks 2024.1", version: "2024.1" });
      expect(textOf(document)).toEqual(["Locks|prose:Who waits.", "Locks > Look|code:a {\n  b\n}"]);
    },
  );
});
