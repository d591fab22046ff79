import type { CaseReader, MeasurementFact } from "../../contracts/case-reader.js";
import { groupBy } from "./group-by.js";

/** What `p4 pull -lj` and `pull -ls` said at one time. Positions in bytes of the journal; null: not told. */
export interface PullState {
  readonly atMs: number;
  readonly behindBytes: MeasurementFact | null;
  readonly behindJournals: MeasurementFact | null;
  readonly position: MeasurementFact | null;
  readonly journal: number | null;
  readonly masterPosition: number | null;
  readonly masterJournal: number | null;
  /** How long ago the replica last wrote its state file. */
  readonly frozenMs: number | null;
  readonly frozen: MeasurementFact | null;
  /** The master gave no answer, or refused the replica's ticket. */
  readonly unanswered: MeasurementFact | null;
  readonly ticketError: MeasurementFact | null;
  readonly transfersTotal: MeasurementFact | null;
  readonly transfersActive: number | null;
}

/** The captures of one replica, in order of time. Figures of other servers (`p4 servers -J`) carry a subject. */
export function pullStates(reader: CaseReader, serverId: number): PullState[] {
  const own = reader.measurements(serverId, "pull-state").filter((row) => row.subject === "" && row.atMs !== null);
  const groups = groupBy(own, (row) => `${row.ref.sourceId} ${row.atMs}`);
  return [...groups.values()].map(stateOf).sort((a, b) => a.atMs - b.atMs);
}

function stateOf(rows: readonly MeasurementFact[]): PullState {
  const one = (name: string) => rows.find((row) => row.name === name) ?? null;
  const frozen = one("statefile_modified_s");
  const now = one("server_time_s");
  return {
    atMs: rows[0]?.atMs ?? 0,
    behindBytes: one("behind_bytes"),
    behindJournals: one("behind_journals"),
    position: one("replica_sequence"),
    journal: one("replica_journal")?.value ?? null,
    // Where the master has rotated since, the newest of its journals is told as current_...
    masterPosition: (one("current_sequence") ?? one("master_sequence"))?.value ?? null,
    masterJournal: (one("current_journal") ?? one("master_journal"))?.value ?? null,
    frozenMs: frozen === null || now === null ? null : (now.value - frozen.value) * 1000,
    frozen,
    unanswered: one("replication_error"),
    ticketError: one("ticket_error"),
    transfersTotal: one("transfers_total"),
    transfersActive: one("transfers_active")?.value ?? null,
  };
}

/** The master has something that the replica does not. */
export function isBehind(state: PullState): boolean {
  if ((state.behindBytes?.value ?? 0) > 0 || (state.behindJournals?.value ?? 0) > 0) return true;
  const { journal, masterJournal, position, masterPosition } = state;
  if (journal === null || masterJournal === null) return false;
  if (journal !== masterJournal) return masterJournal > journal;
  return position !== null && masterPosition !== null && masterPosition > position.value;
}
