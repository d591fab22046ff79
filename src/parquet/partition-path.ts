import { createHash } from "node:crypto";

/** What Hive, Spark, Trino and DuckDB read as NULL. */
const NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__";
/** File names end at 255 bytes on Linux; `server=` and a digest have to fit as well. */
const LONGEST_VALUE = 180;

/**
 * `server=edge-1`, as Hive names the folder of a partition. A value is hostile: all but ASCII letters, digits and `._-`
 * is escaped as %XX of its UTF-8 bytes, which the readers take back, so that it never leaves its folder.
 */
export function partitionFolder(column: string, value: string | null): string {
  return `${column}=${value === null || value === "" ? NULL_PARTITION : escaped(value)}`;
}

function escaped(value: string): string {
  const safe = value === NULL_PARTITION ? `%5F${value.slice(1)}` : encode(value);
  if (safe.length <= LONGEST_VALUE) return safe;
  const cut = safe.slice(0, LONGEST_VALUE).replace(/%.?$/, ""); // "a%C3%A" must not end within an escape
  return `${cut}-${createHash("sha256").update(value).digest("hex").slice(0, 16)}`;
}

function encode(value: string): string {
  let text = "";
  for (const byte of Buffer.from(value)) {
    const char = String.fromCharCode(byte);
    text += /[A-Za-z0-9._-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}
