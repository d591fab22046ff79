import { type CheerioAPI, load } from "cheerio";
import type { AnyNode, Element } from "domhandler";
import { cleanText } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import { type DocumentFormat, type FileReading, type KnowledgeFile, NO_FACETS } from "./document.js";
import { productVersion } from "./product-version.js";
import { rowText, SectionBuilder } from "./section-builder.js";

/** A saved page: manual, knowledge base article, wiki export. */
export const html: DocumentFormat = {
  id: "html",
  title: "HTML",
  claims: ({ path, bytes }) => {
    const head = new TextDecoder("latin1").decode(bytes.subarray(0, 2048)).toLowerCase();
    if (/<!doctype html|<html[\s>]/.test(head)) return 0.95; // <!DOCTYPE html>
    return /\.x?html?$/i.test(path) ? 0.6 : 0;
  },
  read: async (file) => readHtml(file),
};

/** What surrounds an article, and what is not shown. */
const NOISE = `script, style, noscript, template, iframe, svg, nav, header, footer, aside, form, button, [hidden],
  [aria-hidden="true"], [role="navigation"], [role="banner"], [role="contentinfo"]`;
const HIDDEN_STYLE = /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])/i; // display:none
/** Where manuals and wikis put their text, the narrowest first. */
const MAIN = [
  "article",
  "main",
  "[role=main]",
  "#mc-main-content",
  ".wiki-content",
  "#main-content",
  "#content",
  "body",
];
const FEW_WORDS = 60;
const DEEPEST = 400;

function readHtml({ path, bytes }: KnowledgeFile): FileReading {
  const decoded = decodeText(bytes);
  const page = load(decoded.text);
  const title = titleOf(page);
  const hasPassword = page("input[type=password]").length > 0;
  const hadScripts = page("script").length > 0;
  const source =
    page("link[rel=canonical]").attr("href") ??
    page("meta[property='og:url']").attr("content") ??
    savedFrom(decoded.text);
  const version = productVersion(
    [title, page("meta[name=version]").attr("content") ?? "", page("[class*=breadcrumb]").text()].join(" "),
  );
  page(NOISE).remove();
  page("[style]").each((_, element) => {
    if (HIDDEN_STYLE.test(page(element).attr("style") ?? "")) page(element).remove();
  });
  const words = page("body").text().split(/\s+/).length;
  const refused = (reason: string): FileReading => ({ documents: [], warnings: [`${path} ${reason}`] });
  if (words < FEW_WORDS && (hasPassword || /\b(sign|log) ?in\b|single sign-on/i.test(title)))
    return refused("is a login page, not the article: save the page again after signing in");
  const builder = new SectionBuilder();
  walk(page, mainOf(page), builder, title);
  const sections = builder.sections();
  if (sections.every(({ blocks }) => blocks.length === 0))
    return refused(hadScripts ? "has no text of its own (a script loads it): print it to PDF" : "has no text");
  const known = source !== undefined && /^https?:\/\//i.test(source);
  const document = {
    ...{ id: path, title: title || path, kind: "html" as const, source: known ? source : path, version },
    ...{ trust: known ? ("site" as const) : ("untrusted" as const), facets: NO_FACETS, sections },
  };
  return { documents: [document], warnings: decoded.warning === null ? [] : [`${path}: ${decoded.warning}`] };
}

function titleOf(page: CheerioAPI): string {
  const found = [
    page("h1").first().text(),
    page("meta[property='og:title']").attr("content"),
    page("title").first().text(),
  ];
  return cleanText(found.find((text) => text?.trim()) ?? "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** <!-- saved from url=(0044)https://help.perforce.com/page.html --> */
function savedFrom(text: string): string | undefined {
  return /<!-- saved from url=\(\d+\)(\S+) -->/.exec(text.slice(0, 4096))?.[1];
}

function mainOf(page: CheerioAPI): AnyNode | undefined {
  for (const selector of MAIN) {
    const found = page(selector).first();
    if (found.text().trim() !== "") return found[0];
  }
  return page("body")[0];
}

const BLOCKS = new Set(["p", "dd", "dt", "figcaption", "caption", "blockquote", "address", "summary"]);

function walk(page: CheerioAPI, node: AnyNode | undefined, builder: SectionBuilder, title: string, depth = 0): void {
  if (node === undefined || depth > DEEPEST) return;
  let loose = "";
  const flush = () => {
    builder.add("prose", cleanText(loose));
    loose = "";
  };
  for (const child of page(node).contents().toArray()) {
    if (child.type === "text") loose += child.data;
    else if (child.type !== "tag") continue;
    else if (isInline(page, child)) loose += page(child).text();
    else {
      flush();
      addElement(page, child, builder, title, depth);
    }
  }
  flush();
}

function addElement(page: CheerioAPI, element: Element, builder: SectionBuilder, title: string, depth: number): void {
  const name = element.tagName;
  const words = () => cleanText(page(element).text());
  if (/^h[1-6]$/.test(name)) {
    // The title stands above everything and names no section.
    if (words().replaceAll(/\s+/g, " ").trim() !== title) builder.heading(Number(name[1]), words());
  } else if (name === "pre") builder.add("code", words());
  else if (name === "table") addTable(page, element, builder);
  else if (name === "li") builder.add("list", `- ${words().replaceAll(/\s+/g, " ")}`);
  else if (BLOCKS.has(name) && page(element).find("pre, table, ul, ol").length === 0)
    builder.add("prose", words().replaceAll(/\s+/g, " "));
  else walk(page, element, builder, title, depth + 1);
}

const INLINE = new Set([
  "a",
  "abbr",
  "b",
  "bdi",
  "br",
  "cite",
  "code",
  "em",
  "font",
  "i",
  "kbd",
  "mark",
  "q",
  "s",
  "samp",
  "small",
  "span",
  "strong",
  "sub",
  "sup",
  "tt",
  "u",
  "var",
  "wbr",
]);

function isInline(page: CheerioAPI, element: Element): boolean {
  return INLINE.has(element.tagName) && page(element).find("p, pre, table, ul, ol, div, h1, h2, h3").length === 0;
}

function addTable(page: CheerioAPI, table: Element, builder: SectionBuilder): void {
  const rows = page(table).find("tr").toArray();
  const cells = (row: AnyNode) =>
    page(row)
      .children("th, td")
      .toArray()
      .map((cell) => cleanText(page(cell).text()).replaceAll(/\s+/g, " ").trim());
  const [first] = rows;
  const hasHead = first !== undefined && page(first).children("td").length === 0;
  const head = hasHead ? cells(first) : [];
  for (const row of hasHead ? rows.slice(1) : rows) builder.add("table", rowText(head, cells(row)));
}
