import type Database from "better-sqlite3";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import type { RowRemover } from "./row-remover.js";

/** Kinds of files that commands come from, the fullest account first. */
const KINDS: readonly string[] = ["p4log", "log2sql-db", "log2sql-json", "structured-log"];

interface LogFile {
  readonly id: number;
  readonly kind: string;
  readonly first_s: number | null;
  readonly last_s: number | null;
}

/** What became of a file, to be noted with it. */
export interface Settled {
  readonly sourceId: number;
  readonly note: string;
}

/**
 * One command counts once, however many logs of its server tell of it: what a fuller kind of log covers in time is
 * dropped from the others (`KINDS` has the order). Call inside a transaction, per server.
 */
export function dropCovered(db: Database.Database, remover: RowRemover, sourceIds: readonly number[]): Settled[] {
  const files = commandFiles(db, sourceIds);
  return files.flatMap((file) => {
    const fuller = files.filter(({ kind }) => KINDS.indexOf(kind) < KINDS.indexOf(file.kind));
    const spans = fuller.filter(({ first_s, last_s }) => first_s !== null && last_s !== null);
    if (spans.length === 0) return [];
    const within = spans.map(({ first_s, last_s }) => `begun BETWEEN ${first_s} AND ${last_s}`).join(" OR ");
    const begun = "SELECT id, coalesce(start_s, end_s) AS begun FROM command WHERE source_id = ?";
    const covered = db.prepare(`SELECT id FROM (${begun}) WHERE ${within}`).pluck().all(file.id) as number[];
    remover.removeCommands(covered);
    if (covered.length === 0) return [];
    const kinds = [...new Set(spans.map(({ kind }) => (kind === "p4log" ? "the P4LOG" : kind)))].join(" and ");
    return [{ sourceId: file.id, note: `${covered.length} commands also in ${kinds}: not counted twice` }];
  });
}

/** The two logs write a line at nearly the same time. */
const SAME_S = 2;
/** So much of a message is compared: the text log breaks long ones into lines. */
const SAME_CHARS = 40;

interface Said {
  readonly id: number;
  readonly time_s: number | null;
  readonly pid: number | null;
  readonly text: string | null;
}

/** An error that errors.csv and the P4LOG of its server both tell counts once, and so does a start of the server. */
export function dropRepeated(db: Database.Database, sourceIds: readonly number[]): void {
  const ids = (kind: string) =>
    db
      .prepare("SELECT id FROM source WHERE kind = ? AND id IN (SELECT value FROM json_each(?))")
      .pluck()
      .all(kind, JSON.stringify(sourceIds)) as number[];
  const [logs, others] = [ids("p4log"), ids("structured-log")];
  if (logs.length === 0 || others.length === 0) return;
  for (const table of ["server_error", "server_event"]) {
    const text = table === "server_error" ? "text" : "kind";
    const said = (files: readonly number[]) =>
      db
        .prepare(`SELECT id, time_s, pid, ${text} AS text FROM ${table} WHERE source_id IN (${files.join(", ")})`)
        .all() as Said[];
    const remove = db.prepare(`DELETE FROM ${table} WHERE id = ?`);
    const known = new Map<string, string[]>();
    for (const row of said(logs)) {
      const key = `${row.pid} ${row.time_s}`;
      const texts = known.get(key);
      if (texts === undefined) known.set(key, [row.text ?? ""]);
      else texts.push(row.text ?? "");
    }
    for (const row of said(others)) if (isKnown(known, row)) remove.run(row.id);
  }
}

function isKnown(known: ReadonlyMap<string, readonly string[]>, { time_s, pid, text }: Said): boolean {
  if (time_s === null) return false;
  const beginning = (text ?? "").split("\n")[0]?.slice(0, SAME_CHARS) ?? "";
  for (let second = time_s - SAME_S; second <= time_s + SAME_S; second++) {
    if (known.get(`${pid} ${second}`)?.some((other) => other.includes(beginning))) return true;
  }
  return false;
}

function commandFiles(db: Database.Database, sourceIds: readonly number[]): LogFile[] {
  const hasCommands = db.prepare("SELECT 1 FROM command WHERE source_id = ? LIMIT 1").pluck();
  const ids = JSON.stringify(sourceIds);
  const sql = "SELECT id, kind, first_s, last_s FROM source WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id";
  return (db.prepare(sql).all(ids) as LogFile[]).filter(
    ({ id, kind }) => KINDS.includes(kind) && hasCommands.get(id) !== undefined,
  );
}

interface Part {
  readonly id: number;
  readonly key_hash: number;
  readonly start_s: number;
  readonly end_s: number | null;
  readonly flags: number;
}

/** How far apart the parts of one command may lie: its end was logged, its track records follow. */
const SLACK_S = 10;

/**
 * commands.csv, track.csv and triggers.csv tell of one command under one key, and a rotation may lie between its start
 * and its end. Puts the parts into the row that has the start; all.csv beside commands.csv counts once.
 */
export function joinParts(db: Database.Database, remover: RowRemover, sourceIds: readonly number[]): void {
  const files = commandFiles(db, sourceIds).filter(({ kind }) => kind === "structured-log");
  if (files.length === 0) return;
  const within = `source_id IN (${files.map(({ id }) => id).join(", ")})`;
  const rows = db
    .prepare(
      `SELECT id, key_hash, start_s, end_s, flags FROM command WHERE ${within} AND key_hash IN
         (SELECT key_hash FROM command WHERE ${within} GROUP BY key_hash HAVING count(*) > 1)
       ORDER BY key_hash, flags & ${COMMAND_FLAG.hasStart} = 0, start_s, id`,
    )
    .iterate() as IterableIterator<Part>;
  const pairs = pairParts(rows);
  const joined = pairs.map(([, extra]) => extra);
  const move = mover(db);
  for (const [base, extra] of pairs) move(base, extra);
  remover.removeCommands(joined);
}

/** [row that stays, row that goes]; rows come by key, those with a start first. */
function pairParts(rows: Iterable<Part>): [number, number][] {
  const pairs: [number, number][] = [];
  let starts: Part[] = [];
  for (const row of rows) {
    if (starts[0]?.key_hash !== row.key_hash) starts = [];
    const base = starts.findLast(
      ({ start_s, end_s }) => row.start_s >= start_s - SLACK_S && row.start_s <= (end_s ?? Number.MAX_VALUE) + SLACK_S,
    );
    const isRepeat = (row.flags & COMMAND_FLAG.hasStart) !== 0 && base?.start_s !== row.start_s;
    if (base === undefined || isRepeat) starts.push(row);
    else pairs.push([base.id, row.id]);
  }
  return pairs;
}

/** What a part may add to the row with the start; positions in the part's own file stay with its child rows. */
const ADDED = ["compute_ms", "lapse_ms", "paused_ms", "cpu_user_ms", "cpu_system_ms", "disk_in", "disk_out"].concat(
  ["ipc_in", "ipc_out", "max_rss_kb", "page_faults", "mem_mb", "mem_peak_mb"],
  ["rpc_msgs_in", "rpc_msgs_out", "rpc_size_in_mb", "rpc_size_out_mb", "rpc_himark_fwd", "rpc_himark_rev"],
  ["rpc_snd_ms", "rpc_rcv_ms"],
);
const CHILDREN = ["table_use", "trigger_use"] as const;
const CHILD_IDS = 4096;

function mover(db: Database.Database): (base: number, extra: number) => void {
  const added = ADDED.map((name) => `${name} = coalesce(command_row.${name}, extra.${name})`).join(", ");
  const merge = db.prepare(
    `UPDATE command_row SET ${added}, flags = command_row.flags | extra.flags,
       end_source_id = CASE WHEN command_row.end_s IS NULL AND extra.end_s IS NOT NULL THEN extra.source_id ELSE command_row.end_source_id END,
       end_line_no = coalesce(command_row.end_line_no, extra.end_line_no),
       end_byte_offset = coalesce(command_row.end_byte_offset, extra.end_byte_offset),
       end_s = coalesce(command_row.end_s, extra.end_s)
     FROM command_row AS extra WHERE command_row.id = @base AND extra.id = @extra`,
  );
  const children = CHILDREN.map((table) => ({
    has: db.prepare(`SELECT 1 FROM ${table} WHERE id BETWEEN ? AND ? LIMIT 1`).pluck(),
    move: db.prepare(`UPDATE ${table} SET id = id + ? WHERE id BETWEEN ? AND ?`),
  }));
  return (base, extra) => {
    merge.run({ base, extra });
    const first = extra * CHILD_IDS;
    for (const { has, move } of children) {
      const own = has.get(base * CHILD_IDS, base * CHILD_IDS + CHILD_IDS - 1);
      if (own === undefined) move.run((base - extra) * CHILD_IDS, first, first + CHILD_IDS - 1);
    }
  };
}
