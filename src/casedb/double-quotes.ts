/** Where a token that begins with this character ends. */
const CLOSING: Readonly<Record<string, string>> = { "'": "'", '"': '"', "`": "`", "[": "]" };

/** Turns the double-quoted `content` of a statement into a single-quoted literal, everywhere it stands as a token. */
export function quoteAsLiteral(sql: string, content: string): string {
  let result = "";
  let at = 0;
  while (at < sql.length) {
    const end = tokenEnd(sql, at);
    const token = sql.slice(at, end);
    const isIt = token.length >= 2 && token.startsWith('"') && token.slice(1, -1).replaceAll('""', '"') === content;
    result += isIt ? `'${content.replaceAll("'", "''")}'` : token;
    at = end;
  }
  return result;
}

/** End of the quoted text, comment or single character at `at`. */
function tokenEnd(sql: string, at: number): number {
  if (sql.startsWith("--", at)) return after(sql, "\n", at + 2);
  if (sql.startsWith("/*", at)) return after(sql, "*/", at + 2);
  const closing = CLOSING[sql[at] as string];
  if (closing === undefined) return at + 1;
  let end = after(sql, closing, at + 1);
  // A doubled quote stands for itself.
  while (closing !== "]" && sql[end] === closing) end = after(sql, closing, end + 1);
  return end;
}

function after(sql: string, mark: string, from: number): number {
  const at = sql.indexOf(mark, from);
  return at < 0 ? sql.length : at + mark.length;
}
