import type Database from "better-sqlite3";
import type { SourcePatch, StoredSource } from "../contracts/case-store.js";
import type { EvidenceKind, IngestWarning } from "../contracts/evidence.js";
import type { LogEdges, LogFragment, SourceDescriptor, SourceSummary } from "../contracts/ingest-sink.js";

interface SourceRow {
  id: number;
  path: string;
  kind: EvidenceKind;
  server_id: number | null;
  label: string | null;
  sha256: string | null;
  stored_bytes: number | null;
  modified_ms: number | null;
  bytes: number;
  lines: number;
  records: number;
  bytes_parsed: number;
  bytes_noise: number;
  bytes_unknown: number;
  bytes_skipped: number;
  first_s: number | null;
  last_s: number | null;
  state: StoredSource["state"];
  reason: string | null;
  notes: string;
  duplicate_of: number | null;
}

/** Bytes by account, summing to 0. */
export interface ByteMove {
  readonly parsed: number;
  readonly noise: number;
  readonly unknown: number;
}

const LOST = "too-many-sections";

const SELECT = "SELECT source.*, server.label FROM source LEFT JOIN server ON server.id = source.server_id";

/** The files of the case: what they are, how their bytes were spent, their warnings and unexplained edges. */
export class SourceStore {
  constructor(private readonly db: Database.Database) {}

  all(): StoredSource[] {
    return (this.db.prepare(`${SELECT} ORDER BY source.id`).all() as SourceRow[]).map(toSource);
  }

  one(id: number): StoredSource {
    const row = this.db.prepare(`${SELECT} WHERE source.id = ?`).get(id) as SourceRow | undefined;
    if (row === undefined) throw new Error(`the case has no source ${id}`);
    return toSource(row);
  }

  open(descriptor: SourceDescriptor): number {
    const { path, storedBytes, modifiedMs } = descriptor;
    const sql = "INSERT INTO source (path, stored_bytes, modified_ms, state) VALUES (?, ?, ?, 'open')";
    return Number(this.db.prepare(sql).run(path, storedBytes, modifiedMs).lastInsertRowid);
  }

  refuse(descriptor: SourceDescriptor, reason: string): void {
    const { path, storedBytes, modifiedMs } = descriptor;
    const sql = "INSERT INTO source (path, stored_bytes, modified_ms, state, reason) VALUES (?, ?, ?, 'refused', ?)";
    this.db.prepare(sql).run(path, storedBytes, modifiedMs, reason);
  }

  /** The file is no longer listed; its rows are the caller's business. */
  remove(id: number): void {
    this.db.prepare("DELETE FROM source WHERE id = ?").run(id);
  }

  /** Ids of files that a killed run left half read. */
  unfinished(): number[] {
    return this.db.prepare("SELECT id FROM source WHERE state = 'open' ORDER BY id").pluck().all() as number[];
  }

  finish(id: number, summary: SourceSummary): void {
    const { account } = summary;
    this.db
      .prepare(
        `UPDATE source SET state = 'done', kind = ?, sha256 = ?, bytes = ?, lines = ?, records = ?, bytes_parsed = ?,
           bytes_noise = ?, bytes_unknown = ?, bytes_skipped = ?, first_s = ?, last_s = ?, notes = ? WHERE id = ?`,
      )
      .run(
        ...[summary.kind, summary.sha256, summary.bytes, summary.lines, summary.records],
        ...[account.parsed, account.noise, account.unknown, account.skipped, summary.firstS, summary.lastS],
        JSON.stringify(summary.notes),
        id,
      );
    for (const warning of summary.warnings) this.addWarning(id, warning);
    if (summary.edges !== null) this.storeEdges(id, summary.edges);
  }

  /** The file has grown: `edges.head` is what is new of its head, all else is of the whole file. */
  finishGrown(id: number, descriptor: SourceDescriptor, summary: SourceSummary): void {
    const { storedBytes, modifiedMs } = descriptor;
    this.db
      .prepare("UPDATE source SET stored_bytes = ?, modified_ms = ? WHERE id = ?")
      .run(storedBytes, modifiedMs, id);
    this.db.prepare("DELETE FROM warning WHERE source_id = ? AND code <> ?").run(id, LOST);
    this.db.prepare("DELETE FROM log_edge WHERE source_id = ? AND position = 'tail'").run(id);
    this.finish(id, summary);
  }

  warnLost(id: number, count: number): void {
    const text = "sections dropped: a command has room for 4096 of each kind";
    this.addWarning(id, { code: LOST, text, count, lineNo: null, byteOffset: null });
  }

  /** The file stays listed, but nothing of it counts: all its bytes are skipped. */
  markDuplicate(id: number, summary: SourceSummary, originalId: number): void {
    const note = `same content as ${this.one(originalId).path}`;
    this.db
      .prepare(
        `UPDATE source SET state = 'duplicate', kind = ?, sha256 = ?, bytes = ?, lines = ?, bytes_skipped = ?,
           first_s = ?, last_s = ?, notes = ?, duplicate_of = ? WHERE id = ?`,
      )
      .run(
        ...[summary.kind, summary.sha256, summary.bytes, summary.lines, summary.bytes, summary.firstS, summary.lastS],
        JSON.stringify([...summary.notes, note]),
        originalId,
        id,
      );
  }

  patch(id: number, patch: SourcePatch): void {
    const source = this.one(id);
    const account = patch.account ?? source.account;
    const notes = patch.addNote === undefined ? source.notes : [...source.notes, patch.addNote];
    this.db
      .prepare(
        `UPDATE source SET bytes_parsed = ?, bytes_noise = ?, bytes_unknown = ?, bytes_skipped = ?, records = ?,
           notes = ? WHERE id = ?`,
      )
      .run(
        ...[account.parsed, account.noise, account.unknown, account.skipped],
        patch.records ?? source.records,
        JSON.stringify(notes),
        id,
      );
  }

  /** Warnings about unknown lines go when nothing is unknown any more. */
  moveBytes(id: number, change: ByteMove): void {
    const { parsed, noise, unknown, skipped } = this.one(id).account;
    const account = {
      parsed: parsed + change.parsed,
      noise: noise + change.noise,
      unknown: unknown + change.unknown,
      skipped,
    };
    if (Math.min(account.parsed, account.noise, account.unknown) < 0) return;
    this.patch(id, { account });
    if (account.unknown > 0) return;
    this.db.prepare("DELETE FROM warning WHERE source_id = ? AND code GLOB 'unknown-*'").run(id);
  }

  addWarning(sourceId: number | null, warning: IngestWarning): void {
    const { code, text, count, lineNo, byteOffset } = warning;
    this.db
      .prepare("INSERT INTO warning (source_id, code, text, count, line_no, byte_offset) VALUES (?, ?, ?, ?, ?, ?)")
      .run(sourceId, code, text, count, lineNo, byteOffset);
  }

  edges(id: number): LogEdges {
    const sql = "SELECT * FROM log_edge WHERE source_id = ? ORDER BY id";
    const rows = this.db.prepare(sql).all(id) as {
      position: string;
      line_no: number;
      byte_offset: number;
      bytes: Buffer;
      continuation: number;
      running: number | null;
    }[];
    const fragments = rows.map((row) => ({
      position: row.position,
      fragment: {
        lineNo: row.line_no,
        byteOffset: row.byte_offset,
        bytes: new Uint8Array(row.bytes),
        continuation: row.continuation === 1,
        ...(row.running === null ? {} : { running: row.running }),
      },
    }));
    return {
      head: fragments.filter(({ position }) => position === "head").map(({ fragment }) => fragment),
      tail: fragments.find(({ position }) => position === "tail")?.fragment ?? null,
    };
  }

  /**
   * What stands in both of two files that overlap is explained by the earlier one, up to its last block: that may be
   * torn, and stands whole in the later file. Returns the byte of the later file from which on it explains.
   */
  dropOverlappingEdges(earlierId: number, laterId: number, laterBytes: number): number {
    const { tail } = this.edges(earlierId);
    const fromByte = laterBytes - (tail === null ? 0 : this.one(earlierId).bytes - tail.byteOffset);
    this.db.prepare("DELETE FROM log_edge WHERE source_id = ? AND position = 'tail'").run(earlierId);
    this.db
      .prepare("DELETE FROM log_edge WHERE source_id = ? AND position = 'head' AND byte_offset + length(bytes) <= ?")
      .run(laterId, fromByte);
    return fromByte;
  }

  private storeEdges(id: number, edges: LogEdges): void {
    const insert = this.db.prepare(
      `INSERT INTO log_edge (source_id, position, line_no, byte_offset, bytes, continuation, running)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    const store = (position: string, fragment: LogFragment) =>
      insert.run(
        ...[id, position, fragment.lineNo, fragment.byteOffset],
        Buffer.from(fragment.bytes),
        fragment.continuation ? 1 : 0,
        fragment.running ?? null,
      );
    for (const fragment of edges.head) store("head", fragment);
    if (edges.tail !== null) store("tail", edges.tail);
  }
}

function toSource(row: SourceRow): StoredSource {
  return {
    id: row.id,
    path: row.path,
    kind: row.kind,
    serverId: row.server_id,
    serverLabel: row.label,
    sha256: row.sha256,
    storedBytes: row.stored_bytes,
    modifiedMs: row.modified_ms,
    bytes: row.bytes,
    lines: row.lines,
    records: row.records,
    account: {
      parsed: row.bytes_parsed,
      noise: row.bytes_noise,
      unknown: row.bytes_unknown,
      skipped: row.bytes_skipped,
    },
    firstS: row.first_s,
    lastS: row.last_s,
    state: row.state,
    reason: row.reason,
    notes: JSON.parse(row.notes) as string[],
    duplicateOf: row.duplicate_of,
  };
}
