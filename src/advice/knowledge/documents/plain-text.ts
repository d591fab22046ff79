import { cleanText, cleanTitle } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import { type DocumentFormat, type FileReading, type KnowledgeFile, NO_FACETS } from "./document.js";
import { productVersion } from "./product-version.js";
import { SectionBuilder } from "./section-builder.js";
import { sourceOf, statedAddress } from "./source-address.js";
import { closedFences, headingAt, isAsciidocMark } from "./text-marks.js";

/** Text without marks, and AsciiDoc as the SDP and runbooks have it. Binary files were refused before. */
export const plainText: DocumentFormat = {
  id: "text",
  title: "plain text",
  claims: ({ path }) => {
    if (/\.json$/i.test(path)) return 0;
    return /\.(txt|text|adoc|asciidoc|rst|log|me|1|8)$/i.test(path) ? 0.5 : 0.1;
  },
  read: async (file) => readText(file),
};

function readText({ path, bytes }: KnowledgeFile): FileReading {
  const decoded = decodeText(bytes);
  const text = cleanText(decoded.text);
  const builder = new SectionBuilder();
  const title = addLines(text.split("\n"), builder, /\.(?:adoc|asciidoc)$/i.test(path));
  const warnings = decoded.warning === null ? [] : [`${path}: ${decoded.warning}`];
  if (!builder.hasText) return { documents: [], warnings: [...warnings, `${path} has no text`] };
  const document = {
    ...{ id: path, title: cleanTitle(title ?? path), kind: "text" as const, version: productVersion(title ?? "") },
    ...{ ...sourceOf(statedAddress(text), path), facets: NO_FACETS, sections: builder.sections() },
  };
  return { documents: [document], warnings };
}

/** Puts lines under headings; returns the first heading of all where it stands at the top. */
function addLines(lines: readonly string[], builder: SectionBuilder, isAsciidoc: boolean): string | null {
  const fences = closedFences(lines);
  let title: string | null = null;
  let paragraph: string[] = [];
  const flush = () => {
    addParagraph(paragraph, builder);
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const fenceEnd = fences.get(at);
    const heading = fenceEnd === undefined ? headingAt(lines, at) : null;
    if (fenceEnd !== undefined) {
      flush();
      builder.add("code", lines.slice(at + 1, fenceEnd).join("\n"));
      at = fenceEnd;
    } else if (heading !== null) {
      flush();
      if (title === null && builder.sections().length === 0) title = heading.name;
      else builder.heading(heading.level, heading.name);
      at += heading.lines - 1;
    } else if (line.trim() === "") flush();
    else if (!(isAsciidoc && isAsciidocMark(line))) paragraph.push(line);
  }
  flush();
  return title;
}

const ITEM = /^\s{0,20}(?:[-*•.]|\*\*|\d{1,3}[.)])\s+\S/u; // - rename the log

/** A paragraph, code where all of it is indented, or a list with what leads up to it. */
function addParagraph(lines: readonly string[], builder: SectionBuilder): void {
  const isItem = lines.map((line) => ITEM.test(line));
  if (!isItem.includes(true) && lines.every((line) => /^(?: {4}|\t)/.test(line))) {
    //     p4 admin stop
    builder.add("code", lines.join("\n"));
    return;
  }
  const starts = [0, ...isItem.flatMap((item, at) => (item && at > 0 ? [at] : []))];
  for (const [index, start] of starts.entries())
    builder.add(isItem[start] ? "list" : "prose", lines.slice(start, starts[index + 1]).join(" "));
}
