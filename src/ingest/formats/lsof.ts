import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { CaptureSeries } from "./capture-series.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { lockObjectOf } from "./lock-object.js";

/** `COMMAND     PID     USER   FD      TYPE DEVICE SIZE/OFF     NODE NAME`, with TID and TASKCMD in some versions. */
function isHeader(line: string): boolean {
  const words = line.slice(0, 300).trim().split(/\s+/);
  return words[0] === "COMMAND" && words.at(-1) === "NAME" && words.includes("FD") && words.includes("PID");
}

export const lsofFormat: EvidenceFormat = {
  id: "lsof",
  title: "lsof",
  // Warnings of lsof may stand above the header, one for each file system it can't look into.
  sniff: (head) => (headLines(head, 40).some(isHeader) ? 0.9 : 0),
  open: (source, outlet) => lineParser(source, outlet, (context) => new LsofHandler(context)),
};

interface OpenFile {
  readonly command: string;
  readonly pid: number;
  readonly user: string;
  readonly fd: string;
  readonly lock: string;
  readonly path: string;
  readonly inode: number | null;
}

/** `12uW`: descriptor, mode, lock. lsof leaves waiters out, so a lock here is always held. */
const FD = /^(\d{1,7}[rwu-]?)([rRwWuUxXN])$/;

class LsofHandler implements LineHandler {
  private readonly series: CaptureSeries;
  /** Thousands of processes have the same tables open; each is told once. */
  private readonly inodes = new Set<number>();

  constructor(private readonly context: LineContext) {
    this.series = new CaptureSeries(context, "lsof");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    if (isHeader(text)) {
      this.series.boundary();
      this.series.numberFor(line);
      return "parsed";
    }
    const row = openFileOf(text);
    if (row !== null) return this.write(row, line);
    if (this.series.takeTime(line)) return "parsed";
    // "lsof: WARNING: can't stat() fuse.gvfsd-fuse file system", and the prompt above it
    return text.startsWith("#") || /^(?:lsof|\s+Output information)|^\$ .*\blsof\b/.test(text) ? "noise" : "unknown";
  }

  private write(row: OpenFile, line: Line): Fate {
    const captureNo = this.series.numberFor(line);
    const { command, pid, user, fd, lock, path, inode } = row;
    const object = lockObjectOf(path);
    const locked = command.includes("p4d") && lock !== "";
    if (locked) {
      const row = { capture_no: captureNo, pid, command, user, fd, lock, path, object, text: line.text };
      this.context.emit("open_file", line, row);
    }
    return this.tellInode(inode, path, object, line) || locked ? "parsed" : "noise";
  }

  /** True when the row names a file of the server for the first time. */
  private tellInode(inode: number | null, path: string, object: string | null, line: Line): boolean {
    if (inode === null || object === null || this.inodes.has(inode)) return false;
    this.inodes.add(inode);
    this.context.emit("db_file", line, { inode, bytes: null, path, object });
    return true;
  }
}

/** Any row of the list; `lock` is empty where the descriptor is not locked. */
function openFileOf(line: string): OpenFile | null {
  // p4d   4548 perforce   12uW   REG  253,2  16384  4194 /p4/1/db1/db.rev
  const lead = /^(\S{1,64}) +(\d{1,10}) +(.*)$/.exec(line);
  if (lead === null) return null;
  const [, command = "", pid = "", rest = ""] = lead;
  const words = rest.slice(0, 300).split(/ +/);
  const at = words.findIndex((word) => FD.test(word));
  const slash = rest.search(/ \//);
  const path = slash < 0 ? "" : rest.slice(slash + 1).replace(/ \([^()]{0,200}\)$/, "");
  const [, fd = "", lock = ""] = at < 1 ? [] : (FD.exec(words[at] ?? "") ?? []);
  // "12u" without a lock reads as descriptor 12 and lock u: a mode stands before every lock.
  const locked = /[rwu-]$/.test(fd);
  // The word before the name is NODE.
  const node = (slash < 0 ? "" : rest.slice(0, slash)).trim().split(/ +/).at(-1) ?? "";
  return {
    command,
    pid: Number(pid),
    user: words[at - 1] ?? "",
    fd: locked ? fd : fd + lock,
    lock: locked ? lock : "",
    path,
    inode: /^\d{1,15}$/.test(node) ? Number(node) : null,
  };
}
