import type { Line } from "../source/split-lines.js";

/**
 * Cuts the innermost `{…}` out of JSON that comes line by line, so that a torn document gives all its whole objects
 * and each object knows its line. `outer` hears the text in front of a nested object or list, which names it.
 */
export class InnerObjects {
  private depth = 0;
  private inString = false;
  private escaped = false;
  private text = "";
  private startLine: Line | null = null;

  constructor(
    private readonly maxChars: number,
    private readonly on: { outer(text: string, line: Line): void; inner(text: string, line: Line): void },
  ) {}

  /** A document has begun and not ended. */
  get open(): boolean {
    return this.depth > 0;
  }

  add(line: Line): void {
    for (const char of line.text) this.take(char, line);
    if (this.text !== "") this.text += "\n";
  }

  private take(char: string, line: Line): void {
    if (this.inString) {
      this.append(char);
      if (this.escaped) this.escaped = false;
      else if (char === "\\") this.escaped = true;
      else if (char === '"') this.inString = false;
      return;
    }
    if (char === "{") {
      if (this.text !== "") this.on.outer(this.text, line);
      this.depth++;
      this.text = "{";
      this.startLine = line;
      return;
    }
    this.append(char);
    if (char === '"') this.inString = true;
    else if (char === "}") this.close(line);
  }

  private close(line: Line): void {
    if (this.depth > 0) this.depth--;
    if (this.startLine === null) {
      this.text = "";
      return;
    }
    const { text, startLine } = this;
    this.text = "";
    this.startLine = null;
    // The outermost object without an inner one is a document with an empty list.
    if (this.depth === 0) this.on.outer(text, line);
    else this.on.inner(text, startLine);
  }

  private append(char: string): void {
    if (this.startLine !== null && this.text.length < this.maxChars) this.text += char;
  }
}
