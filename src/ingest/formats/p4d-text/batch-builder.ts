import {
  type CommandBatch,
  RECORD_TABLES,
  type RecordBatch,
  type RecordTableName,
} from "../../../contracts/record-batch.js";
import { COMMAND, COMMAND_WIDTH, USE } from "./columns.js";
import { type OpenCommand, recycle, type UseRows } from "./open-command.js";

/** Small enough for the numbers of a batch to stay in the cache of the thread that made them. */
const COMMANDS_PER_BATCH = 1000;
const USES_PER_BATCH = 4000;

/** Rows of one table, growing in place. */
class Columns {
  numbers = new Float64Array(8192);
  /** Where each row begins, for tables whose rows end early. */
  private starts: Uint32Array | null;
  private used = 0;
  private texts: (string | null)[] = [];
  private textCount = 0;
  rows = 0;

  constructor(
    readonly table: RecordTableName,
    isRagged = false,
  ) {
    this.starts = isRagged ? new Uint32Array(2 * USES_PER_BATCH) : null;
  }

  /** Makes room for numbers and returns where they begin. */
  room(count: number): number {
    const base = this.used;
    this.used += count;
    if (this.used > this.numbers.length) {
      const grown = new Float64Array(Math.max(this.used, this.numbers.length * 2));
      grown.set(this.numbers);
      this.numbers = grown;
    }
    return base;
  }

  startsAt(start: number): void {
    let { starts } = this;
    if (starts === null) return;
    if (this.rows === starts.length - 1) {
      starts = new Uint32Array(starts.length * 2);
      starts.set(this.starts as Uint32Array);
      this.starts = starts;
    }
    starts[this.rows] = start;
  }

  text(text: string | null): void {
    this.texts[this.textCount++] = text;
  }

  take(): RecordBatch {
    const { table, rows: rowCount, numbers, starts, texts, textCount } = this;
    this.numbers = new Float64Array(numbers.length); // the old one goes to the other thread as it is: no copy
    texts.length = textCount;
    if (starts !== null) starts[rowCount] = this.used;
    this.rows = 0;
    this.used = 0;
    this.texts = new Array(textCount); // the next batch is about as long: growing an array bit by bit is slow
    this.textCount = 0;
    return { table, rowCount, numbers, texts, ...(starts === null ? {} : { starts: starts.slice(0, rowCount + 1) }) };
  }
}

/** Finished commands and their children as columnar batches, handed over whenever one is full. */
export class BatchBuilder {
  private readonly commands = new Columns("command");
  private readonly uses = new Columns("table_use", true);
  private readonly others = new Map<RecordTableName, Columns>();
  records = 0;

  constructor(private readonly flushTo: (batch: CommandBatch) => void) {}

  add(command: OpenCommand): void {
    const index = this.commands.rows;
    this.addCommand(command);
    if (command.uses !== null) this.addUses(index, command.uses);
    if (command.rows !== null) for (const { table, row } of command.rows) this.addRow(index, table, row);
    this.records += 1 + (command.uses?.count ?? 0) + (command.rows?.length ?? 0);
    recycle(command);
    if (this.commands.rows >= COMMANDS_PER_BATCH || this.uses.rows >= USES_PER_BATCH) this.flush();
  }

  flush(): void {
    if (this.commands.rows === 0) return;
    const children: RecordBatch[] = [];
    if (this.uses.rows > 0) children.push(this.uses.take());
    for (const columns of this.others.values()) if (columns.rows > 0) children.push(columns.take());
    this.flushTo({ commands: this.commands.take(), children });
  }

  private addCommand(command: OpenCommand): void {
    const columns = this.commands;
    const base = columns.room(COMMAND_WIDTH);
    columns.rows++;
    const { numbers } = columns;
    if (command.numbers === null) numbers.fill(Number.NaN, base, base + COMMAND_WIDTH);
    else numbers.set(command.numbers, base);
    numbers[base + COMMAND.source_id] = command.sourceId;
    numbers[base + COMMAND.line_no] = command.lineNo;
    numbers[base + COMMAND.byte_offset] = command.byteOffset;
    numbers[base + COMMAND.byte_length] = command.byteLength;
    numbers[base + COMMAND.flags] = command.flags;
    numbers[base + COMMAND.pid] = command.pid;
    numbers[base + COMMAND.start_s] = command.startS;
    numbers[base + COMMAND.end_s] = command.endS;
    numbers[base + COMMAND.running] = command.running;
    numbers[base + COMMAND.key_hash] = command.keyHash;
    columns.text(command.user);
    columns.text(command.workspace);
    columns.text(command.ip);
    columns.text(command.app);
    columns.text(command.cmd);
    columns.text(command.args);
  }

  private addUses(index: number, uses: UseRows): void {
    const columns = this.uses;
    const base = columns.room(uses.end);
    columns.numbers.set(uses.numbers.length === uses.end ? uses.numbers : uses.numbers.subarray(0, uses.end), base);
    for (let row = 0; row < uses.count; row++) {
      const start = base + (uses.starts[row] as number);
      columns.numbers[start + USE.command_index] = index;
      columns.startsAt(start);
      columns.rows++;
      columns.text(uses.names[row] as string);
      columns.text(uses.modes[row] as string);
    }
  }

  private addRow(index: number, table: RecordTableName, row: Readonly<Record<string, number | string | null>>): void {
    const spec = RECORD_TABLES[table];
    let columns = this.others.get(table);
    if (columns === undefined) {
      columns = new Columns(table);
      this.others.set(table, columns);
    }
    const base = columns.room(spec.numbers.length);
    columns.rows++;
    spec.numbers.forEach((name, position) => {
      const value = name === "command_index" ? index : row[name];
      columns.numbers[base + position] = typeof value === "number" ? value : Number.NaN;
    });
    for (const name of spec.texts) columns.text((row[name] as string | null | undefined) ?? null);
  }
}
