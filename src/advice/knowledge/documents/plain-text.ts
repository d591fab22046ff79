import { cleanText } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import { type DocumentFormat, type FileReading, type KnowledgeFile, NO_FACETS } from "./document.js";
import { productVersion } from "./product-version.js";
import { SectionBuilder } from "./section-builder.js";
import { statedAddress } from "./source-address.js";

/** Text without marks, and AsciiDoc as the SDP and runbooks have it. */
export const plainText: DocumentFormat = {
  id: "text",
  title: "plain text",
  claims: ({ path, bytes }) => {
    if (bytes.subarray(0, 65_536).includes(0) && !hasUtf16Mark(bytes)) return 0;
    return /\.(txt|text|adoc|asciidoc|rst|log|me|1|8)$/i.test(path) ? 0.5 : 0.1;
  },
  read: async (file) => readText(file),
};

function hasUtf16Mark([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function readText({ path, bytes }: KnowledgeFile): FileReading {
  const decoded = decodeText(bytes);
  const lines = cleanText(decoded.text).split("\n");
  const builder = new SectionBuilder();
  const title = addLines(lines, builder);
  const sections = builder.sections();
  const warnings = decoded.warning === null ? [] : [`${path}: ${decoded.warning}`];
  if (sections.every(({ blocks }) => blocks.length === 0))
    return { documents: [], warnings: [...warnings, `${path} has no text`] };
  const source = statedAddress(lines.slice(0, 10).join("\n"));
  const document = {
    ...{ id: path, title: title ?? path, kind: "text" as const, source: source ?? path },
    ...{
      version: productVersion(title ?? ""),
      trust: source === undefined ? ("untrusted" as const) : ("site" as const),
    },
    ...{ facets: NO_FACETS, sections },
  };
  return { documents: [document], warnings };
}

const ASCIIDOC = /^(={1,5}) (\S.*)$/; // == Rotating the journal
const NUMBERED = /^(\d+(?:\.\d+){0,3})\.?\s+(\p{Lu}[^.!?]{2,70})$/u; // 3.2 Rotating the journal
const UNDERLINE = /^([=\-~^+*#])\1{2,}\s*$/; // -----------
const SHOUTED = /^\p{Lu}[\p{Lu}\d /&-]{3,60}$/u; // ROTATING THE JOURNAL
const FENCE = /^(?:----|````?|\.\.\.\.)\s*\S*$/; // ----

/** Puts lines under headings; returns the first heading of all where it stands at the top. */
function addLines(lines: readonly string[], builder: SectionBuilder): string | null {
  let title: string | null = null;
  let paragraph: string[] = [];
  let fenced = false;
  const flush = () => {
    const indented = paragraph.length > 0 && paragraph.every((line) => /^(?: {4}|\t)/.test(line));
    builder.add(fenced || indented ? "code" : "prose", paragraph.join(fenced || indented ? "\n" : " "));
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const heading = fenced ? null : headingAt(lines, at);
    if (heading !== null) {
      flush();
      if (title === null && builder.sections().length === 0) title = heading.name;
      else builder.heading(heading.level, heading.name);
      at += heading.lines - 1;
    } else if (FENCE.test(line)) {
      flush();
      fenced = !fenced;
    } else if (line.trim() === "" && !fenced) flush();
    else paragraph.push(line);
  }
  flush();
  return title;
}

function headingAt(lines: readonly string[], at: number): { level: number; name: string; lines: number } | null {
  const line = lines[at] ?? "";
  const [, marks, marked = ""] = ASCIIDOC.exec(line) ?? [];
  if (marks !== undefined) return { level: marks.length, name: marked, lines: 1 };
  const alone = (lines[at - 1] ?? "").trim() === "";
  const under = UNDERLINE.exec(lines[at + 1] ?? "")?.[1];
  if (alone && under !== undefined && /^\S.{1,80}$/.test(line))
    return { level: under === "=" ? 1 : 2, name: line, lines: 2 };
  if (!alone || (lines[at + 1] ?? "").trim() !== "") return null;
  const [, number = "", numbered] = NUMBERED.exec(line) ?? [];
  if (numbered !== undefined) return { level: number.split(".").length + 1, name: numbered, lines: 1 };
  return SHOUTED.test(line) ? { level: 2, name: line, lines: 1 } : null;
}
