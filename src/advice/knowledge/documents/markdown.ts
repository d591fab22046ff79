import type { Token, Tokens } from "marked";
import { cleanText, cleanTitle } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import type { DocumentFormat, FileReading, KnowledgeDocument, KnowledgeFile } from "./document.js";
import { FrontMatterValues, splitFrontMatter } from "./front-matter.js";
import { addHtml } from "./html-blocks.js";
import { parseHtml } from "./html-parser.js";
import { lexMarkdown } from "./markdown-lexer.js";
import { inlineText } from "./markdown-words.js";
import { rowText, SectionBuilder } from "./section-builder.js";
import { sourceOf, statedAddress } from "./source-address.js";

/** Markdown: p4rca's own articles with their front matter, wiki exports, notes. */
export const markdown: DocumentFormat = {
  id: "article",
  title: "Markdown",
  claims: ({ path }) => (/\.(md|markdown|mdown)$/i.test(path) ? 0.9 : 0),
  read: async (file) => readMarkdown(file),
};

const MOST_BYTES = 16 * 1024 * 1024;
/** An id is a name: what has blanks, or goes on for lines, is none. */
const ID = /^[\p{L}\p{N}_][\p{L}\p{N}_.:/-]{0,127}$/u; // long-scan-query

function readMarkdown({ path, bytes }: KnowledgeFile): FileReading {
  if (bytes.length > MOST_BYTES) return { documents: [], warnings: [`${path} is larger than 16 MB: cut it in parts`] };
  const decoded = decodeText(bytes);
  const { values, body, warning } = splitFrontMatter(cleanText(decoded.text));
  const front = new FrontMatterValues(values);
  const builder = new SectionBuilder();
  const heading = readBlocks(lexMarkdown(body), builder);
  const document = documentOf(path, front, { heading, address: statedAddress(body) }, builder);
  const odd = front.odd.length === 0 ? null : `front matter has no text, or too many, in: ${front.odd.join(", ")}`;
  const warnings = [decoded.warning, warning, odd].flatMap((one) => (one === null ? [] : [`${path}: ${one}`]));
  if (!builder.hasText) return { documents: [], warnings: [...warnings, `${path} has no text`] };
  return { documents: [document], warnings };
}

function documentOf(
  path: string,
  front: FrontMatterValues,
  { heading, address }: { heading: string | null; address: string | undefined },
  builder: SectionBuilder,
): KnowledgeDocument {
  const sections = builder.sections();
  const id = front.text("id");
  const versions = [...front.list("versions"), ...front.list("version")];
  const sources = ["sources", "source", "url"].flatMap((name) => front.list(name));
  const published = sources.find((one) => /^https?:/i.test(one)) ?? address; // https://help.example.com/locks
  const title = front.text("title") ?? heading ?? sections[0]?.path[0] ?? path;
  return {
    id: id !== null && ID.test(id) ? id : path,
    title: cleanTitle(title),
    kind: "article",
    ...sourceOf(published, path),
    version: versions.length === 0 ? null : versions.join(", "),
    facets: {
      tables: front.list("tables"),
      commands: front.list("commands"),
      categories: front.list("categories"),
      configurables: front.list("configurables"),
    },
    sections,
  };
}

/** Puts blocks under their headings. Returns the first heading of level 1, which is the title and no section. */
function readBlocks(tokens: readonly Token[], builder: SectionBuilder): string | null {
  let title: string | null = null;
  for (const token of tokens) {
    if (token.type !== "heading") addBlock(token, builder);
    else if (token.depth === 1 && title === null) title = inlineText(token);
    else builder.heading(token.depth, inlineText(token));
  }
  return title;
}

function addBlock(token: Token, builder: SectionBuilder): void {
  if (token.type === "code") builder.add("code", token.text);
  else if (token.type === "list") addItems(token as Tokens.List, builder);
  else if (token.type === "table") addRows(token as Tokens.Table, builder);
  else if (token.type === "blockquote") for (const inner of token.tokens ?? []) addBlock(inner, builder);
  else if (token.type === "html") addHtml(parseHtml(token.text)?.root().toArray() ?? [], builder);
  else if (["paragraph", "text", "heading"].includes(token.type)) builder.add("prose", inlineText(token));
}

/** What stands within an item and is a block of its own. */
const STANDS_ALONE = new Set(["list", "code", "table", "blockquote"]);

/** An item is one block, up to what stands alone in it; what follows that is another. */
function addItems(list: Tokens.List, builder: SectionBuilder): void {
  for (const [index, item] of list.items.entries()) {
    let words = list.ordered ? `${Number(list.start || 1) + index}.` : "-";
    for (const token of item.tokens) {
      if (STANDS_ALONE.has(token.type)) {
        builder.add("list", words);
        addBlock(token, builder);
        words = "";
      } else if (token.type !== "space") words += ` ${inlineText(token)}`;
    }
    builder.add("list", words);
  }
}

function addRows({ header, rows }: Tokens.Table, builder: SectionBuilder): void {
  const head = header.map(inlineText);
  for (const row of rows) builder.add("table", rowText(head, row.map(inlineText)));
}
