import type Database from "better-sqlite3";
import type { LockMode, LockUse } from "../contracts/lock-facts.js";
import { CHILD_IDS } from "./record-writer.js";

/** A section as SQLite gives it, in the order of COLUMNS. */
type Section = readonly [
  id: number,
  objectId: number,
  sourceId: number | null,
  lineNo: number | null,
  byteOffset: number | null,
  readLocks: number | null,
  writeLocks: number | null,
  readWaitMs: number | null,
  readHeldMs: number | null,
  writeWaitMs: number | null,
  writeHeldMs: number | null,
  maxReadWaitMs: number | null,
  maxReadHeldMs: number | null,
  maxWriteWaitMs: number | null,
  maxWriteHeldMs: number | null,
];

const COLUMNS = `t.id, t.lock_object_id, t.source_id, coalesce(t.lock_line_no, t.line_no),
  coalesce(t.lock_byte_offset, t.byte_offset), t.read_locks, t.write_locks, t.total_read_wait_ms, t.total_read_held_ms,
  t.total_write_wait_ms, t.total_write_held_ms, t.max_read_wait_ms, t.max_read_held_ms, t.max_write_wait_ms, t.max_write_held_ms`;

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
    this.sections = db
      .prepare(
        `SELECT ${COLUMNS} FROM json_each(?) AS wanted CROSS JOIN table_use AS t
         ON t.id BETWEEN wanted.value * ${CHILD_IDS} AND wanted.value * ${CHILD_IDS} + ${CHILD_IDS - 1}`,
      )
      .raw();
    this.object = db.prepare("SELECT name, mode FROM lock_object WHERE id = ?");
  }

  /** By command, in the order of its track block; nothing for a command without locks. */
  of(commandIds: readonly number[]): Map<number, LockUse[]> {
    const byCommand = new Map<number, LockUse[]>();
    for (const section of this.sections.all(JSON.stringify(commandIds)) as Section[]) {
      const commandId = Math.floor(section[0] / CHILD_IDS);
      let uses = byCommand.get(commandId);
      if (uses === undefined) {
        uses = [];
        byCommand.set(commandId, uses);
      }
      this.addUses(section, uses);
    }
    return byCommand;
  }

  /** One entry a mode that was really locked: a section of peeks only locked nothing. */
  private addUses(section: Section, uses: LockUse[]): void {
    const [, objectId, , , , readLocks, writeLocks, readWait, readHeld, writeWait, writeHeld, ...most] = section;
    const [maxReadWait, maxReadHeld, maxWriteWait, maxWriteHeld] = most;
    const object = this.objectOf(objectId);
    if (isLocked("R", object, readLocks, readWait, readHeld)) {
      uses.push(useOf("R", object, section, readLocks, readWait, readHeld, maxReadWait, maxReadHeld));
    }
    if (isLocked("W", object, writeLocks, writeWait, writeHeld)) {
      uses.push(useOf("W", object, section, writeLocks, writeWait, writeHeld, maxWriteWait, maxWriteHeld));
    }
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
function isLocked(
  mode: LockMode,
  object: LockObject,
  count: number | null,
  waitMs: number | null,
  heldMs: number | null,
): boolean {
  return (count ?? 0) !== 0 || notNegative(waitMs) !== 0 || notNegative(heldMs) !== 0 || object.mode === mode;
}

function useOf(
  mode: LockMode,
  object: LockObject,
  [id, , sourceId, lineNo, byteOffset]: Section,
  count: number | null,
  waitMs: number | null,
  heldMs: number | null,
  maxWaitMs: number | null,
  maxHeldMs: number | null,
): LockUse {
  const hasMax = maxWaitMs !== null || maxHeldMs !== null;
  return {
    object: object.name,
    mode,
    count,
    waitMs: notNegative(waitMs),
    heldMs: notNegative(heldMs),
    maxWaitMs: hasMax ? notNegative(maxWaitMs) : null,
    maxHeldMs: hasMax ? notNegative(maxHeldMs) : null,
    ordinal: id % CHILD_IDS,
    ref: { sourceId: sourceId as number, lineNo: lineNo ?? 0, byteOffset: byteOffset ?? 0 },
  };
}

/** p4d prints small negative times for background pulls; a lock can't be held for less than nothing. */
function notNegative(value: number | null): number {
  return Math.max(0, value ?? 0);
}
