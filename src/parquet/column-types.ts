import type { ColumnType, ExactCell, TypedColumn } from "../contracts/exact-rows.js";

/** Kinds of value seen in a column, as bits. */
const KIND = { integer: 1, largeInteger: 2, real: 4, text: 8, blob: 16 } as const;

/** Beyond this a double no longer holds every integer. */
const LARGEST_EXACT = 2n ** 53n;

/**
 * SQLite types values, Parquet types columns: this notes what a column holds and settles on the narrowest type that
 * loses nothing. Integers and reals together are reals, unless one is too large for that; anything with text is text.
 */
export class ColumnSurvey {
  private readonly seen: Uint8Array;

  constructor(columnCount: number) {
    this.seen = new Uint8Array(columnCount);
  }

  add(row: readonly ExactCell[]): void {
    for (let index = 0; index < this.seen.length; index++) {
      this.seen[index] = (this.seen[index] as number) | kindOf(row[index] ?? null);
    }
  }

  /** `declared` decides for columns in which every value is NULL: INTEGER, REAL, TEXT, BLOB, or null for an expression. */
  types(columns: readonly { readonly name: string; readonly declared: string | null }[]): TypedColumn[] {
    const names = distinctNames(columns.map(({ name }) => name));
    return columns.map(({ declared }, index) => ({
      name: names[index] as string,
      type: typeOf(this.seen[index] as number) ?? declaredType(declared) ?? "text",
    }));
  }
}

function kindOf(cell: ExactCell): number {
  if (cell === null) return 0;
  if (typeof cell === "bigint") {
    return cell > LARGEST_EXACT || cell < -LARGEST_EXACT ? KIND.largeInteger : KIND.integer;
  }
  if (typeof cell === "number") return KIND.real;
  return typeof cell === "string" ? KIND.text : KIND.blob;
}

function typeOf(seen: number): ColumnType | null {
  if (seen === 0) return null;
  if (seen === KIND.blob) return "blob";
  if ((seen & (KIND.text | KIND.blob)) !== 0) return "text";
  if ((seen & KIND.real) === 0) return "integer";
  return (seen & KIND.largeInteger) === 0 ? "real" : "text";
}

function declaredType(declared: string | null): ColumnType | null {
  switch (declared?.toUpperCase()) {
    case "INTEGER":
    case "INT":
      return "integer";
    case "REAL":
      return "real";
    case "TEXT":
      return "text";
    case "BLOB":
      return "blob";
    default:
      return null;
  }
}

/** Readers tell columns apart without regard to case: a, A -> a, A_2. */
function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, index) => {
    const wanted = name === "" ? `column_${index + 1}` : name;
    let free = wanted;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${wanted}_${number}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/**
 * A value for a column of this type; integers may come as whole numbers or as bigint and stay what they are. Throws
 * RangeError for what the type cannot hold, which a survey of the same rows rules out.
 */
export function fitted(cell: ExactCell, type: ColumnType): ExactCell {
  if (cell === null) return null;
  if (type === "text") return typeof cell === "string" ? cell : textOf(cell);
  if (type === "blob" && cell instanceof Uint8Array) return cell;
  if (type === "real" && typeof cell === "number") return cell;
  if (type === "real" && typeof cell === "bigint") return Number(cell);
  if (isWholeType(type) && (typeof cell === "bigint" || Number.isSafeInteger(cell))) return cell;
  throw new RangeError(`a ${type} column cannot hold a ${typeof cell}`);
}

export function isWholeType(type: ColumnType): boolean {
  return type === "integer" || type === "timestamp";
}

/** As SQLite's CAST prints a number (2.0 keeps its point), a blob in hexadecimal as in CSV and JSON. */
function textOf(cell: number | bigint | Uint8Array): string {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString("hex");
  if (typeof cell === "bigint") return String(cell);
  return Number.isInteger(cell) && Math.abs(cell) < 1e15 ? cell.toFixed(1) : String(cell);
}
