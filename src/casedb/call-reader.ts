import type Database from "better-sqlite3";
import { largestFirst } from "../base/extremes.js";
import { epochToLocalMs, localToEpochMs } from "../base/time.js";
import type { CommandFact, RemoteCall, TriggerRun } from "../contracts/case-reader.js";
import type { ColumnStore } from "./column-store.js";
import { startMs } from "./command-facts.js";
import type { CommandReader } from "./command-reader.js";
import { CHILD_IDS } from "./record-writer.js";
import type { ServerScope } from "./server-scope.js";
import { triggerLapses } from "./trigger-lapses.js";

type Row = Record<string, number | string | null>;

const COMMAND = "c.id AS command_id, c.cmd, c.user, c.start_s, c.end_s, c.lapse_ms AS own_lapse_ms, c.longest_ms";

/** Clocks of two hosts, and whole seconds on both sides. */
const SLACK_MS = 2000;
/** How long after its start a command that never ended is followed. */
const MOST_OPEN_MS = 86_400_000;
/** Likeliest counterparts of one call; a command makes a handful of calls. */
const MOST_COUNTERPARTS = 20;

/** What commands waited for outside the database: triggers, and other servers. */
export class CallReader {
  private readonly runs = new Map<string, readonly TriggerRun[]>();

  constructor(
    private readonly db: Database.Database,
    private readonly scope: ServerScope,
    private readonly columns: ColumnStore,
    private readonly commands: CommandReader,
  ) {}

  /** Several detectors ask for the same runs. */
  triggerRuns(serverId: number, minMs: number, limit: number): readonly TriggerRun[] {
    const key = `${serverId} ${minMs} ${limit}`;
    const known = this.runs.get(key) ?? this.readRuns(serverId, minMs, limit);
    this.runs.set(key, known);
    return known;
  }

  private readRuns(serverId: number, minMs: number, limit: number): TriggerRun[] {
    const columns = this.columns.of(serverId);
    const { ids: runs, lapsesMs } = triggerLapses(this.db, minMs);
    const isOwn = (run: number) => columns.rowOf(Math.floor(run / CHILD_IDS)) >= 0;
    // Nothing of another server is as long as any of its own.
    const own = Float64Array.from(lapsesMs, (ms, i) => (isOwn(runs[i] as number) ? ms : Number.NEGATIVE_INFINITY));
    const ids = largestFirst(own, limit).flatMap((i) =>
      own[i] === Number.NEGATIVE_INFINITY ? [] : (runs[i] as number),
    );
    const sql = `SELECT t.*, ${COMMAND} FROM trigger_use t JOIN command c ON c.id = t.id / ${CHILD_IDS}
      WHERE t.id IN (SELECT value FROM json_each(?))`;
    const rows = new Map((this.db.prepare(sql).all(JSON.stringify(ids)) as Row[]).map((row) => [row.id, row]));
    return ids.flatMap((id) => {
      const row = rows.get(id);
      if (row === undefined) return [];
      return [{ ...common(row), name: text(row.name), lapseMs: (row.lapse_ms as number | null) ?? 0 }];
    });
  }

  remoteCalls(serverId: number, minMs: number, limit: number): RemoteCall[] {
    const waited = "coalesce(r.snd_ms, 0) + coalesce(r.rcv_ms, 0)";
    const sql = `SELECT r.*, ${COMMAND} FROM remote_rpc r JOIN command c ON c.id = r.id / ${CHILD_IDS}
      WHERE ${waited} >= ? AND ${this.scope.in(serverId, "c.source_id")} ORDER BY ${waited} DESC, r.id LIMIT ?`;
    return (this.db.prepare(sql).all(minMs, limit) as Row[]).map((row) => ({
      ...common(row),
      address: text(row.address),
      sndMs: (row.snd_ms as number | null) ?? 0,
      rcvMs: (row.rcv_ms as number | null) ?? 0,
    }));
  }

  /** See CaseReader.remoteCounterparts. */
  counterparts(call: RemoteCall): CommandFact[] {
    const own = this.commands.one(call.commandId);
    if (own === null) return [];
    const otherId = this.serverAt(call.address) ?? this.onlyUpstream(own.serverId);
    if (otherId === null || otherId === own.serverId) return [];
    const there = (localMs: number) =>
      epochToLocalMs(localToEpochMs(localMs, this.scope.zone(own.serverId)), this.scope.zone(otherId));
    const lastMs = own.endMs ?? own.startMs + (own.lapseMs ?? MOST_OPEN_MS);
    const found = this.commands.startedBy(otherId, own.user, there(own.startMs) - SLACK_MS, there(lastMs) + SLACK_MS);
    const client = own.ip.split("/").at(-1) ?? "";
    const likeness = (one: CommandFact) =>
      (one.workspace === own.workspace ? 2 : 0) + (client !== "" && one.ip.split("/").includes(client) ? 1 : 0);
    return found
      .sort((a, b) => likeness(b) - likeness(a) || (b.lapseMs ?? 0) - (a.lapseMs ?? 0) || a.startMs - b.startMs)
      .slice(0, MOST_COUNTERPARTS);
  }

  /** An address may be an alias; where the case has one commit server besides, or one other server at all, it is that. */
  private onlyUpstream(serverId: number): number | null {
    const others = this.scope.servers.filter(({ id }) => id !== serverId);
    const commits = others.filter(({ role }) => role === "commit");
    const [only] = commits.length > 0 ? commits : others;
    const plausible = only !== undefined && ["commit", "standard", "unknown"].includes(only.role);
    return plausible && (commits.length === 1 || others.length === 1) ? only.id : null;
  }

  /** By the address that a server's `p4 info` or its ServerID names. */
  serverAt(address: string): number | null {
    const wanted = address.toLowerCase();
    for (const server of this.scope.servers) {
      if (server.serverId !== null && server.serverId.toLowerCase() === wanted) return server.id;
    }
    const sql = `SELECT value, source_id FROM server_fact WHERE kind = 'p4-info' AND name = 'Server address'`;
    const port = wanted.split(":").at(-1);
    const known = this.db.prepare(sql).all() as { value: string | null; source_id: number }[];
    const hits = known.filter(({ value }) => {
      const own = (value ?? "").toLowerCase();
      return own === wanted || (own !== "" && own.split(":").at(-1) === port && sameHost(own, wanted));
    });
    const ids = new Set(hits.map(({ source_id }) => this.scope.serverOf(source_id)));
    const [only] = ids;
    return ids.size === 1 && only !== undefined ? only : null;
  }
}

/** `commit:1666` and `commit.example.com:1666` are one host. */
function sameHost(a: string, b: string): boolean {
  const host = (address: string) => address.split(":").at(-2)?.split(".")[0] ?? "";
  return host(a) !== "" && host(a) === host(b);
}

function common(row: Row) {
  const longest = (row.longest_ms as number | null) ?? 0;
  return {
    commandId: row.command_id as number,
    cmd: text(row.cmd),
    user: text(row.user),
    startMs: startMs({ ...row, lapse_ms: row.own_lapse_ms ?? null }),
    commandLapseMs: row.end_s === null && longest === 0 ? null : longest,
    ref: {
      sourceId: row.source_id as number,
      lineNo: (row.line_no as number | null) ?? 0,
      byteOffset: (row.byte_offset as number | null) ?? 0,
    },
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
