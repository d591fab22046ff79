import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { lockObjectOf } from "./lock-object.js";
import { Measurements } from "./measurements.js";

/** `Write: db.have` and `Read : db.rev`: the blank before the second colon is p4d's own. */
const LOCKED = /^(Write|Read) ?: (\S{1,400})\s*$/;
const NONE = /^No tables locked\.\s*$/; // No tables locked.
/** `db.rev`, `rdb.lbr`, `meta/db`, `clients/my.ws`: what a lock of p4d can be called. */
const OBJECT =
  /^(?:db\.\w|rdb\.lbr|storage|meta\/|clients?\/|clientEntity\/|change\/|label\/|topology|replica\/|server\.locks)/;

export const lockstatFormat: EvidenceFormat = {
  id: "lockstat",
  title: "p4 lockstat",
  sniff(head) {
    const lines = headLines(head).filter((line) => line.trim() !== "" && !isFrame(line));
    const locks = lines.map((line) => LOCKED.exec(line)).filter((m) => m !== null);
    const none = lines.filter((line) => NONE.test(line)).length;
    if (locks.length === 0) return none > 0 && none * 2 >= lines.length ? 0.9 : 0;
    const known = locks.filter((m) => OBJECT.test(m[2] ?? "")).length;
    return known * 2 >= lines.length ? 0.9 : 0;
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new LockstatHandler(context)),
};

/** Comments and the command as typed: `$ p4 lockstat`. */
function isFrame(line: string): boolean {
  return line.startsWith("#") || /\bp4\b.{0,200}\blockstat\b/.test(line);
}

/**
 * Tables that are locked at the moment, without saying by whom: `os_lock` rows whose pid is null, and for whoever asks
 * for figures `read_locked` and `write_locked` = 1 of each object.
 */
class LockstatHandler implements LineHandler {
  private readonly measures: Measurements;

  constructor(private readonly context: LineContext) {
    this.measures = new Measurements(context, "lockstat");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    const m = LOCKED.exec(text);
    if (m !== null) return this.write(line, m[1] === "Write", m[2] ?? "");
    if (NONE.test(text)) {
      this.measures.series.numberFor(line); // that nothing was locked is an answer
      return "parsed";
    }
    if (this.measures.series.takeTime(line)) return "parsed";
    if (!isFrame(text)) return "unknown";
    if (!text.startsWith("#")) this.measures.series.boundary();
    return "noise";
  }

  private write(line: Line, isWrite: boolean, path: string): Fate {
    const captureNo = this.measures.series.numberFor(line);
    const object = lockObjectOf(path) ?? path;
    this.context.emit("os_lock", line, {
      capture_no: captureNo,
      waiting: 0,
      command: "p4d",
      type: "lockstat",
      mode: isWrite ? "WRITE" : "READ",
      path,
      object,
      text: line.text,
    });
    this.measures.add(line, object, [[isWrite ? "write_locked" : "read_locked", 1, "count"]]);
    return "parsed";
  }
}
