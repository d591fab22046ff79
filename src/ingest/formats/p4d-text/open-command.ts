import { COMMAND_FLAG, type RecordTableName } from "../../../contracts/record-batch.js";
import { COMMAND_WIDTH, USE, USE_WIDTH } from "./columns.js";

/** Rows kept of one command and kind: the case numbers them in 12 bits. No real command comes near. */
export const ROWS_PER_COMMAND = 4000;

/** A row of a child table other than table_use. */
export interface ChildRow {
  readonly table: RecordTableName;
  readonly row: Record<string, number | string | null>;
}

/** The table sections of one command, row-major in one array. */
export class UseRows {
  count = 0;
  numbers = new Float64Array(10 * USE_WIDTH);
  readonly names: string[] = [];
  readonly modes: string[] = [];

  /** Adds an empty row and returns where its numbers begin. */
  add(name: string, mode: string): number {
    const base = this.count * USE_WIDTH;
    if (base + USE_WIDTH > this.numbers.length) {
      const grown = new Float64Array(this.numbers.length * 2);
      grown.set(this.numbers);
      this.numbers = grown;
    }
    const { numbers } = this;
    for (let i = base; i < base + USE_WIDTH; i++) numbers[i] = Number.NaN; // cheaper than a call of fill for so few
    numbers[base + USE.ordinal] = this.count;
    this.names[this.count] = name;
    this.modes[this.count] = mode;
    this.count++;
    return base;
  }

  /** Where the row of a table begins, or -1: `db.have` of a repeated track block replaces the first. */
  find(name: string, mode: string): number {
    for (let i = 0; i < this.count; i++) {
      if (this.names[i] === name && this.modes[i] === mode) return i * USE_WIDTH;
    }
    return -1;
  }
}

/** Arrays of commands that are done, for the next ones: making new ones costs more than filling them. */
const MOST_SPARE = 1000;
const spareUses: UseRows[] = [];
const spareNumbers: Float64Array[] = [];

/** Takes back the arrays of a command whose rows were copied out. */
export function recycle(command: OpenCommand): void {
  if (command.uses !== null && spareUses.length < MOST_SPARE && command.uses.numbers.length <= 40 * USE_WIDTH) {
    command.uses.count = 0;
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
