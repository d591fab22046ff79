import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { lockObjectOf } from "./lock-object.js";

interface FileEntry {
  readonly inode: number;
  readonly bytes: number | null;
  readonly path: string;
}

/** `4194 -rw-r--r-- 1 1001 1001 16384 Mar  5 14:07 db.rev`: what `ls -li` prints, up to the size. */
const LISTED =
  /^ {0,20}(\d{1,20}) [-bcdlps][-rwxsStT]{9}[.+@]? {1,10}\d{1,10} \S{1,64} {1,30}\S{1,64} {1,30}(\d{1,20}) (.{1,1000})$/;
/** `Mar  5 14:07 db.rev`   `Mar  5  2023 db.rev`   `2024-03-05 14:07 db.rev`   `2024-03-05 14:07:36.000000000 +0100 db.rev` */
const DATED =
  /^(?:[A-Z][a-z]{2} {1,2}\d{1,2} {1,2}[\d:]{4,5}|\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\S{2,12} [+-]\d{4})?) (.{1,1000})$/;
/** `4194 /p4/1/root/db.rev`: what `stat -c '%i %n'` and `ls -i` print. */
const NUMBERED = /^ {0,20}(\d{1,20}) (\S{1,1000})\s{0,4}$/;

/** `# taken …`      `total 128400`      `/p4/1/root:`, the folder's name of `ls -R` */
const ASIDE = /^(?:#|total \d|\S{1,400}:$)/;

export const dbFilesFormat: EvidenceFormat = {
  id: "db-files",
  title: "list of the server's files by inode",
  sniff(head) {
    const lines = headLines(head).filter((line) => line.trim() !== "" && !ASIDE.test(line));
    const files = lines.flatMap((line) => entryOf(line) ?? []);
    const tables = files.filter((file) => lockObjectOf(file.path)?.startsWith("db.")).length;
    return tables === 0 ? 0 : 0.7 * (files.length / lines.length);
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new DbFilesHandler(context)),
};

class DbFilesHandler implements LineHandler {
  constructor(private readonly context: LineContext) {}

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "" || ASIDE.test(text)) return "noise";
    const file = entryOf(text);
    if (file === null) return "unknown";
    const object = lockObjectOf(file.path);
    if (object === null) return "noise";
    this.context.emit("db_file", line, { inode: file.inode, bytes: file.bytes, path: file.path, object });
    return "parsed";
  }
}

function entryOf(line: string): FileEntry | null {
  const listed = LISTED.exec(line);
  if (listed !== null) {
    const path = DATED.exec(listed[3] ?? "")?.[1];
    return path === undefined ? null : { inode: Number(listed[1]), bytes: Number(listed[2]), path: path.trimEnd() };
  }
  const numbered = NUMBERED.exec(line);
  return numbered === null ? null : { inode: Number(numbered[1]), bytes: null, path: (numbered[2] ?? "").trimEnd() };
}
