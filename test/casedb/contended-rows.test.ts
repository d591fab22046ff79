import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { CommandColumns, NO_SECOND } from "../../src/casedb/command-columns.js";
import { ContendedRows } from "../../src/casedb/contended-rows.js";
import { CHILD_IDS } from "../../src/casedb/record-writer.js";

interface Told {
  readonly startS: number | null;
  readonly endS: number | null;
  readonly waitMs?: number;
  readonly heldMs?: number;
}

/** Rows chosen from commands with one section each, in the order of the rows. */
function chosen(
  commands: readonly Told[],
  limits = { contended: 100, unwanted: 1 },
  others: readonly number[] = [],
): number[] {
  const db = new Database(":memory:");
  db.exec("CREATE TABLE table_use (id INTEGER PRIMARY KEY, worst_ms, total_read_wait_ms, total_write_wait_ms)");
  const insert = db.prepare("INSERT INTO table_use VALUES (?, ?, ?, NULL)");
  const columns = new CommandColumns(commands.length);
  commands.forEach(({ startS, endS, waitMs = 0, heldMs = 0 }, row) => {
    columns.id[row] = row + 1;
    columns.startS[row] = startS ?? NO_SECOND;
    columns.endS[row] = endS ?? NO_SECOND;
    insert.run((row + 1) * CHILD_IDS, Math.max(waitMs, heldMs), waitMs);
  });
  const rows = new ContendedRows(db, limits).of(columns, 100, others);
  db.close();
  return rows.sort((a, b) => a - b);
}

const waiter = { startS: 1000, endS: 1030, waitMs: 25_000 };

test("holders count where they ran while somebody waited; of all others the longest are enough", () => {
  const commands = [
    waiter,
    { startS: 990, endS: 1010, heldMs: 200 },
    { startS: 1031, endS: 1031, heldMs: 150 }, // logged seconds are whole
    { startS: 2000, endS: 2100, heldMs: 90_000 },
    { startS: 3000, endS: 3100, heldMs: 80_000 },
    { startS: 1010, endS: 1011, heldMs: 99 },
  ];
  expect(chosen(commands)).toEqual([0, 1, 2, 3]);
  expect(chosen(commands, { contended: 100, unwanted: 2 })).toEqual([0, 1, 2, 3, 4]);
});

test("a command without an end, or seen waiting elsewhere, is somebody who waited", () => {
  const holder = { startS: 5000, endS: 5001, heldMs: 200 };
  const limits = { contended: 100, unwanted: 0 };
  expect(chosen([{ ...waiter, endS: null }, holder], limits)).toEqual([0, 1]);
  expect(chosen([waiter, holder, { startS: 4990, endS: 5010 }], limits)).toEqual([0]);
  expect(chosen([waiter, holder, { startS: 4990, endS: 5010 }], limits, [2])).toEqual([0, 1]);
});

test("when there are too many, waits come before holds and long ones before short ones", () => {
  const commands = [
    { startS: 1000, endS: 1090, heldMs: 80_000 },
    waiter,
    { startS: 1000, endS: 1050, heldMs: 40_000 },
    { startS: 1000, endS: 1002, waitMs: 110 },
  ];
  expect(chosen(commands, { contended: 3, unwanted: 0 })).toEqual([0, 1, 3]);
  expect(chosen(commands, { contended: 1, unwanted: 0 })).toEqual([1]);
});
