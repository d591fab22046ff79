import { instant } from "../capture-time.js";

/** What log2sql wrote, from its database or its JSON; the two differ in a few names. */
export type Values = Readonly<Record<string, unknown>>;

export interface Origin {
  readonly sourceId: number;
  readonly lineNo: number;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** `2024/03/05 14:07:03` or RFC 3339; null for '' and for Go's time zero, which both mean "never". */
export function secondsOf(value: unknown): number | null {
  const m = /^(\d{4})[-/](\d{2})[-/](\d{2})[ T](\d{2}):(\d{2}):(\d{2})/.exec(text(value)); // 2024/03/05 14:07:03
  if (m === null || m[1] === "0001") return null;
  return instant(m.slice(1, 7).map(Number), undefined)?.seconds ?? null;
}

/** SQLite integers end at 2^63. */
const LARGEST = 2 ** 62;

/** The number times `factor`, rounded: lapses are floats of 32 bits there. NaN for anything else. */
export function whole(value: unknown, factor: number): number {
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number !== "number") return Number.NaN;
  const rounded = Math.round(number * factor);
  return Math.abs(rounded) <= LARGEST ? rounded : Number.NaN;
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
