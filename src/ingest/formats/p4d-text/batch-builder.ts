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

/** Longer texts are hardly ever equal: looking them up costs more than it saves. */
const LONGEST_SHARED = 64;

/** Memory of batches that were stored, for the next ones: new memory has to be cleared and mapped first. */
const MOST_SPARE = 4;
const spare = new Map<RecordTableName, Float64Array[]>([
  ["command", []],
  ["table_use", []],
]);

/** Takes back the numbers of a batch that nobody reads any more, as far as they are worth it. */
export function reuse(table: RecordTableName, numbers: Float64Array): void {
  const kept = spare.get(table);
  if (kept !== undefined && kept.length < MOST_SPARE) kept.push(numbers);
}

export function isReusable(table: RecordTableName): boolean {
  return spare.has(table);
}

/** Rows of one table, growing in place. */
class Columns {
  numbers: Float64Array = new Float64Array(8192);
  /** Where each row begins, for tables whose rows end early. */
  private starts: Uint32Array | null;
  private used = 0;
  /** Each distinct text once, none first; which of them stands where, row by row. */
  private texts: (string | null)[] = [null];
  private readonly known = new Map<string, number>();
  private places = new Uint32Array(2 * USES_PER_BATCH);
  private placeCount = 0;
  /** By the place of a section's name that of the one behind it; see `section`. */
  private readonly followers = new Int32Array(256);
  private lastName = 0;
  private noMode = 0;
  rows = 0;

  constructor(
    readonly table: RecordTableName,
    isRagged = false,
  ) {
    this.starts = isRagged ? new Uint32Array(2 * USES_PER_BATCH) : null;
  }

  /** Makes room for numbers, which hold anything yet, and returns where they begin. */
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
    this.put(text === null ? 0 : this.placeOf(text));
  }

  /** One that is too seldom equal to another of its batch for looking it up to pay. */
  ownText(text: string | null): void {
    this.put(text === null ? 0 : this.texts.push(text) - 1);
  }

  /** Of a section. Commands use tables in the same order: what followed the name before last time is tried first. */
  section(name: string, mode: string): void {
    const guess = this.followers[this.lastName] as number;
    const place = guess > 0 && this.texts[guess] === name ? guess : this.placeOf(name);
    if (place < this.followers.length) {
      this.followers[this.lastName] = place;
      this.lastName = place;
    }
    this.put(place);
    if (this.noMode === 0) this.noMode = this.placeOf("");
    this.put(mode === "" ? this.noMode : this.placeOf(mode));
  }

  take(): RecordBatch {
    const { table, rows: rowCount, numbers, starts, texts } = this;
    this.numbers = spare.get(table)?.pop() ?? new Float64Array(numbers.length); // the old one goes to the other thread as it is: no copy
    const places = this.places.slice(0, this.placeCount);
    if (starts !== null) starts[rowCount] = this.used;
    this.rows = 0;
    this.used = 0;
    this.texts = [null];
    this.known.clear();
    this.placeCount = 0;
    this.followers.fill(0);
    this.lastName = 0;
    this.noMode = 0;
    return {
      ...{ table, rowCount, numbers, texts, places },
      ...(starts === null ? {} : { starts: starts.slice(0, rowCount + 1) }),
    };
  }

  private put(place: number): void {
    if (this.placeCount === this.places.length) {
      const grown = new Uint32Array(this.places.length * 2);
      grown.set(this.places);
      this.places = grown;
    }
    this.places[this.placeCount++] = place;
  }

  private placeOf(text: string): number {
    if (text.length > LONGEST_SHARED) return this.texts.push(text) - 1;
    let place = this.known.get(text);
    if (place === undefined) {
      place = this.texts.push(text) - 1;
      this.known.set(text, place);
    }
    return place;
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
    columns.ownText(command.user);
    columns.ownText(command.workspace);
    columns.ownText(command.ip);
    columns.text(command.app);
    columns.text(command.cmd);
    columns.ownText(command.args);
  }

  private addUses(index: number, uses: UseRows): void {
    const columns = this.uses;
    const base = columns.room(uses.end);
    const { numbers } = columns;
    const from = uses.numbers;
    for (let i = 0; i < uses.end; i++) numbers[base + i] = from[i] as number; // a view for `set` costs more than most are long
    for (let row = 0; row < uses.count; row++) {
      const start = base + (uses.starts[row] as number);
      numbers[start + USE.command_index] = index;
      columns.startsAt(start);
      columns.rows++;
      columns.section(uses.names[row] as string, uses.modes[row] as string);
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
