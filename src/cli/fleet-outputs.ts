import type { WrittenFile } from "../contracts/exact-rows.js";
import type { Console } from "./console.js";
import { asJson, cannotWrite, deliver, writePiecesSafely } from "./write-file.js";

/** What is written for other programs and may be larger than memory: Parquet files and the history as metrics. */
export async function printParquet(
  console: Console,
  casePath: string,
  query: string,
  limit: number,
  output: string,
): Promise<void> {
  const { queryToParquet } = await import("../pipeline/query-case.js");
  const rows = await writePiecesSafely(output, (put) => queryToParquet(casePath, query, limit, put, pauseOf(console)));
  console.note(`p4rca: ${rows} rows in ${output}`);
}

export async function printMetrics(
  console: Console,
  casePath: string,
  server: string | null,
  output: string | undefined,
): Promise<void> {
  const { writeMetricsHistory } = await import("../pipeline/metrics-history.js");
  const pause = pauseOf(console);
  if (output === undefined) return writeMetricsHistory(casePath, server, (text) => console.out(text), pause);
  return writePiecesSafely(output, (put) => writeMetricsHistory(casePath, server, put, pause));
}

/** With `json` the files as one document, else a table with a line a table of the case. */
export async function printExport(
  console: Console,
  casePath: string,
  folder: string,
  server: string | null,
  json: boolean,
  output: string | undefined,
): Promise<void> {
  const { exportCase } = await import("../pipeline/export-case.js");
  const breathe = pauseOf(console);
  const pause = (table: string, rows: number) => {
    console.progress({ stage: "export", done: rows, total: null, unit: "items", detail: table });
    return breathe();
  };
  const files = await exportCase(casePath, folder, { server, pause }).catch((error: NodeJS.ErrnoException) => {
    throw error.syscall === undefined ? error : cannotWrite(folder, error);
  });
  const text = json ? asJson(files) : console.table(perTable(files), ["table", "rows", "files", "bytes"]);
  deliver(console, text, output);
}

function perTable(files: readonly WrittenFile[]): { table: string; rows: number; files: number; bytes: number }[] {
  const names = [...new Set(files.map(({ table }) => table))];
  return names.map((table) => {
    const own = files.filter((file) => file.table === table);
    const sum = (of: (file: WrittenFile) => number) => own.reduce((total, file) => total + of(file), 0);
    return { table, rows: sum(({ rows }) => rows), files: own.length, bytes: sum(({ bytes }) => bytes) };
  });
}

/** Ctrl-C is heard only when the event loop turns. */
function pauseOf(console: Console): () => Promise<void> {
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    console.checkpoint();
  };
}
