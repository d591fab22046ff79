/**
 * Controls, formats (bidirectional overrides, zero-width, tags), variation selectors, fillers and halves of characters:
 * they hide text from people and not from programs. Tabs and line feeds stay.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: combining characters are meant, each by itself
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u034f\u115f\u1160\u3164\uffa0\ufe00-\ufe0f\u{e0000}-\u{e0fff}\p{Cf}\p{Cs}]/gu;
const LONGEST_TITLE = 300;

/** Text of a document without what can't be seen; lines end with a line feed. */
export function cleanText(text: string): string {
  return text.replaceAll(/\r\n?|[\u2028\u2029]/g, "\n").replaceAll(HIDDEN, "");
}

/** A title or heading on one line, at most 300 characters. */
export function cleanTitle(text: string): string {
  return cleanText(text).replaceAll(/\s+/g, " ").trim().slice(0, LONGEST_TITLE).trimEnd();
}
