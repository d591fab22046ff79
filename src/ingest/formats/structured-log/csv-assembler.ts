import type { Line } from "../../source/split-lines.js";

/** One record: its fields unquoted, and the line it begins at. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: Line;
  /** As it stands in the file, cut to what is worth citing. */
  readonly text: string;
}

/**
 * `4.58,1709644023,123456789,2024/03/05 14:07:03,4101,…`: type, epoch seconds, nanoseconds, date, pid. So much has to
 * agree that neither a user's text nor another CSV looks like it.
 */
const RECORD =
  /^"?(\d{1,3})(?:\.(\d{1,3}))?"?,"?\d{9,11}"?,"?\d{1,9}"?,"?\d{4}[-/]\d{2}[-/]\d{2}[ T]\d{2}:\d{2}:\d{2}[^,]{0,20},"?\d{1,10}"?,/;

const MOST_LINES = 5000;
const MOST_CHARS = 1 << 20;
const CITED_CHARS = 2000;

export function beginsRecord(text: string): boolean {
  return RECORD.test(text);
}

export type Assembled = { readonly record: CsvRecord } | "inside" | "unknown";

/** Puts records together that go over several lines because a quoted text does; quotes are doubled inside quotes. */
export class CsvAssembler {
  private first: Line | null = null;
  private text = "";
  private lines = 0;
  /** Records given up because their quotes never closed. */
  torn = 0;

  add(line: Line): Assembled {
    const begins = beginsRecord(line.text);
    if (this.first !== null && (begins || this.lines >= MOST_LINES || this.text.length > MOST_CHARS)) this.drop();
    if (this.first === null) {
      if (!begins) return "unknown";
      this.first = line;
      this.text = line.text;
    } else {
      this.text += `\n${line.text}`;
    }
    this.lines++;
    // A line over the limit has lost its end: what is there is all there will be.
    if (!line.cut && hasOpenQuote(this.text)) return "inside";
    return { record: this.take(this.first) };
  }

  /** After the last line. */
  end(): void {
    if (this.first !== null) this.drop();
  }

  private drop(): void {
    this.torn++;
    this.first = null;
    this.text = "";
    this.lines = 0;
  }

  private take(line: Line): CsvRecord {
    const { text } = this;
    this.first = null;
    this.text = "";
    this.lines = 0;
    return { fields: fieldsOf(text), line, text: text.slice(0, CITED_CHARS) };
  }
}

/** Doubled quotes cancel out, so that only the number of quotes counts. */
function hasOpenQuote(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++;
  return quotes % 2 === 1;
}

/** RFC 4180: `a,"b ""c"", d",e` is a | b "c", d | e. */
export function fieldsOf(text: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      const [value, end] = quoted(text, at + 1);
      const comma = text.indexOf(",", end);
      fields.push(value + text.slice(end, comma < 0 ? text.length : comma));
      if (comma < 0) return fields;
      at = comma + 1;
    } else {
      const comma = text.indexOf(",", at);
      fields.push(text.slice(at, comma < 0 ? text.length : comma));
      if (comma < 0) return fields;
      at = comma + 1;
    }
  }
}

/** The text up to the closing quote, and where it goes on behind it. */
function quoted(text: string, from: number): [string, number] {
  const parts: string[] = [];
  let start = from;
  for (;;) {
    const quote = text.indexOf('"', start);
    if (quote < 0) return [parts.join("") + text.slice(start), text.length];
    parts.push(text.slice(start, quote));
    if (text[quote + 1] !== '"') return [parts.join(""), quote + 1];
    parts.push('"');
    start = quote + 2;
  }
}
