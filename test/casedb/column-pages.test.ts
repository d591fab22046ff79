import { afterAll, expect, test } from "vitest";
import { openCaseFile } from "../../src/casedb/case-file.js";
import { openCase } from "../../src/casedb/casedb.js";
import { ColumnStore } from "../../src/casedb/column-store.js";
import type { CommandColumns } from "../../src/casedb/command-columns.js";
import { ServerScope } from "../../src/casedb/server-scope.js";
import { scratchFolder } from "../ingest/recording-sink.js";
import { addFile, batchOf, command, NINE, oneServer } from "./evidence-builder.js";

const folder = scratchFolder();
afterAll(() => folder.remove());

/** Rows of every length and sign: NULLs, numbers of one to eight bytes, arguments over many pages and beyond ASCII. */
function oddRow(i: number) {
  const wide = [0, 1, -1, 127, 128, -32_769, 8_388_608, 2 ** 31, -(2 ** 31) - 1, 2 ** 40][i % 10] ?? 0;
  return {
    start_s: i % 17 === 0 ? null : NINE + (i % 900),
    end_s: i % 5 === 0 ? null : NINE + (i % 900) + (i % 7),
    lapse_ms: i % 4 === 0 ? null : (i * 37) % 70_000,
    track_lapse_ms: i % 6 === 0 ? (i * 41) % 90_000 : null,
    cpu_user_ms: i % 3 === 0 ? null : wide,
    cpu_system_ms: i,
    rpc_snd_ms: i % 2 === 0 ? wide : null,
    paused_ms: i % 11 === 0 ? wide : null,
    compute_ms: i % 9 === 0 ? wide : null,
    mem_peak_mb: i % 8 === 0 ? wide : null,
    max_rss_kb: i * 1023,
    cmd: ["user-sync", "user-fstat", ""][i % 3] ?? "",
    user: i % 13 === 0 ? null : `ü${i % 5}`,
    args: i % 19 === 0 ? null : `-m${i} //depot/…/€${"x".repeat(i % 23 === 0 ? 9000 : i % 300)}`,
  };
}

function makeCase(name: string, rows: number): string {
  const path = folder.at(name);
  const caseDb = openCase(path);
  const ids = [1, 2].map((file) =>
    addFile(caseDb, { path: `log${file}`, lines: 9 * rows, firstS: NINE, lastS: NINE + 1000 }, (sink, id) => {
      const commands = Array.from({ length: rows }, (_, i) => command(id, 100 + i, 10 * i + 1, oddRow(i * file)));
      sink.writeCommands(batchOf(commands));
    }),
  );
  oneServer(caseDb, ids);
  caseDb.finalize();
  caseDb.close();
  return path;
}

function columnsOf(path: string, readonly: boolean): CommandColumns {
  const db = openCaseFile(path, readonly);
  const scope = new ServerScope(db);
  const columns = new ColumnStore(db, scope).of(scope.servers[0]?.id ?? 0);
  db.close();
  return columns;
}

/** Kinds are numbered in the order they are met, which differs; which rows are of one kind does not. */
function kindsOf({ kinds, count }: CommandColumns): number[] {
  const first = new Map<number, number>();
  return Array.from({ length: count }, (_, row) => {
    const kind = kinds.of[row] ?? -1;
    first.set(kind, first.get(kind) ?? row);
    return first.get(kind) ?? -1;
  });
}

test("the pages of a finished case tell of every command what SQL tells", () => {
  const path = makeCase("odd.sqlite", 3000);
  const [pages, sql] = [columnsOf(path, true), columnsOf(path, false)];
  expect(pages.count).toBe(6000);
  const { kinds: _, ...figures } = pages;
  const { kinds: __, ...wanted } = sql;
  expect(figures).toEqual(wanted);
  expect(kindsOf(pages)).toEqual(kindsOf(sql));
  const sync = (columns: CommandColumns) =>
    columns.select((row) => columns.kinds.cmdNumbers(["user-sync"]).has(columns.kinds.cmdOf(row)));
  expect(sync(pages)).toEqual(sync(sql));
  expect(sync(pages).length).toBeGreaterThan(1000);
});
