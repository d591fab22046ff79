import {
  type CommandBatch,
  RECORD_TABLES,
  type RecordBatch,
  type RecordTableName,
} from "../../../contracts/record-batch.js";
import { COMMAND, COMMAND_WIDTH, USE, USE_WIDTH } from "./columns.js";
import { type OpenCommand, recycle, type UseRows } from "./open-command.js";

/** Small enough for the numbers of a batch to stay in the cache of the thread that made them. */
const COMMANDS_PER_BATCH = 1000;
const USES_PER_BATCH = 4000;

/** Rows of one table, growing in place. */
class Columns {
  numbers: Float64Array;
  texts: (string | null)[] = [];
  rows = 0;

  constructor(
    readonly table: RecordTableName,
    readonly width: number,
  ) {
    this.numbers = new Float64Array(width * 256);
  }

  /** Makes room for some rows and returns where their numbers begin. */
  next(rows = 1): number {
    const base = this.rows * this.width;
    const needed = base + rows * this.width;
    if (needed > this.numbers.length) {
      const grown = new Float64Array(Math.max(needed, this.numbers.length * 2));
      grown.set(this.numbers);
      this.numbers = grown;
    }
    this.rows += rows;
    return base;
  }

  take(): RecordBatch {
    const batch = {
      table: this.table,
      rowCount: this.rows,
      numbers: this.numbers.slice(0, this.rows * this.width),
      texts: this.texts,
    };
    this.rows = 0;
    this.texts = [];
    return batch;
  }
}

/** Finished commands and their children as columnar batches, handed over whenever one is full. */
export class BatchBuilder {
  private readonly commands = new Columns("command", COMMAND_WIDTH);
  private readonly uses = new Columns("table_use", USE_WIDTH);
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
    const base = columns.next();
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
    columns.texts.push(command.user, command.workspace, command.ip, command.app, command.cmd, command.args);
  }

  private addUses(index: number, uses: UseRows): void {
    const columns = this.uses;
    const base = columns.next(uses.count);
    const filled = uses.count * USE_WIDTH;
    columns.numbers.set(uses.numbers.length === filled ? uses.numbers : uses.numbers.subarray(0, filled), base);
    for (let row = 0; row < uses.count; row++) {
      columns.numbers[base + row * USE_WIDTH + USE.command_index] = index;
      columns.texts.push(uses.names[row] as string, uses.modes[row] as string);
    }
  }

  private addRow(index: number, table: RecordTableName, row: Readonly<Record<string, number | string | null>>): void {
    const spec = RECORD_TABLES[table];
    let columns = this.others.get(table);
    if (columns === undefined) {
      columns = new Columns(table, spec.numbers.length);
      this.others.set(table, columns);
    }
    const base = columns.next();
    spec.numbers.forEach((name, position) => {
      const value = name === "command_index" ? index : row[name];
      columns.numbers[base + position] = typeof value === "number" ? value : Number.NaN;
    });
    for (const name of spec.texts) columns.texts.push((row[name] as string | null | undefined) ?? null);
  }
}
