import { type AnyNode, type Element, hasChildren, isTag, isText } from "domhandler";
import { rowText, type SectionBuilder } from "./section-builder.js";

/** What surrounds an article, and what has no words. */
const SKIPPED = new Set(
  `script style noscript template iframe object svg math canvas audio video nav header footer aside button input select
  textarea head title`.split(/\s+/),
);
const SKIPPED_ROLES = new Set(["navigation", "banner", "contentinfo", "search"]);
const HIDDEN_STYLE = /display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|font-size\s{0,9}:\s{0,9}0(?![.\d])/i; // display: none
/** Elements that stand within a line; all others begin one of their own. */
const INLINE = new Set(
  `a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small span strike strong sub sup
  time tt u var wbr`.split(/\s+/),
);
const HEADING = /^h[1-6]$/; // h2

/** Puts what a page shows under its headings. The title names no section: a heading that is the title is left out. */
export function addHtml(nodes: readonly AnyNode[], builder: SectionBuilder, title = ""): void {
  const writer = new BlockWriter(builder, title);
  for (const node of nodes) writer.add(node);
  writer.end();
}

/** Words that an element shows, as they stand; a line break is a line feed. */
export function shownText(node: AnyNode): string {
  if (isText(node)) return node.data;
  if (!hasChildren(node) || !isShown(node)) return "";
  return isTag(node) && node.name === "br" ? "\n" : node.children.map(shownText).join("");
}

function isShown(node: AnyNode): boolean {
  if (!isTag(node)) return true;
  const { name, attribs } = node;
  return !(
    SKIPPED.has(name) ||
    "hidden" in attribs ||
    attribs["aria-hidden"] === "true" ||
    SKIPPED_ROLES.has(attribs.role ?? "") ||
    HIDDEN_STYLE.test(attribs.style ?? "")
  );
}

class BlockWriter {
  private loose = "";
  /** What stands before the words of the item that begins; null outside of one. */
  private mark: string | null = null;
  private items = 0;
  private broken = false;

  constructor(
    private readonly builder: SectionBuilder,
    private readonly title: string,
  ) {}

  add(node: AnyNode): void {
    if (isText(node)) {
      this.loose += node.data;
      if (node.data.trim() !== "") this.broken = false;
    } else if (hasChildren(node) && isShown(node)) {
      if (isTag(node)) this.addElement(node);
      else this.addChildren(node.children);
    }
  }

  /** Ends a run of words: it becomes a paragraph, or the item that was begun. */
  end(): void {
    const text = this.loose.replaceAll(/\s+/g, " ").trim();
    this.loose = "";
    if (text === "") return;
    if (this.mark === null) this.builder.add("prose", text);
    else this.builder.add("list", `${this.mark} ${text}`);
    this.mark = null;
  }

  private addElement(element: Element): void {
    const { name, children } = element;
    if (name === "br") this.addBreak();
    else if (INLINE.has(name)) this.addChildren(children);
    else if (HEADING.test(name)) this.addHeading(element);
    else if (name === "pre") this.addAlone(() => this.builder.add("code", shownText(element)));
    else if (name === "table" && !isLayout(element)) this.addAlone(() => this.addRows(element));
    else if (name === "ul" || name === "ol") this.addList(element);
    else if (this.items > 0 && name !== "table") this.addWithinItem(children);
    else this.addAlone(() => this.addChildren(children));
  }

  private addChildren(children: readonly AnyNode[]): void {
    for (const child of children) this.add(child);
  }

  /** Ends what was before, and what it adds itself. */
  private addAlone(add: () => void): void {
    this.end();
    add();
    this.end();
  }

  /** An item is one block, however many paragraphs it has. */
  private addWithinItem(children: readonly AnyNode[]): void {
    this.loose += " ";
    this.addChildren(children);
    this.loose += " ";
  }

  /** Old pages part paragraphs by two breaks. */
  private addBreak(): void {
    if (this.broken && this.items === 0) this.end();
    this.loose += " ";
    this.broken = true;
  }

  private addHeading(element: Element): void {
    const words = shownText(element).replaceAll(/\s+/g, " ").trim();
    this.end();
    if (words !== this.title) this.builder.heading(Number(element.name[1]), words);
  }

  private addList({ name, attribs, children }: Element): void {
    this.end();
    let number = Number.parseInt(attribs.start ?? "1", 10) || 1;
    for (const child of children) {
      if (isTag(child) && child.name === "li" && isShown(child)) {
        this.mark = name === "ol" ? `${number++}.` : "-";
        this.items++;
        this.addChildren(child.children);
        this.end();
        this.items--;
        this.mark = null;
      } else this.add(child);
    }
    this.end();
  }

  private addRows(table: Element): void {
    const rows = rowsOf(table);
    const hasHead = rows[0]?.every((cell) => cell.name === "th") ?? false;
    const words = (row: readonly Element[] = []) => row.map((cell) => shownText(cell).replaceAll(/\s+/g, " "));
    const head = hasHead ? words(rows[0]) : [];
    for (const row of hasHead ? rows.slice(1) : rows) this.builder.add("table", rowText(head, words(row)));
  }
}

/** Cells of a table by its rows, without those of tables within. */
function rowsOf(parent: Element): Element[][] {
  return parent.children.flatMap((child): Element[][] => {
    if (!isTag(child) || !isShown(child)) return [];
    if (child.name !== "tr") return /^t(?:head|body|foot)$/.test(child.name) ? rowsOf(child) : []; // tbody
    const cells = child.children.filter(isTag).filter((cell) => /^t[hd]$/.test(cell.name) && isShown(cell)); // td
    return cells.length === 0 ? [] : [cells];
  });
}

/** A table that arranges a page, or holds more than words: read as what it holds. */
function isLayout(part: Element): boolean {
  return part.children.some((child) => isTag(child) && (/^(?:table|pre|h[1-6])$/.test(child.name) || isLayout(child))); // pre
}
