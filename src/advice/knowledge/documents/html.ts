import type { CheerioAPI } from "cheerio/slim";
import type { AnyNode } from "domhandler";
import { cleanTitle } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import { type DocumentFormat, type FileReading, type KnowledgeFile, NO_FACETS } from "./document.js";
import { addHtml, shownText } from "./html-blocks.js";
import { parseHtml } from "./html-parser.js";
import { productVersion } from "./product-version.js";
import { SectionBuilder } from "./section-builder.js";
import { sourceOf } from "./source-address.js";

/** A saved page: manual, knowledge base article, wiki export. */
export const html: DocumentFormat = {
  id: "html",
  title: "HTML",
  claims: ({ path, bytes }) => {
    const head = new TextDecoder("latin1").decode(bytes.subarray(0, 2048)).toLowerCase();
    // A page of Markdown may speak of <html>; a page of HTML begins with it, or with what may stand before it.
    const begins = /^[^a-z<]{0,40}<(?:!doctype html|html[\s>])/.test(head); // <!DOCTYPE html>
    const followed = /^[^a-z<]{0,40}<(?:!--|\?xml|!doctype)/.test(head) && /<html[\s>]/.test(head); // <?xml version="1.0"?><html>
    if (begins || followed) return 0.95;
    return /\.x?html?$/i.test(path) ? 0.95 : 0;
  },
  read: async (file) => readHtml(file),
};

/** Where manuals and wikis put their text, the surest first. */
const MAIN = [
  ...["main", "[role=main]", "article", "#mc-main-content", ".wiki-content", "#main-content", "#content", "body"],
];
/** A page to sign in has few words, and fewer still where only its title tells. */
const LOGIN_WORDS = { withPassword: 150, byTitle: 60 };

function readHtml({ path, bytes }: KnowledgeFile): FileReading {
  const decoded = decodeText(bytes);
  const refused = (reason: string): FileReading => ({ documents: [], warnings: [`${path} ${reason}`] });
  const page = parseHtml(decoded.text);
  if (page === null) return refused("is nested too deeply: print it to PDF");
  const main = mainOf(page);
  const title = titleOf(page, main);
  if (isLogin(page, title)) return refused("is a login page, not the article: save the page again after signing in");
  const builder = new SectionBuilder();
  addHtml(main, builder, title);
  if (!builder.hasText) {
    const hasScripts = page("script").length > 0;
    return refused(hasScripts ? "has no text of its own (a script loads it): print it to PDF" : "has no text");
  }
  const document = {
    ...{ id: path, title: title || path, kind: "html" as const, version: versionOf(page, title) },
    ...{ ...sourceOf(addressOf(page, decoded.text), path), facets: NO_FACETS, sections: builder.sections() },
  };
  return { documents: [document], warnings: decoded.warning === null ? [] : [`${path}: ${decoded.warning}`] };
}

function mainOf(page: CheerioAPI): AnyNode[] {
  for (const selector of MAIN) {
    const found = page(selector).first().toArray();
    if (found.some((node) => shownText(node).trim() !== "")) return found;
  }
  return page.root().toArray();
}

function titleOf(page: CheerioAPI, main: readonly AnyNode[]): string {
  const found = [
    page([...main])
      .find("h1")
      .first()
      .text(),
    page("meta[property='og:title']").attr("content"),
    page("title").first().text(),
  ];
  return cleanTitle(found.find((text) => text?.trim()) ?? "");
}

function isLogin(page: CheerioAPI, title: string): boolean {
  const words = page.root().toArray().map(shownText).join(" ").trim().split(/\s+/).length;
  const titles = `${title} ${page("title").first().text().slice(0, 300)}`;
  if (page("input[type=password]").length > 0) return words < LOGIN_WORDS.withPassword;
  return words < LOGIN_WORDS.byTitle && /\b(?:sign|log)[ -]?in\b|single sign-on|\bSSO\b/i.test(titles); // Sign in - Acme SSO
}

/** The version of the product that the page states in its head, its title or the way to it. */
function versionOf(page: CheerioAPI, title: string): string | null {
  const stated = page("meta[name=version], meta[name=product-version]").attr("content") ?? "";
  const titles = [title, page("title").first().text(), page("[class*=breadcrumb]").first().text()];
  return productVersion([stated, ...titles].map((text) => text.slice(0, 500)).join(" "));
}

function addressOf(page: CheerioAPI, text: string): string | undefined {
  return (
    page("link[rel=canonical]").attr("href") ??
    page("meta[property='og:url']").attr("content") ??
    /<!-- saved from url=\(\d{1,6}\)(\S{1,2000}) -->/.exec(text.slice(0, 8192))?.[1] // <!-- saved from url=(0041)https://help.perforce.com/locks.html -->
  );
}
