import type Database from "better-sqlite3";
import type { ColumnType, ExactCell, FleetRow, FleetTable } from "../contracts/exact-rows.js";
import { RECORD_TABLES, type RecordTableSpec } from "../contracts/record-batch.js";
import { CHILD_IDS } from "./record-writer.js";

/** How a table is read: `from` names it `t`; `atS` is the second a row belongs to, `isUtc` whether that is UTC. */
interface Plan {
  readonly name: string;
  readonly from: string;
  readonly sourceId: string;
  readonly atS: string;
  readonly isUtc: string;
  /** Columns beside the table's own. */
  readonly extra: Readonly<Record<string, { readonly sql: string; readonly type: ColumnType }>>;
}

const OWN: Omit<Plan, "name" | "from" | "atS"> = { sourceId: "t.source_id", isUtc: "0", extra: {} };
const CAPTURE = "LEFT JOIN capture k ON k.source_id = t.source_id AND k.capture_no = t.capture_no";

/** Tables with what the evidence says; what p4rca keeps for itself (log_edge, join_undo ...) stays in the case. */
const PLANS: readonly Plan[] = [
  { ...OWN, name: "command", from: "command t", atS: "coalesce(t.start_s, t.end_s)" },
  child("table_use", "LEFT JOIN lock_object o ON o.id = t.lock_object_id", {
    object: { sql: "o.name", type: "text" },
    object_mode: { sql: "o.mode", type: "text" },
  }),
  child("trigger_use"),
  child("librarian_use"),
  child("remote_rpc"),
  { ...OWN, name: "server_event", from: "server_event t", atS: "t.time_s" },
  { ...OWN, name: "server_error", from: "server_error t", atS: "t.time_s" },
  { ...OWN, name: "syslog_line", from: "syslog_line t", atS: "t.time_s", isUtc: "t.time_is_utc" },
  {
    ...captured("measurement"),
    atS: "coalesce(t.time_s, k.taken_s)",
    isUtc: "CASE WHEN t.time_s IS NULL THEN k.taken_is_utc ELSE t.time_is_utc END",
  },
  ...["monitor_row", "os_lock", "open_file", "os_process"].map(captured),
  { ...OWN, name: "server_fact", from: "server_fact t", atS: "NULL" },
  { ...OWN, name: "db_file", from: "db_file t", atS: "NULL" },
  { ...OWN, name: "warning", from: "warning t LEFT JOIN source s ON s.id = t.source_id", atS: "s.first_s" },
  { ...OWN, name: "source", from: "source t", sourceId: "t.id", atS: "t.first_s" },
];

/** Belongs where its command belongs. */
function child(name: string, joins = "", extra: Plan["extra"] = {}): Plan {
  return {
    ...OWN,
    name,
    from: `${name} t JOIN command c ON c.id = t.id / ${CHILD_IDS} ${joins}`,
    sourceId: "c.source_id",
    atS: "coalesce(c.start_s, c.end_s)",
    extra: { command_id: { sql: `t.id / ${CHILD_IDS}`, type: "integer" }, ...extra },
  };
}

function captured(name: string): Plan {
  const extra = { taken_from: { sql: "k.taken_from", type: "text" } } as const;
  return { ...OWN, name, from: `${name} t ${CAPTURE}`, atS: "k.taken_s", isUtc: "coalesce(k.taken_is_utc, 0)", extra };
}

/** The tables of a case as they go to other programs: types never depend on the rows, so that files of a fleet agree. */
export function fleetTables(db: Database.Database): FleetTable[] {
  return PLANS.map((plan) => {
    const extra = Object.entries(plan.extra).map(([name, { sql, type }]) => ({ name, sql, type }));
    const added = extra.map(({ name, sql }) => `, ${sql} AS ${name}`).join("");
    const sql = `SELECT t.*${added}, ${plan.sourceId}, ${plan.atS}, ${plan.isUtc} FROM ${plan.from}`;
    const statement = db.prepare(sql).raw();
    const own = statement.columns().slice(0, -PLACE_COLUMNS);
    const columns = own.map(({ name, type }, index) => ({
      name,
      type: extra[index - (own.length - extra.length)]?.type ?? ownType(plan.name, name, type),
    }));
    return { name: plan.name, columns, rows: () => placed(statement) };
  });
}

/** Source, second and clock, behind the columns of the table. */
const PLACE_COLUMNS = 3;

function* placed(statement: Database.Statement): IterableIterator<FleetRow> {
  for (const cells of statement.iterate() as IterableIterator<ExactCell[]>) {
    // Taken off the end, since a copy of every row would cost as much as reading it.
    const isUtc = cells.pop() === 1;
    const atS = toNumber(cells.pop());
    const sourceId = toNumber(cells.pop());
    yield { sourceId, atS, isUtc, cells };
  }
}

function toNumber(cell: ExactCell | undefined): number | null {
  return typeof cell === "number" ? cell : null;
}

/** As declared in the STRICT table; where a view stands for the table, as the writer's spec has it. */
function ownType(table: string, column: string, declared: string | null): ColumnType {
  const types: Readonly<Record<string, ColumnType>> = { INTEGER: "integer", REAL: "real", TEXT: "text", BLOB: "blob" };
  const spec: RecordTableSpec | undefined = Object.values(RECORD_TABLES).find(({ name }) => name === table);
  const isText = spec?.texts.includes(column) ?? false;
  return types[declared ?? ""] ?? (isText ? "text" : "integer");
}
