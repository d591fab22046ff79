import { Lexer, type Token } from "marked";

/** Longer runs of words are taken as they stand: the time for emphasis and links grows with the square of the length. */
const LONGEST_RUN = 8000;
/** The same for lists and quotes within each other, which are no deeper in any text that somebody reads. */
const DEEPEST_MARKS = /^(?:[ \t]{0,99}(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))){20,}/gm; // > > > > > > > > > > > > > > > > > > > > quoted
const DEEPEST_INDENT = /^[ \t]{60,}/gm; // the 31st list within a list

class BoundedLexer extends Lexer {
  override inlineTokens(words: string, tokens: Token[] = []): Token[] {
    if (words.length <= LONGEST_RUN) return super.inlineTokens(words, tokens);
    tokens.push({ type: "text", raw: words, text: words });
    return tokens;
  }
}

/** Tokens of a text of Markdown, in bounded time whatever the text is. */
export function lexMarkdown(text: string): Token[] {
  const bounded = text.replaceAll(DEEPEST_MARKS, "> ").replaceAll(DEEPEST_INDENT, " ".repeat(60));
  return new BoundedLexer({ gfm: true }).lex(bounded);
}
