import { ascii, find, SPACE, startsWith } from "./bytes.js";
import { CITED_MS, isWorthRows, place, type TrackNotes } from "./citation.js";
import { USE, USE_HEAD, USE_WIDTH } from "./columns.js";
import { type Interner, tableNames } from "./interner.js";
import type { LineTable } from "./line-table.js";
import { NumberFields } from "./number-fields.js";
import { type ChildRow, OpenCommand, ROWS_PER_COMMAND } from "./open-command.js";
import { readSectionLine, SECTION_LINE } from "./section-lines.js";
import { isServerLock } from "./track-survey.js";

const DB = ascii("db.");
const RDB = ascii("rdb.");
const PDB = ascii("pdb.");
const LBR = ascii("lbr ");
const SPLIT = ascii("pages split ");
const REORDERED = ascii("pages reordered ");
/** Bytes before the numbers, which need no looking at; a line that is shorter has no numbers. */
const PAGES_LABEL = "pages in+out+cached ".length;
const LOCKS_LABEL = "locks read/write ".length;
const ROWS_LABEL = " rows get+pos+scan put+del ".length;
const PEEK_LABEL = "peek count ".length;
const PEEK_TIMES_LABEL = " wait+held total/max ".length;
const TOTAL_LABEL = "total lock wait+held read/write".length;
const MAX_LABEL = "max lock wait+held read/write".length;

/** `pages in`, `pages split`, `pages reordered`: where they begin to differ. */
const PAGES_AT = "pages ".length;
const OLD_LOCKS = ascii("locks wait+held ");

const LBR_LINES: Readonly<Record<string, readonly string[]>> = {
  o: ["opens", "closes", "checkins", "exists_count"], // ---   opens+closes+checkins+exists 8+8+0+0
  r: ["reads", "read_bytes", "writes", "write_bytes"], // ---   reads+readbytes+writes+writebytes 16+197.8K+0+0
  d: ["digests", "file_sizes", "modtimes", "copies"], // ---   digests+filesizes+modtimes+copies 1+2+3+4
};

/** The sections of a track block: a heading (`--- db.have`, `--- clients/ws(W)`, `--- lbr Rcs`) and its `---   ` lines. */
export class TrackSections {
  private readonly fields = new NumberFields();
  private command = new OpenCommand(0, 0, 0, 0);
  private suffix = "";
  private repeated = false;
  /** Where the numbers of the current table section begin, -1 outside of one. */
  private base = -1;
  private numbers = new Float64Array(0);
  private librarian: ChildRow | null = null;

  constructor(
    private readonly names: Interner,
    private readonly notes: TrackNotes,
  ) {}

  /** `repeated`: the command had its final block before, so this one replaces what it repeats. */
  begin(command: OpenCommand, suffix: string, repeated: boolean): void {
    this.command = command;
    this.suffix = suffix;
    this.repeated = repeated;
    if (repeated) command.uses?.widen();
    this.close();
  }

  /** Any heading ends the section before it. */
  close(): void {
    this.base = -1;
    this.librarian = null;
  }

  /** `--- db.have`, by far the most frequent. */
  openDb(table: LineTable, line: number, at: number, end: number): boolean {
    if (!startsWith(table.buf, at, end, DB)) return false;
    this.librarian = null;
    this.addUse(table, line, tableNames.text(table.buf, at, end), "");
    return true;
  }

  /** Opens a section of another kind if the line is the heading of one. */
  open(table: LineTable, line: number, at: number, end: number): boolean {
    const { buf } = table;
    if (isServerLock(buf, at, end)) this.openServerLock(table, line, at, end);
    else if (startsWith(buf, at, end, RDB) || startsWith(buf, at, end, PDB))
      this.addUse(table, line, this.names.text(table.buf, at, end) + this.suffix, "");
    else if (startsWith(buf, at, end, LBR)) this.openLibrarian(table, line, at + LBR.length, end);
    else return false;
    return true;
  }

  /** A `---   ` line of the current section; false when there is none, or the line is not of its kind. */
  detail(table: LineTable, line: number, start: number, end: number): boolean {
    const at = start + 6;
    if (at >= end) return false; // a torn line: what stands behind it in memory is not its own
    if (this.librarian !== null) return this.librarianLine(table.buf, at, end);
    if (this.base < 0) return false;
    const fields = this.fields;
    switch (table.buf[at]) {
      case 0x70:
        fields.over(table.buf, at, end);
        return table.buf[at + 1] === 0x65
          ? this.peekLine(table, line, fields)
          : this.pagesLine(table.buf, at, end, fields);
      case 0x6c:
        fields.over(table.buf, at, end);
        if (startsWith(table.buf, at, end, OLD_LOCKS))
          return this.lockLine(table, line, fields, USE.total_read_wait_ms);
        return this.rowsLine(table, line, fields);
      case 0x74:
        fields.over(table.buf, at + TOTAL_LABEL, end);
        return this.lockLine(table, line, fields, USE.total_read_wait_ms);
      case 0x6d:
        fields.over(table.buf, at + MAX_LABEL, end);
        return this.lockLine(table, line, fields, USE.max_read_wait_ms);
      default:
        return false;
    }
  }

  /** `--- rpc (commit.example:1666) msgs/size in+out 1+1/0mb+0mb himarks 2000/2000 snd/rcv .000s/.001s` */
  remoteRpc(table: LineTable, line: number, at: number, end: number, fields: NumberFields): boolean {
    const close = find(table.buf, at, end, 41);
    if (close < 0) return false;
    if (this.full(this.command.rows)) return true;
    const row = this.command.addRow("remote_rpc", place(table, line)).row;
    row.address = this.names.text(table.buf, at, close);
    fields.over(table.buf, close, end);
    for (const name of ["msgs_in", "msgs_out", "size_in_mb", "size_out_mb", "himark_fwd", "himark_rev"]) {
      row[name] = fields.int();
    }
    row.snd_ms = fields.durationMs();
    row.rcv_ms = fields.durationMs();
    return true;
  }

  /** `--- clients/my%2Ews(W)`: names are percent-encoded. */
  private openServerLock(table: LineTable, line: number, at: number, end: number): void {
    const name = percentDecoded(this.names.text(table.buf, at, end - 3));
    this.addUse(table, line, name, table.buf[end - 2] === 82 ? "R" : "W");
  }

  private addUse(table: LineTable, line: number, name: string, mode: string): void {
    const uses = this.command.useRows();
    const known = this.repeated ? uses.find(name, mode) : -1;
    if (known >= 0) {
      const ordinal = uses.numbers[known + USE.ordinal] as number;
      uses.numbers.fill(Number.NaN, known, known + USE_WIDTH);
      uses.numbers[known + USE.ordinal] = ordinal;
      this.locate(table, line, known);
      return;
    }
    // One section too many overwrites the last: its lines still have to go somewhere.
    if (uses.count >= ROWS_PER_COMMAND) uses.pop();
    this.locate(table, line, uses.add(name, mode, this.repeated ? USE_WIDTH : USE_HEAD));
  }

  private locate(table: LineTable, line: number, base: number): void {
    const { numbers } = this.command.useRows();
    this.numbers = numbers;
    this.base = base;
    numbers[base + USE.source_id] = table.sourceIds[line] as number;
    numbers[base + USE.line_no] = table.lineNos[line] as number;
    numbers[base + USE.byte_offset] = table.offsets[line] as number;
  }

  /** A type has one row a command; a repeated block fills it anew. */
  private openLibrarian(table: LineTable, line: number, at: number, end: number): void {
    const type = this.names.text(table.buf, at, end);
    const rows = this.command.rows;
    const known = rows?.find((child) => child.table === "librarian_use" && child.row.type === type);
    if (known === undefined && this.full(rows)) return;
    this.librarian = known ?? this.command.addRow("librarian_use", { ...place(table, line), type });
    Object.assign(this.librarian.row, place(table, line));
  }

  private full(rows: readonly ChildRow[] | null): boolean {
    return (rows?.length ?? 0) >= ROWS_PER_COMMAND;
  }

  private librarianLine(buf: Buffer, at: number, end: number): boolean {
    const names = LBR_LINES[String.fromCharCode(buf[at] ?? SPACE)];
    if (names === undefined || this.librarian === null) return false;
    const fields = this.fields.over(buf, at, end);
    for (const name of names) this.librarian.row[name] = fields.sizeBytes();
    return true;
  }

  private fill(fields: NumberFields, column: number, count: number): void {
    this.reach(column + count);
    fields.ints(this.numbers, this.base + column, count);
  }

  /** `---   pages in+out+cached 1+2+3`, `pages split internal+leaf 41+42`, `pages reordered internal+leaf 1+2` */
  private pagesLine(buf: Buffer, at: number, end: number, fields: NumberFields): boolean {
    if (buf[at + PAGES_AT] === 0x69) this.fill(fields.skip(PAGES_LABEL), USE.pages_in, 3);
    else if (startsWith(buf, at, end, SPLIT)) this.fill(fields, USE.pages_split_internal, 2);
    else if (startsWith(buf, at, end, REORDERED)) this.fill(fields, USE.pages_reordered_internal, 2);
    else this.fill(fields, USE.pages_in, 3);
    return true;
  }

  /**
   * Reads lines [from, to) of the current section as long as their wording is the usual one, without a look at the
   * account; returns the first line that is not.
   */
  usual(table: LineTable, from: number, to: number): number {
    if (this.base < 0 || this.repeated) return from;
    const rows = this.command.useRows();
    const { base, numbers } = this;
    let line = from;
    for (; line < to && table.cuts[line] === 0; line++) {
      const kind = readSectionLine(table, line, rows, base);
      if (kind === SECTION_LINE.none) break;
      if (kind === SECTION_LINE.total) this.placeLocks(table, line, USE.total_read_wait_ms);
      else if (kind === SECTION_LINE.max) this.placeLocks(table, line, USE.max_read_wait_ms);
      else if (kind === SECTION_LINE.rows) this.citeRows(table, line);
      else if (kind === SECTION_LINE.peek) this.citeFrom(table, line, numbers[base + USE.total_peek_held_ms] as number);
    }
    return line;
  }

  /** `---   total lock wait+held read/write 12ms+13ms/14ms+15ms`, likewise `max lock`; times may be negative. */
  private lockLine(table: LineTable, line: number, fields: NumberFields, column: number): boolean {
    this.reach(column + 4);
    fields.ints(this.numbers, this.base + column, 4);
    this.placeLocks(table, line, column);
    return true;
  }

  /** Notes where the four times from `column` on stand. */
  private placeLocks(table: LineTable, line: number, column: number): void {
    const { numbers } = this;
    const first = this.base + column;
    let worst = 0;
    for (let i = first; i < first + 4; i++) if ((numbers[i] as number) > worst) worst = numbers[i] as number;
    const lineNo = table.lineNos[line] as number;
    if (column !== USE.max_read_wait_ms) {
      this.stayWith(table, line);
      numbers[this.base + USE.lock_line_no] = lineNo;
      numbers[this.base + USE.lock_byte_offset] = table.offsets[line] as number;
    } else if (numbers[this.base + USE.source_id] === table.sourceIds[line]) {
      numbers[this.base + USE.max_line_no] = lineNo;
    }
    this.citeFrom(table, line, worst);
  }

  /**
   * A row names one file: where a rotation tears a section, that is the file of the later line, and what stood in the
   * earlier one has no place any more.
   */
  private stayWith(table: LineTable, line: number): void {
    const { numbers, base } = this;
    if (numbers[base + USE.source_id] === table.sourceIds[line]) return;
    numbers[base + USE.source_id] = table.sourceIds[line] as number;
    numbers[base + USE.line_no] = table.lineNos[line] as number;
    numbers[base + USE.byte_offset] = table.offsets[line] as number;
    // A row that does not reach so far has no such line.
    if (base + USE.rows_line_no < this.command.useRows().end) numbers[base + USE.rows_line_no] = Number.NaN;
  }

  /** A row that replaces another has all columns, and need not be the last. */
  private reach(width: number): void {
    if (!this.repeated) this.command.useRows().reach(this.base, width);
  }

  /** `---   locks read/write 4/5 rows get+pos+scan put+del 6+7+8 9+10` */
  private rowsLine(table: LineTable, line: number, fields: NumberFields): boolean {
    this.fill(fields.skip(LOCKS_LABEL), USE.read_locks, 2);
    this.fill(fields.skip(ROWS_LABEL), USE.get_rows, 5);
    this.citeRows(table, line);
    return true;
  }

  private citeRows(table: LineTable, line: number): void {
    const { numbers, base } = this;
    const written = (numbers[base + USE.put_rows] as number) + (numbers[base + USE.del_rows] as number);
    if (!isWorthRows(numbers[base + USE.scan_rows] as number, written, this.command)) return;
    this.stayWith(table, line);
    this.reach(USE.rows_line_no + 1);
    numbers[base + USE.rows_line_no] = table.lineNos[line] as number;
    this.notes.cite(table, line);
    this.command.cited = true;
  }

  /** `---   peek count 20 wait+held total/max 21ms+22ms/23ms+24ms` */
  private peekLine(table: LineTable, line: number, fields: NumberFields): boolean {
    this.fill(fields.skip(PEEK_LABEL), USE.peek_count, 1);
    this.fill(fields.skip(PEEK_TIMES_LABEL), USE.total_peek_wait_ms, 4);
    this.citeFrom(table, line, this.numbers[this.base + USE.total_peek_held_ms] as number);
    return true;
  }

  private citeFrom(table: LineTable, line: number, worstMs: number): void {
    if (!(worstMs >= CITED_MS)) return;
    this.notes.cite(table, line);
    this.command.cited = true;
  }
}

function percentDecoded(name: string): string {
  if (!name.includes("%")) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // not an encoding after all: keep what the log says
  }
}
