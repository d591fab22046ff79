import type { RecordParser } from "../evidence-format.js";

/** For a file that no format knows: its bytes and lines are counted, all as unknown. */
export function unknownParser(): RecordParser {
  let bytes = 0;
  let newlines = 0;
  let endsInLine = false;
  return {
    push(chunk) {
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) newlines++;
      endsInLine = chunk.at(-1) !== 10;
    },
    end: () => ({
      lines: newlines + Number(endsInLine),
      records: 0,
      account: { parsed: 0, noise: 0, unknown: bytes, skipped: 0 },
      firstS: null,
      lastS: null,
      warnings: [],
      edges: null,
    }),
    abort: () => {},
  };
}
