export interface DecodedText {
  readonly text: string;
  readonly warning: string | null;
}

/** Bytes as text: UTF-8, UTF-16 with a byte order mark, else Windows-1252, which any bytes are. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: new TextDecoder("utf-16le").decode(bytes), warning: null };
  if (first === 0xfe && second === 0xff) return { text: new TextDecoder("utf-16be").decode(bytes), warning: null };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), warning: null };
  } catch {
    const text = new TextDecoder("windows-1252").decode(bytes);
    return { text, warning: "is not UTF-8; read as Windows-1252, accents may be wrong" };
  }
}
