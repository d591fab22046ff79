import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { type Figure, Measurements, numberIn, sizeIn } from "./measurements.js";
import { typedCommand } from "./typed-command.js";

/** What a column of df holds. */
type Column = "source" | "type" | "total" | "used" | "free" | "percent" | "mount" | "other";

interface Header {
  readonly columns: readonly Column[];
  readonly inodes: boolean;
  /** Bytes that a bare number counts. */
  readonly unitBytes: number;
}

const TITLES: Readonly<Record<string, Column>> = {
  Filesystem: "source",
  Type: "type",
  Size: "total",
  Inodes: "total",
  Used: "used",
  IUsed: "used",
  Available: "free",
  Avail: "free",
  IFree: "free",
  "Use%": "percent",
  "IUse%": "percent",
  Capacity: "percent",
  Mounted: "mount",
};

/** `Filesystem  Type  1K-blocks  Used  Available  Use%  Mounted on`, with -P `1024-blocks` and `Capacity`; else null. */
function headerOf(line: string): Header | null {
  if (line.length > 300 || !/^\s{0,20}Filesystem\s.*\bMounted on\s*$/.test(line)) return null;
  const words = line.trim().split(/\s+/).slice(0, -1);
  const blocks = words.map((word) => /^(\d{1,9}[KMGTB]?)-blocks$/.exec(word)?.[1]).find((text) => text !== undefined);
  const columns = words.map((word) => (/-blocks$/.test(word) ? "total" : (TITLES[word] ?? "other")));
  const isSize = words.includes("Size");
  return {
    columns,
    inodes: words.includes("Inodes"),
    unitBytes: blocks === undefined ? (isSize ? 1 : 1024) : (sizeIn(blocks, 1) ?? 1024),
  };
}

const TYPED = typedCommand("df");
/** Without a disk behind them, or images that are always full: devtmpfs, udev, /dev/loop7. */
const NO_DISK = /^(?:devtmpfs|udev|efivarfs|sysfs|proc|cgroup2?|\/dev\/loop\d+)$/;
const NO_PLACE = /^\/(?:dev|sys|proc|run|snap)(?:\/|$)/;

export const dfFormat: EvidenceFormat = {
  id: "df",
  title: "df",
  sniff(head) {
    const lines = headLines(head).filter((line) => line.trim() !== "" && !line.startsWith("#"));
    const at = lines.slice(0, TOP_LINES).findIndex((line) => headerOf(line) !== null);
    return at < 0 ? 0 : 0.9;
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new DfHandler(context)),
};

/** So many lines may stand above the output. */
const TOP_LINES = 10;

class DfHandler implements LineHandler {
  private readonly out: Measurements;
  private header: Header | null = null;
  /** A long name that stands on a line of its own, its figures on the next. */
  private name = "";

  constructor(context: LineContext) {
    this.out = new Measurements(context, "df");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    const header = headerOf(text);
    if (header !== null) {
      // df -k and df -i of one moment may share a file; the same list again is another moment.
      if (this.header?.inodes === header.inodes) this.out.series.boundary();
      this.header = header;
      this.out.series.numberFor(line);
      return "parsed";
    }
    if (TYPED.test(text)) return "noise";
    const fate = this.header === null ? null : this.row(this.header, line);
    if (fate !== null) return fate;
    if (this.out.series.takeTime(line)) return "parsed";
    return text.startsWith("#") || text.startsWith("df: ") ? "noise" : "unknown"; // "df: /mnt/x: Stale file handle"
  }

  private row(header: Header, line: Line): Fate | null {
    const words = `${this.name} ${line.text}`.trim().split(/\s+/, MOST_WORDS);
    this.name = "";
    if (words.length === 1 && !line.text.startsWith("#")) {
      this.name = words[0] ?? "";
      return "parsed";
    }
    const last = header.columns.length - 1;
    if (header.columns[last] !== "mount" || words.length <= last) return null;
    const cell = (column: Column) => words[header.columns.indexOf(column)];
    const mount = words.slice(last).join(" ");
    if (!mount.startsWith("/") && mount !== "-") return null;
    const figures = header.inodes ? inodeFigures(cell) : spaceFigures(cell, header.unitBytes);
    if (figures.length === 0) return null;
    if (NO_DISK.test(cell("source") ?? "") || NO_PLACE.test(mount)) return "noise";
    this.out.add(line, mount, figures);
    return "parsed";
  }
}

const MOST_WORDS = 40;

function spaceFigures(cell: (column: Column) => string | undefined, unitBytes: number): Figure[] {
  const bytes = (column: Column) => sizeIn(cell(column), unitBytes);
  return present([
    ["total_bytes", bytes("total"), "bytes"],
    ["used_bytes", bytes("used"), "bytes"],
    ["free_bytes", bytes("free"), "bytes"],
    ["used_percent", percentIn(cell("percent")), "percent"],
  ]);
}

function inodeFigures(cell: (column: Column) => string | undefined): Figure[] {
  return present([
    ["total_inodes", sizeIn(cell("total"), 1), "count"],
    ["used_inodes", sizeIn(cell("used"), 1), "count"],
    ["free_inodes", sizeIn(cell("free"), 1), "count"],
    ["inodes_used_percent", percentIn(cell("percent")), "percent"],
  ]);
}

function present(figures: readonly Figure[]): Figure[] {
  return figures.filter(([, value]) => value !== null);
}

function percentIn(text: string | undefined): number | null {
  return text?.endsWith("%") ? numberIn(text.slice(0, -1)) : null;
}
