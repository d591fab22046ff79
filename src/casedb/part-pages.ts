import { putVarint } from "./sqlite-cell.js";

/** The largest page SQLite knows: hardly any row overflows it, and one root above the leaves is always enough. */
export const PAGE_BYTES = 65_536;
const LEAF = 13;
const INTERIOR = 5;
const LEAF_HEADER = 8;
const INTERIOR_HEADER = 12;
/** Pages of one part, about: 4 MB of rows a transaction. */
const MOST_PAGES = 64;

/** One cell on its way to a page; `CellEncoder` is one. */
export interface Cell {
  size(id: number): number;
  copyTo(target: Uint8Array, at: number, id: number): void;
}

/** A table of the part: its leaves in the order of their ids, all but the last full. */
export interface PartTable {
  /** Place of its root page, from 0: its only leaf as long as one is enough. */
  readonly root: number;
  readonly leaves: { page: number; lastId: number }[];
  /** Where the next cell ends, counted from the start of the last leaf; 0: there is none. */
  contentStart: number;
  cells: number;
  lastId: number;
  rows: number;
}

/**
 * A database file in memory that only ever grows: the pages of an empty one with the wanted tables, and behind them
 * leaves full of rows in ascending order of their ids (https://sqlite.org/fileformat2.html). Reused part after part.
 */
export class PartPages {
  private bytes = Buffer.alloc(0);
  private view = new DataView(this.bytes.buffer);
  private used: number;
  readonly tables: readonly PartTable[];

  /** `template`: an empty database with pages of PAGE_BYTES; `roots`: page numbers of its tables, from 1. */
  constructor(
    private readonly template: Buffer,
    roots: readonly number[],
  ) {
    this.used = template.length / PAGE_BYTES;
    this.resize(this.used + MOST_PAGES);
    this.tables = roots.map((page) => ({
      ...{ root: page - 1, leaves: [] },
      ...{ contentStart: 0, cells: 0, lastId: 0, rows: 0 },
    }));
  }

  get isFull(): boolean {
    return this.used >= MOST_PAGES;
  }

  get isEmpty(): boolean {
    return this.tables.every(({ rows }) => rows === 0);
  }

  /** Appends a row; `id` is larger than any before it in the table. */
  append(table: PartTable, cell: Cell, id: number): void {
    const size = cell.size(id);
    if (table.contentStart < LEAF_HEADER + 2 * (table.cells + 1) + size) this.beginLeaf(table);
    const leaf = table.leaves[table.leaves.length - 1] as { page: number; lastId: number };
    const base = leaf.page * PAGE_BYTES;
    table.contentStart -= size;
    cell.copyTo(this.bytes, base + table.contentStart, id);
    const pointer = base + LEAF_HEADER + 2 * table.cells;
    this.bytes[pointer] = table.contentStart >> 8;
    this.bytes[pointer + 1] = table.contentStart;
    table.cells++;
    table.rows++;
    table.lastId = id;
    leaf.lastId = id;
  }

  /** The whole file. What it returns is good until the next `append` or `clear`. */
  finish(): Uint8Array {
    for (const table of this.tables) {
      this.endLeaf(table);
      if (table.leaves.length > 1) this.writeRoot(table);
    }
    this.view.setUint32(28, this.used); // the size of the database in its own header
    return this.bytes.subarray(0, this.used * PAGE_BYTES);
  }

  clear(): void {
    this.used = this.template.length / PAGE_BYTES;
    if (this.bytes.length > 4 * MOST_PAGES * PAGE_BYTES) this.resize(this.used + MOST_PAGES);
    this.bytes.set(this.template);
    for (const table of this.tables) {
      table.leaves.length = 0;
      table.contentStart = 0;
      table.cells = 0;
      table.rows = 0;
      table.lastId = 0;
    }
  }

  private resize(pages: number): void {
    const kept = this.bytes.subarray(0, this.used * PAGE_BYTES);
    this.bytes = Buffer.alloc(pages * PAGE_BYTES);
    this.bytes.set(kept.length === 0 ? this.template : kept);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  private beginLeaf(table: PartTable): void {
    this.endLeaf(table);
    const first = table.leaves[0];
    if (first?.page === table.root) {
      first.page = this.newPage();
      this.bytes.copyWithin(first.page * PAGE_BYTES, table.root * PAGE_BYTES, (table.root + 1) * PAGE_BYTES);
    }
    table.leaves.push({ page: first === undefined ? table.root : this.newPage(), lastId: 0 });
    table.contentStart = PAGE_BYTES;
    table.cells = 0;
  }

  private newPage(): number {
    if ((this.used + 1) * PAGE_BYTES > this.bytes.length) this.resize(this.used * 2);
    return this.used++;
  }

  private endLeaf(table: PartTable): void {
    const leaf = table.leaves.at(-1);
    if (leaf === undefined) return;
    const base = leaf.page * PAGE_BYTES;
    this.view.setUint8(base, LEAF);
    this.view.setUint16(base + 1, 0); // no free blocks
    this.view.setUint16(base + 3, table.cells);
    this.view.setUint16(base + 5, table.contentStart % PAGE_BYTES);
    this.view.setUint8(base + 7, 0); // no fragments
  }

  /** An interior page over the leaves: for each but the last its page and its largest id. */
  private writeRoot(table: PartTable): void {
    const base = table.root * PAGE_BYTES;
    let start = PAGE_BYTES;
    table.leaves.slice(0, -1).forEach(({ page, lastId }, index) => {
      const cell = new Uint8Array(16);
      const end = putVarint(cell, 4, lastId);
      new DataView(cell.buffer).setUint32(0, page + 1);
      start -= end;
      this.bytes.set(cell.subarray(0, end), base + start);
      this.view.setUint16(base + INTERIOR_HEADER + 2 * index, start);
    });
    this.view.setUint8(base, INTERIOR);
    this.view.setUint16(base + 1, 0);
    this.view.setUint16(base + 3, table.leaves.length - 1);
    this.view.setUint16(base + 5, start % PAGE_BYTES);
    this.view.setUint8(base + 7, 0);
    this.view.setUint32(base + 8, (table.leaves.at(-1) as { page: number }).page + 1);
  }
}
