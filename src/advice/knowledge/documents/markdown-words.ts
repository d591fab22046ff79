import type { Token, Tokens } from "marked";
import { shownText } from "./html-blocks.js";
import { parseHtml } from "./html-parser.js";

/** Words that a token shows, without marks; a link keeps its words, and of HTML what a page would show. */
export function inlineText(token: Token | Tokens.TableCell): string {
  const html = htmlOf(token);
  if (!/[<&]/.test(html)) return html;
  return parseHtml(html)?.root().toArray().map(shownText).join("") ?? "";
}

/** Words with the tags that stand between them; signs that only look like tags are escaped. */
function htmlOf(token: Token | Tokens.TableCell): string {
  const type = "type" in token ? token.type : "cell";
  if (type === "br") return "\n";
  if (type === "html") return "raw" in token ? token.raw : "";
  if (!("text" in token)) return "";
  if (type === "codespan") return token.text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  if ("tokens" in token && token.tokens !== undefined) return token.tokens.map(htmlOf).join("");
  // marked leaves entities in words as they are written: `&lt;` is a sign.
  return String(token.text).replaceAll("<", "&lt;");
}
