import { COMMAND_FLAG, type RecordTableName } from "../../../contracts/record-batch.js";
import { COMMAND_WIDTH, USE, USE_WIDTH } from "./columns.js";

/** Rows kept of one command and kind: the case numbers them in 12 bits. No real command comes near. */
export const ROWS_PER_COMMAND = 4000;

/** A row of a child table other than table_use. */
export interface ChildRow {
  readonly table: RecordTableName;
  readonly row: Record<string, number | string | null>;
}

/**
 * The table sections of one command, one behind the other in one array. A row ends with the last column known of it:
 * most have no longest waits, no peeks and no splits, and what is not written need not be copied either.
 */
export class UseRows {
  count = 0;
  /** Of `numbers`, behind the last row. */
  end = 0;
  numbers = new Float64Array(10 * USE_WIDTH);
  /** Where the numbers of each row begin. */
  starts = new Int32Array(16);
  readonly names: string[] = [];
  readonly modes: string[] = [];

  /** Adds an empty row of `width` columns, or all, and returns where its numbers begin. */
  add(name: string, mode: string, width = USE_WIDTH): number {
    const base = this.end;
    if (base + USE_WIDTH > this.numbers.length)
      this.numbers = enlarged(this.numbers, new Float64Array(this.numbers.length * 2));
    if (this.count === this.starts.length) this.starts = enlarged(this.starts, new Int32Array(this.count * 2));
    const { numbers } = this;
    this.end = base + width;
    for (let i = base; i < this.end; i++) numbers[i] = Number.NaN; // cheaper than a call of fill for so few
    numbers[base + USE.ordinal] = this.count;
    this.starts[this.count] = base;
    this.names[this.count] = name;
    this.modes[this.count] = mode;
    this.count++;
    return base;
  }

  /** Makes sure of the columns of the last row up to `width`: there is room, since `add` saw to it. */
  reach(base: number, width: number): void {
    const { numbers } = this;
    for (; this.end < base + width; this.end++) numbers[this.end] = Number.NaN;
  }

  /** Gives every row all columns, so that any of them can be written. */
  widen(): void {
    const rows = new UseRows();
    for (let row = 0; row < this.count; row++) {
      const base = rows.add(this.names[row] as string, this.modes[row] as string);
      rows.numbers.set(this.numbers.subarray(this.starts[row], this.endOf(row)), base);
    }
    ({ numbers: this.numbers, starts: this.starts, end: this.end } = rows);
  }

  /** Where the numbers of a row end. */
  endOf(row: number): number {
    return row + 1 < this.count ? (this.starts[row + 1] as number) : this.end;
  }

  /** Drops the last row. */
  pop(): void {
    this.count--;
    this.end = this.starts[this.count] as number;
  }

  clear(): void {
    this.count = 0;
    this.end = 0;
  }

  /** Where the row of a table begins, or -1: `db.have` of a repeated track block replaces the first. */
  find(name: string, mode: string): number {
    for (let i = 0; i < this.count; i++) {
      if (this.names[i] === name && this.modes[i] === mode) return this.starts[i] as number;
    }
    return -1;
  }
}

function enlarged<T extends Float64Array | Int32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** Arrays of commands that are done, for the next ones: making new ones costs more than filling them. */
const MOST_SPARE = 1000;
const spareUses: UseRows[] = [];
const spareNumbers: Float64Array[] = [];

/** Takes back the arrays of a command whose rows were copied out. */
export function recycle(command: OpenCommand): void {
  if (command.uses !== null && spareUses.length < MOST_SPARE && command.uses.numbers.length <= 40 * USE_WIDTH) {
    command.uses.clear();
    spareUses.push(command.uses);
  }
  if (command.numbers !== null && spareNumbers.length < MOST_SPARE) spareNumbers.push(command.numbers);
  command.uses = null;
  command.numbers = null;
}

/** A command while it is being put together from its lines. Light until a track block or a completion comes. */
export class OpenCommand {
  flags = 0;
  endS = Number.NaN;
  running = 0;
  user: string | null = null;
  workspace: string | null = null;
  ip: string | null = null;
  app: string | null = null;
  cmd: string | null = null;
  args: string | null = null;
  sourceId = 0;
  lineNo = 0;
  byteOffset = 0;
  byteLength = 0;
  /** What follows the command on that line (` trigger NAME`); null when the line does not name the command at all. */
  lineTail: string | null = null;
  numbers: Float64Array | null = null;
  uses: UseRows | null = null;
  rows: ChildRow[] | null = null;
  /** Another command of the same pid, older, whose track block may still come. */
  older: OpenCommand | null = null;
  /** At most so many commands are in the row that begins here. */
  depth = 1;
  /** Counted in the number of running commands. */
  counted = false;
  /** A finding may cite it: its start line is kept. */
  cited = false;
  emitted = false;
  /** Log time at which it leaves memory; -1: while it is open. */
  due = -1;
  /** Its id in the case, when it was read from there, and its rows as they were. */
  storedId: number | null = null;
  dirty = true;

  constructor(
    readonly pid: number,
    public startS: number,
    public keyHash: number,
    public textHash: number,
  ) {}

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  set(flag: number): void {
    this.flags |= flag;
  }

  /** Its end, or at least that it ended, is known. */
  get ended(): boolean {
    return this.has(
      COMMAND_FLAG.hasCompletion |
        COMMAND_FLAG.hasTables |
        COMMAND_FLAG.removedFromMonitor |
        COMMAND_FLAG.supplanted |
        COMMAND_FLAG.noCompletionKind,
    );
  }

  columns(): Float64Array {
    if (this.numbers === null) {
      this.numbers = spareNumbers.pop() ?? new Float64Array(COMMAND_WIDTH);
      this.numbers.fill(Number.NaN);
    }
    return this.numbers;
  }

  useRows(): UseRows {
    if (this.uses === null) this.uses = spareUses.pop() ?? new UseRows();
    return this.uses;
  }

  addRow(table: RecordTableName, row: Record<string, number | string | null>): ChildRow {
    if (this.rows === null) this.rows = [];
    const child = { table, row };
    this.rows.push(child);
    return child;
  }

  /** A number that a later line may correct: a later zero does not wipe out what an earlier line said. */
  merge(column: number, value: number): void {
    if (Number.isNaN(value)) return;
    const numbers = this.columns();
    if (value !== 0 || Number.isNaN(numbers[column] as number)) numbers[column] = value;
  }
}
