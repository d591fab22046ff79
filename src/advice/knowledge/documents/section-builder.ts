import { cleanText, cleanTitle } from "./clean-text.js";
import type { Block, Section } from "./document.js";

/**
 * Collects blocks under headings as they come, cleaned of what can't be seen. Levels may be skipped; a heading closes
 * those of its level and below.
 */
export class SectionBuilder {
  private readonly done: { path: string[]; blocks: Block[] }[] = [{ path: [], blocks: [] }];
  private open: { level: number; name: string }[] = [];

  heading(level: number, name: string): void {
    const shown = cleanTitle(name);
    if (shown === "") return;
    this.open = [...this.open.filter((one) => one.level < level), { level, name: shown }];
    this.done.push({ path: this.open.map((one) => one.name), blocks: [] });
  }

  add(kind: Block["kind"], text: string): void {
    const clean = cleanText(text);
    const kept = kind === "code" ? clean.replace(/^\n+/, "").trimEnd() : clean.replaceAll(/[ \t]+/g, " ").trim();
    if (kept !== "") this.done.at(-1)?.blocks.push({ kind, text: kept });
  }

  /** Text whose every second part is code: what stood between marks such as ``` or {noformat}. */
  addParts(parts: readonly string[]): void {
    for (const [index, part] of parts.entries()) {
      if (index % 2 === 1) this.add("code", part);
      else for (const paragraph of part.split(/\n{2,}/)) this.add("prose", paragraph);
    }
  }

  get hasText(): boolean {
    return this.done.some(({ blocks }) => blocks.length > 0);
  }

  /** Sections with their blocks; an empty one stays where a heading has only further headings below it. */
  sections(): Section[] {
    return this.done.filter(({ path, blocks }) => path.length > 0 || blocks.length > 0);
  }
}

/** A row of a table as a line that can be read alone: `Table: db.rev; Holds: revisions`. */
export function rowText(head: readonly string[], cells: readonly string[]): string {
  return cells
    .map((cell, column) => {
      const name = head[column]?.trim() ?? "";
      return name === "" || cell.trim() === "" ? cell.trim() : `${name}: ${cell.trim()}`;
    })
    .filter((cell) => cell !== "")
    .join("; ");
}
