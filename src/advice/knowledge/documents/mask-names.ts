/** Names of everybody's accounts and of kinds of tokens tell of nobody, and occur in texts as words. */
const NOBODY = new Set(
  `p4 p4d perforce admin administrator root super system service support desk helpdesk team guest unknown automation the
  user person workspace path address mailbox host server`.split(/\s+/),
);
/** A single letter would be found everywhere. */
const SHORTEST = 2;
/** A part of a person's name that is looked for alone: "Ada" of "Ada Miller". */
const SHORTEST_PART = 3;
/** A longer text is no name. */
const MOST_WORDS = 12;

/**
 * Replaces names of people, machines and places by tokens, the same name always by the same one: `ada` is `user-1`
 * everywhere. What was not named beforehand but has the form of an address or a mailbox is replaced as well.
 */
export class NameMask {
  private readonly tokens = new Map<string, string>();
  private readonly counts = new Map<string, number>();
  /** For the first word of a name: how many words the longest name has that begins with it. */
  private readonly firstWords = new Map<string, number>();

  /** Makes a name known, and others that mean the same. */
  name(kind: string, ...aliases: readonly string[]): void {
    const names = aliases.map(trimmed).filter((one) => one.length >= SHORTEST && !NOBODY.has(one.toLowerCase()));
    const known = names.find((one) => this.tokens.has(one));
    let token = known === undefined ? undefined : this.tokens.get(known);
    for (const one of names) {
      if (this.tokens.has(one)) continue;
      const words = one.match(WORD) ?? [];
      if (words.length > MOST_WORDS) continue;
      token ??= this.nextToken(kind);
      this.tokens.set(one, token);
      const [first = ""] = words;
      this.firstWords.set(first, Math.max(words.length, this.firstWords.get(first) ?? 0));
    }
  }

  /** Makes a person known by all names given, and by the parts of each: "Ada Miller", "Ada" and "Miller" are one. */
  person(...aliases: readonly string[]): void {
    const parts = aliases.flatMap((one) => one.split(/[\s,()]+/).filter((part) => part.length >= SHORTEST_PART));
    this.name("person", ...aliases, ...parts);
  }

  /** A text without the names; longer names first, so that `ada-ws` does not become `user-1-ws`. */
  apply(text: string): string {
    const masked = text
      .replaceAll(MAILBOX, (found) => this.tokenOf("mailbox", found))
      .replaceAll(ADDRESS, (found) => this.tokenOf("address", found))
      .replaceAll(DEPOT_PATH, (found) => this.tokenOf("path", found));
    const words = [...masked.matchAll(WORD)];
    let shown = "";
    let done = 0;
    for (const [at, word] of words.entries()) {
      if (word.index < done) continue;
      const found = this.longestName(masked, words.slice(at, at + (this.firstWords.get(word[0]) ?? 0)));
      if (found === null) continue;
      shown += masked.slice(done, word.index) + found.token;
      done = found.end;
    }
    return shown + masked.slice(done);
  }

  /** The longest name that the words begin with, and where it ends. */
  private longestName(text: string, words: readonly RegExpExecArray[]): { token: string; end: number } | null {
    for (let count = words.length; count > 0; count--) {
      const last = words[count - 1];
      const end = (last?.index ?? 0) + (last?.[0].length ?? 0);
      const token = this.tokens.get(text.slice(words[0]?.index, end));
      if (token !== undefined) return { token, end };
    }
    return null;
  }

  private tokenOf(kind: string, name: string): string {
    const known = this.tokens.get(name) ?? this.nextToken(kind);
    this.tokens.set(name, known);
    return known;
  }

  private nextToken(kind: string): string {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return `${kind}-${count}`;
  }
}

const WORD = /[\p{L}\p{M}\p{N}_]+/gu; // ada
const MAILBOX = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g; // ada.l@example.com
const ADDRESS =
  /\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b/gi; // 10.1.4.7, fe80:0:0:1:2, fe80::1
/** A path that names at least one folder; `//...` alone is a shape, not a name, and `https://x` is an address. */
const DEPOT_PATH = /(?<!:)\/\/[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.+-]+(?:\/[\p{L}\p{M}\p{N}_.+%@#*-]+)*/gu; // //depot/main/src/...

/** A name from its first word to its last: a bracket at its end is no part of it. */
function trimmed(name: string): string {
  const words = [...name.matchAll(WORD)];
  const last = words.at(-1);
  return last === undefined ? "" : name.slice(words[0]?.index, last.index + last[0].length);
}
