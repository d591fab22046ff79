import { parse } from "yaml";

/** What stands between two lines of `---` at the top of a Markdown file, and the rest of the file. */
export interface FrontMatter {
  readonly values: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly warning: string | null;
}

/** Reads YAML front matter; a file without one, or with one that is no YAML, is all body. */
export function splitFrontMatter(text: string): FrontMatter {
  const begin = /^---[ \t]*\r?\n/.exec(text)?.[0].length ?? 0; // ---
  const end = begin === 0 ? null : /^---[ \t]*$/m.exec(text.slice(begin));
  if (end === null) return { values: {}, body: text, warning: null };
  const body = text.slice(begin + end.index + end[0].length);
  try {
    const values: unknown = parse(text.slice(begin, begin + end.index), { maxAliasCount: 10 }) ?? {};
    if (typeof values !== "object" || values === null || Array.isArray(values))
      throw new Error("no list of key: value");
    return { values: values as Record<string, unknown>, body, warning: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { values: {}, body, warning: `front matter can't be read (${reason}); the text was taken without it` };
  }
}

/** A text value; null for what is none. */
export function textValue(values: FrontMatter["values"], name: string): string | null {
  const value = values[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

/** A list of texts; one text is a list of one, anything else is none. */
export function listValue(values: FrontMatter["values"], name: string): string[] {
  const value = values[name];
  const items = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => (typeof item === "string" || typeof item === "number" ? [String(item)] : []));
}
