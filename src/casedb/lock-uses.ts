import type Database from "better-sqlite3";
import type { LockMode, LockUse } from "../contracts/lock-facts.js";
import { CHILD_IDS } from "./record-writer.js";

type Column = readonly (number | null)[];

const COLUMNS = [
  ...["t.id", "t.lock_object_id", "t.source_id", "coalesce(t.lock_line_no, t.line_no)"],
  ...["coalesce(t.lock_byte_offset, t.byte_offset)", "t.read_locks", "t.write_locks", "t.total_read_wait_ms"],
  ...["t.total_read_held_ms", "t.total_write_wait_ms", "t.total_write_held_ms", "t.max_read_wait_ms"],
  ...["t.max_read_held_ms", "t.max_write_wait_ms", "t.max_write_held_ms"],
];

const [ID, OBJECT, SOURCE, LINE, BYTE] = [0, 1, 2, 3, 4];
/** Where in COLUMNS the figures of each mode stand. */
const PLACES = {
  R: { locks: 5, wait: 7, held: 8, maxWait: 11, maxHeld: 12 },
  W: { locks: 6, wait: 9, held: 10, maxWait: 13, maxHeld: 14 },
} as const;

interface LockObject {
  readonly name: string;
  readonly mode: string;
}

/** The locks of commands, as their track output tells them. */
export class LockUses {
  private readonly sections: Database.Statement;
  private readonly object: Database.Statement;
  private readonly objects = new Map<number, LockObject>();

  constructor(db: Database.Database) {
    // One text a column, as most of what contended commands have is read: a value each costs twice as much.
    this.sections = db
      .prepare(
        `SELECT ${COLUMNS.map((column) => `json_group_array(${column})`).join(", ")}
         FROM json_each(?) AS wanted CROSS JOIN table_use AS t
         ON t.id BETWEEN wanted.value * ${CHILD_IDS} AND wanted.value * ${CHILD_IDS} + ${CHILD_IDS - 1}`,
      )
      .raw();
    this.object = db.prepare("SELECT name, mode FROM lock_object WHERE id = ?");
  }

  /** By command, in the order of its track block; nothing for a command without locks. */
  of(commandIds: readonly number[]): Map<number, LockUse[]> {
    const byCommand = new Map<number, LockUse[]>();
    const texts = this.sections.get(JSON.stringify(commandIds)) as string[];
    const columns = texts.map((text) => JSON.parse(text) as Column);
    const ids = columns[ID] ?? [];
    let commandId = -1;
    let uses: LockUse[] = [];
    for (let i = 0; i < ids.length; i++) {
      const own = Math.floor((ids[i] as number) / CHILD_IDS);
      if (own !== commandId) {
        commandId = own;
        uses = byCommand.get(own) ?? [];
        byCommand.set(own, uses);
      }
      this.addUses(columns, i, uses);
    }
    return byCommand;
  }

  /** One entry a mode that was really locked: a section of peeks only locked nothing. */
  private addUses(columns: readonly Column[], i: number, uses: LockUse[]): void {
    const object = this.objectOf(columns[OBJECT]?.[i] as number);
    if (isLocked("R", object, columns, i)) uses.push(useOf("R", object, columns, i));
    if (isLocked("W", object, columns, i)) uses.push(useOf("W", object, columns, i));
  }

  private objectOf(id: number): LockObject {
    let object = this.objects.get(id);
    if (object === undefined) {
      object = this.object.get(id) as LockObject;
      this.objects.set(id, object);
    }
    return object;
  }
}

/** A server lock names its mode; `total lock` fills only the columns of it. */
function isLocked(mode: LockMode, object: LockObject, columns: readonly Column[], i: number): boolean {
  const at = PLACES[mode];
  return (
    (columns[at.locks]?.[i] ?? 0) !== 0 ||
    notNegative(columns[at.wait]?.[i]) !== 0 ||
    notNegative(columns[at.held]?.[i]) !== 0 ||
    object.mode === mode
  );
}

function useOf(mode: LockMode, object: LockObject, columns: readonly Column[], i: number): LockUse {
  const at = PLACES[mode];
  const maxWaitMs = columns[at.maxWait]?.[i] ?? null;
  const maxHeldMs = columns[at.maxHeld]?.[i] ?? null;
  const hasMax = maxWaitMs !== null || maxHeldMs !== null;
  return {
    object: object.name,
    mode,
    count: columns[at.locks]?.[i] ?? null,
    waitMs: notNegative(columns[at.wait]?.[i]),
    heldMs: notNegative(columns[at.held]?.[i]),
    maxWaitMs: hasMax ? notNegative(maxWaitMs) : null,
    maxHeldMs: hasMax ? notNegative(maxHeldMs) : null,
    ordinal: (columns[ID]?.[i] as number) % CHILD_IDS,
    ref: {
      sourceId: columns[SOURCE]?.[i] as number,
      lineNo: columns[LINE]?.[i] ?? 0,
      byteOffset: columns[BYTE]?.[i] ?? 0,
    },
  };
}

/** p4d prints small negative times for background pulls; a lock can't be held for less than nothing. */
function notNegative(value: number | null | undefined): number {
  return Math.max(0, value ?? 0);
}
