import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const LEAF = 13;
const INTERIOR = 5;
const INTERIOR_HEADER = 12;
const LEAF_HEADER = 8;
const FILE_HEADER = 100;
/** Read at once: neighbours in the table mostly are neighbours in the file. */
const WINDOW_BYTES = 128 * 1024;
/** No table of a file that SQLite can hold is deeper; a damaged one could go in circles. */
const DEEPEST = 20;

/** Visits the cells of one leaf: their offsets in `bytes`, none beyond `end`. False stops the walk. */
export type LeafVisitor = (bytes: Buffer, offsets: Uint32Array, count: number, end: number) => boolean;

/**
 * The pages of a table in a database file, in the order of its rows (https://sqlite.org/fileformat2.html, "B-tree
 * Pages"). For questions that need something of every row, for which SQL costs several times as much. Whoever walks holds
 * a read transaction, and closes only after it: on Linux, closing a file gives up the locks of the whole process on it.
 */
export class TablePages {
  private readonly file: number;
  private readonly fileBytes: number;
  private readonly window = Buffer.alloc(WINDOW_BYTES);
  private windowFrom = 0;
  private windowTo = 0;
  private readonly offsets = new Uint32Array(0x8000);
  readonly pageBytes: number;
  /** Bytes of a page that rows may use. */
  readonly usableBytes: number;

  constructor(path: string) {
    this.file = openSync(path, "r");
    this.fileBytes = fstatSync(this.file).size;
    const head = Buffer.alloc(FILE_HEADER);
    readSync(this.file, head, 0, FILE_HEADER, 0);
    const size = head.readUInt16BE(16);
    this.pageBytes = size === 1 ? 0x10000 : size;
    this.usableBytes = this.pageBytes - (head[20] ?? 0);
  }

  /** Walks the table from its root page. False when it was stopped, or is not as it should be. */
  walk(root: number, visit: LeafVisitor): boolean {
    if (this.pageBytes < 512 || this.pageBytes > WINDOW_BYTES) return false;
    // What is still to be visited, the next one last.
    const pending: { page: number; depth: number }[] = [{ page: root, depth: 0 }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const at = this.place(next.page);
      if (at < 0 || next.depth > DEEPEST) return false;
      const kind = this.window[at];
      if (kind === INTERIOR) {
        const children = this.children(at);
        if (children === null) return false;
        for (const page of children.reverse()) pending.push({ page, depth: next.depth + 1 });
      } else if (kind !== LEAF || !this.visitLeaf(at, visit)) return false;
    }
    return true;
  }

  close(): void {
    closeSync(this.file);
  }

  private visitLeaf(at: number, visit: LeafVisitor): boolean {
    const { window, offsets, usableBytes } = this;
    const count = window.readUInt16BE(at + 3);
    if (LEAF_HEADER + 2 * count > usableBytes) return false;
    for (let i = 0; i < count; i++) {
      const offset = window.readUInt16BE(at + LEAF_HEADER + 2 * i);
      if (offset >= usableBytes) return false;
      offsets[i] = at + offset;
    }
    return visit(window, offsets, count, at + usableBytes);
  }

  /** Child pages in order; the last stands in the header. */
  private children(at: number): number[] | null {
    const { window, usableBytes } = this;
    const count = window.readUInt16BE(at + 3);
    if (INTERIOR_HEADER + 2 * count > usableBytes) return null;
    const pages: number[] = [];
    for (let i = 0; i < count; i++) {
      const offset = window.readUInt16BE(at + INTERIOR_HEADER + 2 * i);
      if (offset + 4 > usableBytes) return null;
      pages.push(window.readUInt32BE(at + offset));
    }
    pages.push(window.readUInt32BE(at + 8));
    return pages;
  }

  /** Where the page begins in the window, -1 for a page that the file does not have. */
  private place(page: number): number {
    const from = (page - 1) * this.pageBytes;
    if (page < 2 || from + this.pageBytes > this.fileBytes) return -1;
    if (from < this.windowFrom || from + this.pageBytes > this.windowTo) {
      this.windowFrom = from;
      this.windowTo = from + readSync(this.file, this.window, 0, WINDOW_BYTES, from);
      if (from + this.pageBytes > this.windowTo) return -1;
    }
    return from - this.windowFrom;
  }
}
