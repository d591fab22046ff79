import { printable } from "../../base/printable.js";

/**
 * Text from evidence as Markdown text: on one line, no emphasis, link, HTML, table cell, mention or automatic link of
 * its own making. `a|b <x> *y*` -> `a&#124;b &lt;x&gt; \*y\*`
 */
export function text(value: string | number | null): string {
  const signs: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;" };
  return printable(String(value ?? ""))
    .replace(/[\\`*_[\]#~!@$]/g, "\\$&")
    .replace(/[&<>|]/g, (char) => signs[char] ?? char)
    .replaceAll("://", "\\://")
    .replace(/www\./gi, "www\\.")
    .replace(
      /^(\s*)([-+=]|\d+[.)])/,
      (_, blanks: string, mark: string) => `${blanks}${mark.slice(0, -1)}\\${mark.slice(-1)}`,
    );
}

/** A code span, for what is to be typed or searched. Where it could break out of its span or cell: plain escaped text. */
export function code(value: string): string {
  const shown = printable(value);
  return shown === "" || /[`|\\]/.test(shown) ? text(value) : `\`${shown}\``;
}

/** A block of code that nothing inside can close. */
export function codeBlock(value: string): string {
  const shown = printable(value);
  const longest = (shown.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${shown}\n${fence}`;
}

/** A pipe table; cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}
