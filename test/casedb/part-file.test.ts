import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PartFile } from "../../src/casedb/part-file.js";
import { CellEncoder } from "../../src/casedb/sqlite-cell.js";

interface Row {
  readonly id: number;
  readonly numbers: readonly number[];
  readonly text: string | null;
}

const SCHEMA = `
  CREATE TABLE few (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, c INTEGER, d TEXT,
    twice INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL) STRICT;
  CREATE TABLE other (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, c INTEGER, d TEXT) STRICT`;

/** Every width of number that SQLite knows, on both sides of where it changes. */
const number = fc.oneof(
  fc.constant(Number.NaN),
  fc.integer({ min: -1, max: 2 }),
  fc
    .constantFrom(
      ...[7, 15, 23, 31, 47, 53].flatMap((bits) => [-1, 0].flatMap((off) => [2 ** bits + off, -(2 ** bits) - off])),
    )
    .filter(Number.isSafeInteger),
  fc.maxSafeInteger(),
);
const text = fc.oneof(
  fc.constant(null),
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.string({ minLength: 60, maxLength: 9000 }),
);
const rows = fc.array(
  fc.record({ gap: fc.integer({ min: 1, max: 2 ** 34 }), numbers: fc.tuple(number, number, number), text }),
  {
    maxLength: 60,
  },
);

let folder = "";
let db: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "p4rca-part-"));
  db = new Database(join(folder, "case.sqlite"));
  db.pragma("journal_mode = WAL");
  db.exec(SCHEMA);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

function append(part: PartFile, table: string, list: readonly Row[]): void {
  const cell = new CellEncoder();
  for (const { id, numbers, text } of list) {
    cell.start();
    cell.numbers(Float64Array.from(numbers), 0, numbers.length);
    cell.text(text);
    cell.end();
    part.append(part.table(table), cell, id);
  }
}

function store(part: PartFile): void {
  db.exec("BEGIN IMMEDIATE");
  part.transfer();
  db.exec("COMMIT");
  part.detach();
}

function stored(table: string): Row[] {
  const list = db.prepare(`SELECT id, a, b, c, d FROM ${table} ORDER BY id`).raw().all() as (
    | number
    | string
    | null
  )[][];
  return list.map(([id, a, b, c, d]) => ({
    id: id as number,
    numbers: [a, b, c].map((value) => (value === null ? Number.NaN : (value as number))),
    text: d as string | null,
  }));
}

function isWhole(): unknown {
  return db.pragma("integrity_check", { simple: true });
}

describe("a part file", () => {
  it("puts every row into the case as it was given", () => {
    const part = new PartFile(db, ["few", "other"]);
    let last = 0;
    fc.assert(
      fc.property(rows, rows, (few, other) => {
        const nextId = (gap: number) => {
          last += gap % 1000 === 0 ? gap : (gap % 9) + 1;
          return last;
        };
        const place = (list: typeof few) => list.map(({ gap, ...row }): Row => ({ id: nextId(gap), ...row }));
        const [a, b] = [place(few), place(other)];
        append(part, "few", a);
        append(part, "other", b);
        store(part);
        // SQLite has no lone surrogates; UTF-8 writes U+FFFD for one.
        const whole = (row: Row) => ({ ...row, text: row.text === null ? null : Buffer.from(row.text).toString() });
        expect(stored("few")).toEqual(a.map(whole));
        expect(stored("other")).toEqual(b.map(whole));
        expect(isWhole()).toBe("ok");
        db.exec("DELETE FROM few; DELETE FROM other");
      }),
      { numRuns: 200 },
    );
    expect(last).toBeGreaterThan(0);
  });

  it("fills many pages, takes the largest ids, and computes what is not stored", () => {
    const part = new PartFile(db, ["few", "other"]);
    const many = Array.from(
      { length: 40_000 },
      (_, i): Row => ({ id: 2 ** 52 + i * 3, numbers: [i, -1 - i, Number.NaN], text: "x".repeat(i % 300) }),
    );
    append(part, "few", many);
    expect(part.isFull).toBe(true);
    store(part);
    expect(stored("few")).toEqual(many);
    expect(db.prepare("SELECT sum(twice) FROM few").pluck().get()).toBe((40_000 * 39_999) as number);
    expect(isWhole()).toBe("ok");
    append(part, "few", [{ id: 5, numbers: [1, 2, 3], text: null }]);
    expect(part.isFull).toBe(false);
    store(part);
    expect(stored("few")[0]).toEqual({ id: 5, numbers: [1, 2, 3], text: null });
  });

  it("stores rows where an index or a trigger is in the way of whole pages", () => {
    db.exec(`CREATE INDEX few_twice ON few (twice); CREATE TABLE seen (id INTEGER) STRICT;
      CREATE TRIGGER note AFTER INSERT ON other BEGIN INSERT INTO seen VALUES (new.id); END`);
    const part = new PartFile(db, ["few", "other"]);
    append(part, "few", [{ id: 1, numbers: [7, 8, 9], text: "a" }]);
    append(part, "other", [{ id: 2, numbers: [1, 2, 3], text: "b" }]);
    store(part);
    expect(db.prepare("SELECT id FROM few INDEXED BY few_twice WHERE twice = 14").pluck().get()).toBe(1);
    expect(db.prepare("SELECT id FROM seen").pluck().all()).toEqual([2]);
    expect(isWhole()).toBe("ok");
  });

  it("leaves nothing in the case when the transaction fails, and nothing beside it in the end", () => {
    const part = new PartFile(db, ["few", "other"]);
    append(part, "few", [{ id: 1, numbers: [1, 2, 3], text: "kept out" }]);
    db.exec("BEGIN IMMEDIATE");
    part.transfer();
    db.exec("ROLLBACK");
    part.detach();
    append(part, "few", [{ id: 1, numbers: [4, 5, 6], text: "kept" }]);
    store(part);
    expect(stored("few")).toEqual([{ id: 1, numbers: [4, 5, 6], text: "kept" }]);
    const path = `${db.name}-part`;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    part.remove();
    expect(existsSync(path)).toBe(false);
  });

  it("does not write through a link that stands in its place", () => {
    const other = join(folder, "other");
    writeFileSync(other, "untouched");
    symlinkSync(other, `${db.name}-part`);
    const part = new PartFile(db, ["few", "other"]);
    append(part, "few", [{ id: 1, numbers: [1, 2, 3], text: null }]);
    store(part);
    expect(readFileSync(other, "utf8")).toBe("untouched");
    expect(stored("few")).toHaveLength(1);
    part.remove();
  });

  it("keeps the largest figures a log may have", () => {
    const part = new PartFile(db, ["few", "other"]);
    append(part, "few", [{ id: 1, numbers: [2 ** 62, -(2 ** 62), 2 ** 53 + 2], text: null }]);
    store(part);
    const row = db.prepare("SELECT a, b, c FROM few").safeIntegers().raw().get();
    expect(row).toEqual([2n ** 62n, -(2n ** 62n), 2n ** 53n + 2n]);
  });

  it("refuses a number that is none of SQLite's", () => {
    const cell = new CellEncoder();
    cell.start();
    for (const bad of [1.5, Number.POSITIVE_INFINITY, 2 ** 63]) {
      expect(() => cell.numbers(Float64Array.of(bad), 0, 1)).toThrow("no integer");
    }
  });
});
