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

/** Cuts the middle out of a text longer than `width` characters. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}
