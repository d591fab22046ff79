import type Database from "better-sqlite3";
import { MOST_MS, type SqlColumns } from "./column-sql.js";
import { type CommandColumns, NO_SECOND } from "./command-columns.js";
import { KIND_COLUMNS } from "./command-kinds.js";
import { RecordDecoder } from "./record-decoder.js";
import { TablePages } from "./table-pages.js";

const FIGURES = {
  source_id: 0,
  line_no: 0,
  pid: 0,
  start_s: NO_SECOND,
  end_s: NO_SECOND,
  flags: 0,
  lapse_ms: 0,
  track_lapse_ms: 0,
  cpu_user_ms: 0,
  cpu_system_ms: 0,
  rpc_snd_ms: 0,
  rpc_rcv_ms: 0,
  paused_ms: 0,
  compute_ms: 0,
  mem_peak_mb: 0,
  mem_mb: 0,
  max_rss_kb: 0,
};
/** The kind's texts come first, as CommandKinds.set wants them. */
const WANTED = [
  ...KIND_COLUMNS.map((name) => ({ name, ifNull: 0 })),
  ...Object.entries(FIGURES).map(([name, ifNull]) => ({ name, ifNull })),
];
const SOURCE = KIND_COLUMNS.length;

/**
 * Fills the columns straight from the pages of a case that nobody is writing: three times as fast as by SQL, and this is
 * most of what looking at a whole log costs. Rows that go on in other pages are left to `sql`. False where it can't be
 * done, or the pages are not as they should be: then SQLite has to say what is wrong.
 */
export function fillFromPages(
  db: Database.Database,
  columns: CommandColumns,
  sources: ReadonlySet<number>,
  sql: SqlColumns,
): boolean {
  if (!db.readonly || db.memory || db.pragma("journal_mode", { simple: true }) !== "delete") return false;
  const pages = new TablePages(db.name);
  try {
    // Until its end no other process may change the file.
    return db.transaction(() => fill(db, pages, columns, sources, sql))();
  } finally {
    pages.close();
  }
}

function fill(
  db: Database.Database,
  pages: TablePages,
  columns: CommandColumns,
  sources: ReadonlySet<number>,
  sql: SqlColumns,
): boolean {
  const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'command_row'").pluck().get() as number;
  const stored = (db.pragma("table_info(command_row)") as { name: string }[]).map(({ name }) => name);
  columns.kinds.setNames(db.prepare("SELECT text FROM command_name ORDER BY id").pluck().all() as string[]);
  const decoder = new RecordDecoder(stored, WANTED, pages.usableBytes);
  const rows = new RowFiller(columns, decoder, sources);
  const isWhole = pages.walk(root, (bytes, offsets, count, end) => {
    for (let i = 0; i < count; i++) rows.add(bytes, offsets[i] as number, end);
    return rows.count <= columns.count;
  });
  if (!isWhole || rows.count !== columns.count) return false;
  sql.fillSome(columns, rows.leftRows, rows.leftIds);
  return true;
}

class RowFiller {
  count = 0;
  /** Rows that the decoder could not read, and their ids. */
  readonly leftRows: number[] = [];
  readonly leftIds: number[] = [];

  constructor(
    private readonly columns: CommandColumns,
    private readonly decoder: RecordDecoder,
    private readonly sources: ReadonlySet<number>,
  ) {}

  add(bytes: Buffer, at: number, end: number): void {
    const { columns, decoder } = this;
    const isRead = decoder.read(bytes, at, end);
    if (!this.sources.has(decoder.numbers[SOURCE] as number)) return;
    const row = this.count++;
    columns.id[row] = decoder.rowId;
    if (!isRead) {
      this.leftRows.push(row);
      this.leftIds.push(decoder.rowId);
      return;
    }
    this.setFigures(row, decoder.numbers);
    columns.kinds.set(row, bytes, decoder.from, decoder.to, decoder.numbers);
  }

  private setFigures(row: number, numbers: Float64Array): void {
    const { columns } = this;
    const at = (place: number) => numbers[SOURCE + place] as number;
    columns.sourceId[row] = at(0);
    columns.lineNo[row] = at(1);
    columns.pid[row] = at(2);
    columns.startS[row] = at(3);
    columns.endS[row] = at(4);
    columns.flags[row] = at(5);
    columns.longestMs[row] = Math.max(at(6), at(7));
    columns.cpuMs[row] = Math.min(at(8) + at(9), MOST_MS);
    columns.peerMs[row] = Math.min(at(10) + at(11), MOST_MS);
    columns.pausedMs[row] = Math.min(at(12), MOST_MS);
    columns.computeMs[row] = Math.min(at(13), MOST_MS);
    columns.memoryMb[row] = Math.min(Math.max(at(14), at(15), Math.trunc(at(16) / 1024)), MOST_MS);
    columns.settleEnd(row);
  }
}
