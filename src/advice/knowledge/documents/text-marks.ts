export interface TextHeading {
  readonly level: number;
  readonly name: string;
  /** Lines that it takes: two where it is underlined. */
  readonly lines: number;
}

const ASCIIDOC = /^(={1,5}) (\S.*)$/; // == Rotating the journal
const NUMBERED = /^(\d+(?:\.\d+){0,3})\.?\s+(\p{Lu}[^.!?]{2,70})$/u; // 3.2 Rotating the journal
const UNDERLINE = /^([=\-~^+*#])\1{2,}\s*$/; // -----------
const SHOUTED = /^\p{Lu}[\p{Lu}\d /&-]{3,60}$/u; // ROTATING THE JOURNAL

/** The heading that begins at a line, as AsciiDoc marks it or as people do; null where none does. */
export function headingAt(lines: readonly string[], at: number): TextHeading | null {
  const line = lines[at] ?? "";
  const [, marks, marked = ""] = ASCIIDOC.exec(line) ?? [];
  if (marks !== undefined) return { level: marks.length, name: marked, lines: 1 };
  const alone = (lines[at - 1] ?? "").trim() === "";
  const under = UNDERLINE.exec(lines[at + 1] ?? "")?.[1];
  if (alone && under !== undefined && /^\S.{1,80}$/.test(line) && !UNDERLINE.test(line))
    // Rotating the journal
    return { level: under === "=" ? 1 : 2, name: line, lines: 2 };
  if (!alone || (lines[at + 1] ?? "").trim() !== "") return null;
  const [, number = "", numbered] = NUMBERED.exec(line) ?? [];
  if (numbered !== undefined) return { level: number.split(".").length + 1, name: numbered, lines: 1 };
  return SHOUTED.test(line) ? { level: 2, name: line, lines: 1 } : null;
}

const FENCE = /^(?:-{4}|`{3,4}|\.{4})[\w-]{0,20}\s*$/; // ----

/** Lines where code begins, and those where it ends. A fence that no line like it closes is a line across the page. */
export function closedFences(lines: readonly string[]): Map<number, number> {
  const pairs = new Map<number, number>();
  let open: { at: number; mark: string } | null = null;
  const last = new Map(lines.flatMap((line, at): [string, number][] => (FENCE.test(line) ? [[markOf(line), at]] : [])));
  for (const [at, line] of lines.entries()) {
    if (!FENCE.test(line)) continue;
    const mark = markOf(line);
    if (open === null && (last.get(mark) ?? 0) > at) open = { at, mark };
    else if (open?.mark === mark) {
      pairs.set(open.at, at);
      open = null;
    }
  }
  return pairs;
}

function markOf(line: string): string {
  return /^(?:-+|`+|\.+)/.exec(line)?.[0] ?? ""; // ----
}

/** What AsciiDoc says to its own tools: attributes, `[source,bash]`, comments, includes, delimiters. */
const ASCIIDOC_MARKS = [
  /^:!?[\w-]{1,60}!?:/, // :toc: left
  /^\[[^\]]{0,200}\]$/, // [source,bash]
  /^\/\/(?!\w)/, // // to be reviewed
  /^(?:include|ifdef|ifndef|endif|toc|image)::/, // include::chapter.adoc[]
  /^(?:={4,}|\*{4,}|_{4,}|\|===|<<<|'''|\+)$/, // ====
];

export function isAsciidocMark(line: string): boolean {
  const shown = line.trimEnd();
  return ASCIIDOC_MARKS.some((mark) => mark.test(shown));
}
