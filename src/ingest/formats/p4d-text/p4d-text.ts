import type { EvidenceFormat, Resumption } from "../../evidence-format.js";
import { ascii, startsWith } from "./bytes.js";
import { kindOfLine, LINE, messageAt } from "./line-kinds.js";
import { LineScanner } from "./line-scanner.js";
import type { LineTable } from "./line-table.js";
import { LogParser } from "./log-parser.js";
import { unpackMemory } from "./parser-memory.js";
import { ThreadedParser } from "./threaded-parser.js";

/** Bytes of the beginning that are looked at. */
const SNIFF_BYTES = 64 << 10;

/** The P4LOG: the text log of p4d, see docs/log-format.md. */
export const p4dTextFormat: EvidenceFormat = {
  id: "p4log",
  title: "P4LOG (text server log)",
  sniff: (head) => sniffLog(head),
  open: (source, outlet) => new ThreadedParser(source, outlet),
  resume: resumptionOf,
};

/** What is appended between two looks is little: it is parsed in place. */
function resumptionOf(state: Uint8Array): Resumption | null {
  const memory = unpackMemory(state);
  if (memory === null) return null;
  const { byteOffset, lineNo, endsLine, maxLineBytes } = memory;
  return {
    ...{ byteOffset, lineNo, endsLine, maxLineBytes, openCount: memory.assembler.commands.length },
    open: (source, outlet, commands) => new LogParser(source, outlet, { memory, commands }),
  };
}

/** `--- db.have`, `---   total lock wait+held read/write 0ms+0ms/1ms+2ms`, `---   pages in+out+cached 1+2+3` */
const TRACK_LINES = ["--- db.", "---   total lock ", "---   max lock ", "---   pages ", "---   locks "].map(ascii);

/**
 * A header or an event line is proof, however much debug text stands around it. Without one, lines that p4d alone
 * writes are a hint: a rotation may hold no more than the rest of a block.
 */
function sniffLog(head: Uint8Array): number {
  let score = 0;
  const handler = {
    region: (table: LineTable, lines: number) => {
      for (let line = 0; line < lines; line++) {
        const start = table.starts[line] as number;
        const end = table.ends[line] as number;
        const kind = kindOfLine(table.buf, start, end);
        if (kind >= LINE.info && kind <= LINE.warning) score = 1;
        else if (kind === LINE.event) score = Math.max(score, 0.9);
        else if (kind === LINE.foreign || kind === LINE.locks) score = Math.max(score, 0.6);
        else if (kind === LINE.indented && messageAt(table.buf, start, end) >= 0) score = Math.max(score, 0.6);
        else if (kind === LINE.track && TRACK_LINES.some((prefix) => startsWith(table.buf, start, end, prefix)))
          score = Math.max(score, 0.6);
      }
    },
  };
  const scanner = new LineScanner(0, 4096, handler, false);
  scanner.push(head.subarray(0, SNIFF_BYTES));
  scanner.flush();
  return score;
}
