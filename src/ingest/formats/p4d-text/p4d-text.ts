import type { EvidenceFormat } from "../../evidence-format.js";
import { kindOfLine, LINE } from "./line-kinds.js";
import { LineScanner } from "./line-scanner.js";
import type { LineTable } from "./line-table.js";
import { ThreadedParser } from "./threaded-parser.js";

/** Bytes of the beginning that are looked at. */
const SNIFF_BYTES = 64 << 10;

/** The P4LOG: the text log of p4d, see docs/log-format.md. */
export const p4dTextFormat: EvidenceFormat = {
  id: "p4log",
  title: "P4LOG (text server log)",
  sniff: (head) => sniffLog(head),
  open: (source, outlet) => new ThreadedParser(source, outlet),
};

/** A header or an event line is proof, however much debug text stands around it; `---` lines alone are a hint. */
function sniffLog(head: Uint8Array): number {
  let score = 0;
  const handler = {
    region: (table: LineTable, lines: number) => {
      for (let line = 0; line < lines; line++) {
        const kind = kindOfLine(table.buf, table.starts[line] as number, table.ends[line] as number);
        if (kind >= LINE.info && kind <= LINE.warning) score = 1;
        else if (kind === LINE.event) score = Math.max(score, 0.9);
        else if (kind === LINE.foreign || kind === LINE.locks) score = Math.max(score, 0.6);
      }
    },
  };
  const scanner = new LineScanner(0, 4096, handler, false);
  scanner.push(head.subarray(0, SNIFF_BYTES));
  scanner.flush();
  return score;
}
