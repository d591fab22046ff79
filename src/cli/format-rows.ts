import { printable, printableAscii, printableJson, shorten } from "../base/printable.js";

export type TableFormat = "table" | "csv" | "json";
export type Cell = string | number | bigint | null | Uint8Array;

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What a table is laid out for: `width` null prints cells whole. CSV and JSON are UTF-8 and whole in any case. */
interface TablePage {
  readonly width: number | null;
  readonly ascii: boolean;
}

export function formatRows(result: Rows, format: TableFormat, page: TablePage): string {
  if (format === "json") return asJson(result);
  if (format === "csv") return asCsv(result);
  return asTable(result, page);
}

function asJson({ columns, rows }: Rows): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, plain(row[index])])));
  return `${printableJson(JSON.stringify(objects, null, 2))}\n`;
}

function plain(cell: Cell | undefined): string | number | null {
  if (typeof cell === "bigint") return Number(cell);
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString("hex");
  return cell ?? null;
}

/**
 * RFC 4180. A text that a spreadsheet would run as a formula gets a leading apostrophe, and what would move a cursor is
 * shown; only line ends within a cell stay.
 */
function asCsv({ columns, rows }: Rows): string {
  const field = (cell: Cell | undefined) => {
    const value = plain(cell);
    if (typeof value === "number") return String(value);
    const shown = (value ?? "").split("\n").map(printable).join("\n");
    const text = /^\s*[=+\-@]/.test(value ?? "") ? `'${shown}` : shown;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns.map(field), ...rows.map((row) => columns.map((_, index) => field(row[index])))]
    .map((fields) => `${fields.join(",")}\r\n`)
    .join("");
}

function asTable({ columns, rows }: Rows, { width, ascii }: TablePage): string {
  const texts = rows.map((row) => columns.map((_, index) => cellText(row[index], ascii)));
  const wide = columns.map((name, index) =>
    Math.max(name.length, ...texts.map((cells) => (cells[index] ?? "").length)),
  );
  if (width !== null) shrink(wide, width - 2 * (columns.length - 1));
  const numeric = columns.map((_, index) => rows.every((row) => typeof row[index] !== "string"));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const fitted = shorten(cell, wide[index] ?? 0, ascii ? "~" : "\u2026");
        return numeric[index] ? fitted.padStart(wide[index] ?? 0) : fitted.padEnd(wide[index] ?? 0);
      })
      .join("  ")
      .trimEnd();
  const rule = wide.map((size) => "-".repeat(size)).join("  ");
  return `${[line(columns), rule, ...texts.map(line)].join("\n")}\n`;
}

function cellText(cell: Cell | undefined, ascii: boolean): string {
  const value = plain(cell);
  if (value === null) return "";
  return ascii ? printableAscii(String(value)) : printable(String(value));
}

/** Takes from the widest column until the row fits; no column goes below 8. */
function shrink(wide: number[], room: number): void {
  while (wide.reduce((sum, size) => sum + size, 0) > room) {
    const widest = Math.max(...wide);
    if (widest <= 8) return;
    wide[wide.indexOf(widest)] = widest - 1;
  }
}
