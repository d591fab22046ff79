/**
 * Text from a log is hostile: it may carry escape sequences, bidirectional overrides or newlines that would rewrite a
 * terminal or fake a line of a report. Every such character becomes a visible `\xNN` or `\u{NNNN}`.
 */
// C0 and C1 controls, DEL, bidi embeddings and isolates, line separators, zero-width and byte-order marks, lone surrogates.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** The same for a terminal without UTF-8: café -> caf\\u{e9}. The ellipsis is our own and becomes three dots. */
export function printableAscii(text: string): string {
  return printable(text)
    .replaceAll("…", "...")
    .replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/**
 * JSON leaves DEL, the C1 controls and bidirectional overrides as they are, and a terminal would obey them: they are
 * escaped, which changes nothing for a parser. U+009B -> "\\u009b"
 */
export function printableJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Cuts the middle out of a text longer than `width` characters; `ellipsis` is one character. */
export function shorten(text: string, width: number, ellipsis = "…"): string {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}${ellipsis}${text.slice(text.length - (width - 1 - head))}`;
}
