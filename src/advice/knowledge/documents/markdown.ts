import { load } from "cheerio/slim";
import { marked, type Token, type Tokens } from "marked";
import { cleanText } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import type { DocumentFormat, Facets, FileReading, KnowledgeDocument, KnowledgeFile } from "./document.js";
import { listValue, splitFrontMatter, textValue } from "./front-matter.js";
import { rowText, SectionBuilder } from "./section-builder.js";

/** Markdown: p4rca's own articles with their front matter, wiki exports, notes. */
export const markdown: DocumentFormat = {
  id: "article",
  title: "Markdown",
  claims: ({ path }) => (/\.(md|markdown|mdown)$/i.test(path) ? 0.9 : 0),
  read: async (file) => readMarkdown(file),
};

function readMarkdown({ path, bytes }: KnowledgeFile): FileReading {
  const decoded = decodeText(bytes);
  const { values, body, warning } = splitFrontMatter(cleanText(decoded.text));
  const builder = new SectionBuilder();
  const first = readBlocks(marked.lexer(body, { gfm: true }), builder);
  const sections = builder.sections();
  const warnings = [decoded.warning, warning].flatMap((one) => (one === null ? [] : [`${path}: ${one}`]));
  if (sections.length === 0) return { documents: [], warnings: [...warnings, `${path} has no text`] };
  const source = listValue(values, "sources")[0] ?? textValue(values, "source") ?? textValue(values, "url");
  const versions = listValue(values, "versions");
  const document: KnowledgeDocument = {
    id: textValue(values, "id") ?? path,
    title: textValue(values, "title") ?? first ?? sections[0]?.path[0] ?? path,
    kind: "article",
    source: source ?? path,
    version: versions.length === 0 ? null : versions.join(", "),
    trust: source === null || source === undefined ? "untrusted" : "site",
    facets: facetsOf(values),
    sections,
  };
  return { documents: [document], warnings };
}

function facetsOf(values: Readonly<Record<string, unknown>>): Facets {
  const list = (name: string) => listValue(values, name);
  return {
    tables: list("tables"),
    commands: list("commands"),
    categories: list("categories"),
    configurables: list("configurables"),
  };
}

/** Puts blocks under their headings. Returns the first heading of level 1, which is the title and no section. */
function readBlocks(tokens: readonly Token[], builder: SectionBuilder): string | null {
  let title: string | null = null;
  for (const token of tokens) {
    if (token.type !== "heading") addBlock(token, builder);
    else if (token.depth === 1 && title === null) title = inlineText(token.tokens);
    else builder.heading((token as Tokens.Heading).depth, inlineText(token.tokens));
  }
  return title;
}

function addBlock(token: Token, builder: SectionBuilder): void {
  if (token.type === "code") builder.add("code", token.text);
  else if (token.type === "list") addItems(token as Tokens.List, builder, "");
  else if (token.type === "table") addRows(token as Tokens.Table, builder);
  else if (token.type === "blockquote") for (const inner of token.tokens ?? []) addBlock(inner, builder);
  else if (token.type === "html") builder.add("prose", htmlText(token.text));
  else if (token.type === "paragraph" || token.type === "text")
    builder.add("prose", inlineText(token.tokens, token.text));
}

function addItems(list: Tokens.List, builder: SectionBuilder, indent: string): void {
  list.items.forEach((item, index) => {
    const mark = list.ordered ? `${Number(list.start || 1) + index}.` : "-";
    const own = item.tokens.filter(({ type }) => type !== "list" && type !== "code");
    builder.add(
      "list",
      `${indent}${mark} ${own.map((token) => inlineText((token as Tokens.Text).tokens, token.raw)).join(" ")}`,
    );
    for (const inner of item.tokens) {
      if (inner.type === "list") addItems(inner as Tokens.List, builder, "");
      if (inner.type === "code") builder.add("code", inner.text);
    }
  });
}

function addRows({ header, rows }: Tokens.Table, builder: SectionBuilder): void {
  const head = header.map((cell) => inlineText(cell.tokens, cell.text));
  for (const row of rows)
    builder.add(
      "table",
      rowText(
        head,
        row.map((cell) => inlineText(cell.tokens, cell.text)),
      ),
    );
}

/** Words of inline tokens, without marks; a link keeps its words. */
function inlineText(tokens: readonly Token[] | undefined, fallback = ""): string {
  if (tokens === undefined) return fallback;
  return tokens
    .map((token): string => {
      if (token.type === "br") return "\n";
      if (token.type === "html") return "";
      if ("tokens" in token && token.tokens !== undefined) return inlineText(token.tokens);
      return "text" in token ? unescaped(String(token.text)) : "";
    })
    .join("");
}

/** marked leaves entities as they are written: `&lt;` is a sign. */
function unescaped(text: string): string {
  return text.includes("&") ? load(text, null, false).text() : text;
}

/** Visible words of a piece of HTML within Markdown. */
function htmlText(html: string): string {
  const page = load(html, null, false);
  page("script, style, template, [hidden]").remove();
  return page.text();
}
