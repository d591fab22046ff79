import { parse } from "yaml";

/** What stands between two lines of `---` at the top of a Markdown file, and the rest of the file. */
export interface FrontMatter {
  readonly values: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly warning: string | null;
}

/** Longer ones are none: the text begins with a line across the page. */
const MOST_CHARACTERS = 64 * 1024;

/** Reads YAML front matter; a file without one, or with one that is no YAML, is all body. */
export function splitFrontMatter(text: string): FrontMatter {
  const begin = /^---[ \t]*\n/.exec(text)?.[0].length ?? 0; // ---
  const end = begin === 0 ? null : /^(?:---|\.\.\.)[ \t]*$/m.exec(text.slice(begin, begin + MOST_CHARACTERS)); // ---
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

/** Values of front matter by name; what has another type than asked for is noted, and is none. */
export class FrontMatterValues {
  readonly odd: string[] = [];

  constructor(private readonly values: FrontMatter["values"]) {}

  text(name: string): string | null {
    return this.list(name, 1)[0] ?? null;
  }

  /** One text is a list of one. */
  list(name: string, most = Number.POSITIVE_INFINITY): string[] {
    const value = this.values[name] ?? [];
    const items = Array.isArray(value) ? value : [value];
    const texts = items.flatMap((item) => {
      if (typeof item !== "string" && typeof item !== "number") return [];
      return String(item).trim() === "" ? [] : [String(item).trim()];
    });
    const isOdd = items.some((item) => typeof item === "object" || typeof item === "boolean");
    if (isOdd || items.length > most) this.odd.push(name);
    return texts.slice(0, most);
  }
}
