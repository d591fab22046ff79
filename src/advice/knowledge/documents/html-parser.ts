import { type CheerioAPI, load } from "cheerio/slim";

/** No page that somebody wrote goes deeper. */
const DEEPEST = 800;

/** A page, or a piece of one; null where its elements stand too deep in each other. */
export function parseHtml(html: string): CheerioAPI | null {
  // htmlparser2 reads any text in one go; parse5 needs the square of the length for what is made to stop it.
  return isTooDeep(html) ? null : load(html, { xml: { xmlMode: false, recognizeSelfClosing: true } }, false);
}

/** Elements without an end. */
const VOID = new Set(
  "area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr".split(
    " ",
  ),
);
/** Elements that end where the next of their kind begins: by the first, what it ends. */
const ENDS = new Map<string, readonly string[]>([
  ["p", ["p"]],
  ["li", ["li"]],
  ["dt", ["dt", "dd"]],
  ["dd", ["dt", "dd"]],
  ["option", ["option"]],
  ["tr", ["tr", "th", "td"]],
  ["th", ["th"]],
  ["td", ["thead", "th", "td"]],
  ["tbody", ["thead", "tbody"]],
  ["tfoot", ["thead", "tbody"]],
]);
/** What no tags are read in: how it begins and ends. */
const OPAQUE = new Map([
  ["!--", "-->"],
  ["script", "</script"],
  ["style", "</style"],
]);
const TAG = /<(?:!--|\/?[a-z][^\s/>]{0,40})/g; // </div

/**
 * Counts without building the page: parsers and walkers need a time that grows with the square of the depth, and a
 * page made to stop them goes a million deep.
 */
function isTooDeep(page: string): boolean {
  const html = page.toLowerCase();
  const open: string[] = [];
  const tags = new RegExp(TAG);
  for (let tag = tags.exec(html); tag !== null; tag = tags.exec(html)) {
    const name = tag[0].slice(1);
    const opaque = OPAQUE.get(name);
    const end = html.indexOf(opaque ?? ">", tags.lastIndex);
    if (end === -1) return false;
    tags.lastIndex = end;
    if (opaque !== undefined || html[end - 1] === "/") continue;
    if (name.startsWith("/")) {
      const at = open.lastIndexOf(name.slice(1));
      if (at !== -1) open.length = at;
    } else if (!VOID.has(name)) {
      const ended = ENDS.get(name) ?? [];
      while (ended.includes(open.at(-1) ?? "")) open.pop();
      open.push(name);
      if (open.length > DEEPEST) return true;
    }
  }
  return false;
}
