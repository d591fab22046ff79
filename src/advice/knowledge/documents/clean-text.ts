/** Controls, bidirectional overrides and zero-width characters: they hide text from people and not from programs. */
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Text of a document without what can't be seen; lines end with a line feed. */
export function cleanText(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replaceAll(HIDDEN, "");
}
