import { epochToLocalMs } from "../base/time.js";
import { type CaseDb, openCase } from "../casedb/casedb.js";
import type { ExactCell, FleetRow, TypedColumn, WrittenFile } from "../contracts/exact-rows.js";
import { partitionedFiles } from "../parquet/parquet.js";
import { caseKey, type NamedServer, namedServers } from "./case-servers.js";

/** Rows between two looks at whether Ctrl-C was pressed. */
const PAUSE_ROWS = 20_000;

/** Columns that every exported table has behind its own: they say in a fleet what the case says of itself. */
const FLEET_COLUMNS: readonly TypedColumn[] = [
  { name: "at", type: "timestamp" },
  { name: "source_path", type: "text" },
  { name: "case_key", type: "text" },
];

export interface ExportOptions {
  /** The operator's name for the only server of the case. */
  readonly server: string | null;
  /** Awaited now and then; may throw to stop. */
  readonly pause: (table: string, rows: number) => Promise<void>;
}

/** A file of the evidence, and whose it is. */
interface Place {
  readonly server: NamedServer | null;
  readonly path: string;
}

/**
 * `p4rca query --export`: every table of a case as Parquet files in `folder`, partitioned by server and by the day of the
 * server's own clock. An export that fails or is interrupted leaves nothing behind; the same case replaces its files.
 */
export async function exportCase(casePath: string, folder: string, options: ExportOptions): Promise<WrittenFile[]> {
  const caseDb = openCase(casePath, { readonly: true });
  try {
    const key = caseKey(caseDb);
    const places = placesOf(caseDb, options.server);
    const files = partitionedFiles(folder, key);
    try {
      for (const table of caseDb.fleetTables()) {
        const columns = [...table.columns, ...FLEET_COLUMNS];
        let count = 0;
        for (const row of table.rows()) {
          const place = row.sourceId === null ? undefined : places.get(row.sourceId);
          const when = instantOf(row, place);
          const partition = { table: table.name, server: place?.server?.name ?? null, date: when.date };
          row.cells.push(when.at, place?.path ?? null, key);
          files.append(partition, columns, row.cells);
          if (++count % PAUSE_ROWS === 0) await options.pause(table.name, count);
        }
      }
      return files.publish();
    } finally {
      files.abandon();
    }
  } finally {
    caseDb.close();
  }
}

function placesOf(caseDb: CaseDb, given: string | null): Map<number, Place> {
  const servers = namedServers(caseDb, given);
  const only = servers.length === 1 ? (servers[0] ?? null) : null;
  return new Map(
    caseDb.sources().map(({ id, path, serverLabel }) => {
      return [id, { server: servers.find(({ label }) => label === serverLabel) ?? only, path }];
    }),
  );
}

/** What a Date can hold. A log can say anything. */
const MOST_MS = 8.64e15;

/** The instant in UTC, and the day on the server's clock, so that the folder is called what grep finds in the log. */
function instantOf({ atS, isUtc }: FleetRow, place: Place | undefined): { at: ExactCell; date: string | null } {
  const ms = atS === null ? Number.NaN : atS * 1000;
  if (!(Math.abs(ms) < MOST_MS)) return { at: null, date: null };
  const localMs = isUtc ? epochToLocalMs(ms, place?.server?.zone ?? "UTC") : ms;
  const epochMs = isUtc ? ms : (place?.server?.clock.toEpochMs(ms) ?? ms);
  const day = new Date(localMs).toISOString();
  return { at: epochMs, date: /^\d{4}-/.test(day) ? day.slice(0, 10) : null };
}
