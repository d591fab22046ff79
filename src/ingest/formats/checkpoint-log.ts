import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { DatedLog, type Remark } from "./dated-log.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";

/** What p4d and the SDP's scripts print; each with a line it matches. `sure`: nothing else prints that. */
const REMARKS: readonly (Remark & { readonly pattern: RegExp; readonly sure?: true })[] = [
  // Checkpointing to /p4/1/checkpoints/p4_1.ckp.1234.gz...      Dumping to /p4/1/checkpoints/p4_1.ckp.1234.gz...
  { class: "checkpoint-start", near: "before", pattern: /^(?:Checkpointing|Dumping) to \S.{0,900}\.\.\./, sure: true },
  // MD5 (/p4/1/checkpoints/p4_1.ckp.1234) = 5D41402ABC4B2A76B9719D911017C592
  { class: "checkpoint-end", near: "after", pattern: /^MD5 \(\S.{0,900}\) = [\dA-Fa-f]{32}/ },
  // Rotating journal to journal.1233...      Rotating /p4/1/logs/journal to /p4/1/checkpoints/p4_1.jnl.1233...
  { class: "journal-rotated", near: "after", pattern: /^Rotating \S.{0,900} to \S.{0,900}\.\.\./, sure: true },
  { class: "journal-rotated", near: "after", pattern: /^Saving journal to \S.{0,900}\.\.\./, sure: true }, // before 2005
  // ERROR!!! - p4host /p4/common/bin/daily_checkpoint.sh: Checkpoint failed      Checkpoint failed!
  {
    class: "checkpoint-failed",
    near: "after",
    pattern: /ERROR!!!|checkpoint (?:has )?failed|failed to (?:dump|checkpoint)/i,
  },
  { class: "checkpoint-failed", near: "after", pattern: /last checkpoint not complete|no space left on device/i },
  { class: "checkpoint-failed", near: "after", pattern: /^Perforce server error:/ },
  // … daily_checkpoint.sh: Start p4_1 Checkpoint      … daily_checkpoint.sh: End p4_1 Checkpoint
  { class: "checkpoint-start", near: "before", pattern: /: Start \S{1,80} (?:live )?checkpoint/i, sure: true },
  { class: "checkpoint-end", near: "after", pattern: /: End \S{1,80} (?:live )?checkpoint/i, sure: true },
];

/** What a checkpoint prints, by itself or through the scripts of the SDP (checkpoint.log). */
export const checkpointLogFormat: EvidenceFormat = {
  id: "checkpoint-log",
  title: "log of a checkpoint",
  sniff: (head) => (headLines(head).some((line) => remarkOf(line)?.sure === true) ? 0.75 : 0),
  open: (source, outlet) => lineParser(source, outlet, (context) => new CheckpointHandler(context)),
};

class CheckpointHandler implements LineHandler {
  private readonly log: DatedLog;

  constructor(context: LineContext) {
    this.log = new DatedLog(context, "checkpoint");
  }

  line(line: Line): Fate {
    const { text } = line;
    // The collector's first line says when the log was copied, not when anything in it happened.
    if (text.trim() === "" || text.startsWith("#")) return "noise";
    const isDated = this.log.takeTime(line);
    const remark = remarkOf(text) ?? (isDated ? OTHER : null);
    if (remark === null) return "noise"; // output of scripts: file names, counts, progress
    this.log.add(line, remark, isDated);
    return "parsed";
  }

  end(): void {
    this.log.end();
  }
}

const OTHER: Remark = { class: "other", near: "before" };

function remarkOf(line: string) {
  const text = line.slice(0, 2000);
  return REMARKS.find(({ pattern }) => pattern.test(text)) ?? null;
}
