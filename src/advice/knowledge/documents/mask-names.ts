/**
 * Replaces names of people, machines and places by tokens, the same name always by the same one: `ada` is `user-1`
 * everywhere. What was not named beforehand but has the form of an address or a mailbox is replaced as well.
 */
export class NameMask {
  private readonly tokens = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  /** Makes a name known. Names of one or two characters would be found in every word, and are left alone. */
  name(kind: string, name: string): void {
    const plain = name.trim();
    if (plain.length < 3 || this.tokens.has(plain)) return;
    this.tokens.set(plain, this.nextToken(kind));
  }

  /** A text without the names; longer names first, so that `ada-ws` does not become `user-1-ws`. */
  apply(text: string): string {
    const masked = text
      .replaceAll(MAILBOX, (found) => this.tokenOf("mailbox", found))
      .replaceAll(ADDRESS, (found) => this.tokenOf("address", found))
      .replaceAll(DEPOT_PATH, (found) => this.tokenOf("path", found));
    const names = [...this.tokens.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    if (names.length === 0) return masked;
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${names.map(escaped).join("|")})(?![\\p{L}\\p{N}_])`, "gu");
    return masked.replaceAll(pattern, (found) => this.tokens.get(found) ?? found);
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

const MAILBOX = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g; // ada.l@example.com
const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b/gi; // 10.1.4.7, fe80:0:0:1:2
/** A path that names at least one folder; `//...` alone is a shape, not a name, and `https://x` is an address. */
const DEPOT_PATH = /(?<!:)\/\/\w[\w.+-]+(?:\/[\w.+%@#-]+)*(?:\/\.\.\.)?/g; // //depot/main/src/...

function escaped(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
