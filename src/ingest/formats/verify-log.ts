import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { DatedLog, type Remark } from "./dated-log.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";

/** `//depot/main/a.c#3 - edit change 4711 (text+x) 5D41402ABC4B2A76B9719D911017C592 MISSING!`, with -s `error: ` before. */
const REVISION = /^(?:error: |info: )?\/\/.{1,3000} \([\w+]{1,30}\) .{0,60}\b(MISSING|BAD)!\s*$/;
/** `   Submitted File Errors:          4`      `   Total Non-Shelve Errors:        9 (sum of …)` */
const SUMMARY = /^\s{1,8}(?:[A-Z][\w-]{1,20} ){1,3}?(?:Errors|with Errors): {1,20}\d{1,12}\b/;
/** `A total of 1688 'p4 verify' commands were executed.` */
const TOTAL = /^A total of \d{1,12} 'p4 verify' commands were executed/;

/** What `p4 verify` found wrong, by itself or in the SDP's p4verify.log. */
export const verifyLogFormat: EvidenceFormat = {
  id: "verify-log",
  title: "log of p4 verify",
  sniff: (head) =>
    headLines(head).some((line) => ["verify-missing", "verify-bad"].includes(classOf(line) ?? "") || TOTAL.test(line))
      ? 0.75
      : 0,
  open: (source, outlet) => lineParser(source, outlet, (context) => new VerifyHandler(context)),
};

class VerifyHandler implements LineHandler {
  private readonly log: DatedLog;

  constructor(context: LineContext) {
    this.log = new DatedLog(context, "verify");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "" || text.startsWith("#")) return "noise";
    const isDated = this.log.takeTime(line);
    const name = classOf(text) ?? (isDated ? "other" : null);
    if (name === null) return "noise"; // revisions that are fine, and what the scripts say
    const remark: Remark = { class: name, near: "before" };
    this.log.add(line, remark, isDated);
    return "parsed";
  }

  end(): void {
    this.log.end();
  }
}

function classOf(line: string): string | null {
  const text = line.slice(0, 4000);
  const found = REVISION.exec(text)?.[1];
  if (found !== undefined) return found === "BAD" ? "verify-bad" : "verify-missing";
  return SUMMARY.test(text) || TOTAL.test(text) ? "verify-summary" : null;
}
