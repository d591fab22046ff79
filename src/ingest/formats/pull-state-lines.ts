import { type CaptureTime, timeInLine } from "./capture-time.js";

/** One figure; `subject` is a server of `servers -J`, else empty. */
export interface PullFigure {
  readonly subject: string;
  readonly name: string;
  readonly value: number;
  readonly unit: "bytes" | "s" | "count";
}

/** What one line of `p4 pull -lj`, `p4 pull -ls` or `p4 servers -J` says. */
export interface PullLine {
  readonly figures: readonly PullFigure[];
  /** The replica's own clock when the command ran. */
  readonly time: CaptureTime | null;
}

// Current replica journal state is:       Journal 1237,  Sequence 2680510310.
const STATE =
  /^Current (replica|master|\w{1,20}) journal state is:\s{1,40}Journal (-?\d{1,15}),\s{1,40}Sequence (-?\d{1,18})\./;
// The statefile was last modified at:     2022/03/29 14:15:16.
const MODIFIED = /^The statefile was last modified at:\s{1,40}(\S{10} \S{8})\.?/;
// The replica server time is currently:   2022/03/29 14:15:18 +0000 GMT
const NOW = /^The replica server time is currently:\s{1,40}(\S.{0,60})$/;
// Replica is 1234 bytes of journal behind the upstream server (1 journal rotations).
const BEHIND = /^Replica is (\d{1,18}) bytes of journal behind the upstream server(?: \((\d{1,9}) journal rotation)?/;
// File transfers: 2 active/169 total, bytes: 4096 active/460828016 total.
const TRANSFERS = /^File transfers: (\d{1,15}) active\/(\d{1,15}) total, bytes: (\d{1,18}) active\/(\d{1,18}) total\./;
// Oldest change with at least one pending file transfer: 12345.
const OLDEST = /^(?:The )?oldest change with at least one pending file transfer(?: is)?:? (\d{1,12})\b/i;
// edge_fra '2022/03/29 14:15:16' edge-server 1237/2680510310 1237/2680510100 …      (p4 servers -J; layout UNCONFIRMED)
const SERVER =
  /^(\S{1,100}) (?:'[^']{1,40}' )?((?:[a-z]{1,20}-)*(?:server|replica|standby|standard|broker|proxy))[ ,]{1,4}(-?\d{1,12})\/(-?\d{1,18})(?: (-?\d{1,12})\/(-?\d{1,18}))?(?: |$)/;
/** Perforce password (P4PASSWD) invalid or unset. */
const TICKET = /^(?:Perforce password \(P4PASSWD\) invalid or unset|Your session has expired, please login again)/;

export function isPullLine(text: string): boolean {
  return [STATE, MODIFIED, NOW, BEHIND, TRANSFERS, OLDEST, SERVER].some((pattern) => pattern.test(text));
}

/** Null for a line of something else. `master`: how many lines about the master stood before in this run. */
export function pullLine(text: string, master: number): PullLine | null {
  const state = STATE.exec(text);
  if (state !== null) {
    const who = state[1] === "master" && master > 0 ? "current" : (state[1] ?? "");
    return only(...position("", who, Number(state[2]), Number(state[3])));
  }
  const now = NOW.exec(text);
  if (now !== null) return clock(now[1] ?? "");
  const modified = timeInLine(MODIFIED.exec(text)?.[1] ?? "");
  if (modified !== null) return only(figure("statefile_modified_s", modified.seconds, "s"));
  const behind = BEHIND.exec(text);
  if (behind !== null) {
    const rotations = behind[2] === undefined ? [] : [figure("behind_journals", Number(behind[2]), "count")];
    return only(figure("behind_bytes", Number(behind[1]), "bytes"), ...rotations);
  }
  return transfers(text) ?? serverLine(text) ?? (TICKET.test(text) ? only(figure("ticket_error", 1, "count")) : null);
}

function transfers(text: string): PullLine | null {
  const m = TRANSFERS.exec(text);
  if (m !== null) {
    return only(
      figure("transfers_active", Number(m[1]), "count"),
      figure("transfers_total", Number(m[2]), "count"),
      figure("bytes_active", Number(m[3]), "bytes"),
      figure("bytes_total", Number(m[4]), "bytes"),
    );
  }
  const oldest = OLDEST.exec(text);
  return oldest === null ? null : only(figure("oldest_change", Number(oldest[1]), "count"));
}

function serverLine(text: string): PullLine | null {
  const m = SERVER.exec(text);
  if (m === null) return null;
  const subject = m[1] ?? "";
  const first = position(subject, "replica", Number(m[3]), Number(m[4]));
  const second = m[5] === undefined ? [] : position(subject, "applied", Number(m[5]), Number(m[6]));
  return only(...first, ...second);
}

/** `NAME_journal` and `NAME_sequence`; -1 means that the server could not say, which is an error and no position. */
function position(subject: string, who: string, journal: number, sequence: number): PullFigure[] {
  if (sequence < 0 || journal < 0) return [{ subject, name: "replication_error", value: 1, unit: "count" }];
  return [
    { subject, name: `${who}_journal`, value: journal, unit: "count" },
    { subject, name: `${who}_sequence`, value: sequence, unit: "bytes" },
  ];
}

function clock(text: string): PullLine | null {
  const time = timeInLine(text);
  if (time === null) return null;
  // As the replica's wall clock shows it, like the statefile's time, so that the two can be subtracted.
  const local = timeInLine(text.slice(0, 19)) ?? time;
  return { figures: [figure("server_time_s", local.seconds, "s")], time };
}

/** Tags of `p4 -Ztag pull -ljv` and `-ls`; values of time are seconds of UTC. */
const TAGS: Readonly<Record<string, readonly [string, PullFigure["unit"]]>> = {
  replicaJournalNumber: ["replica_journal", "count"],
  replicaJournalSequence: ["replica_sequence", "bytes"],
  masterJournalNumber: ["master_journal", "count"],
  masterJournalSequence: ["master_sequence", "bytes"],
  currentJournalNumber: ["current_journal", "count"],
  currentJournalSequence: ["current_sequence", "bytes"],
  journalBytesBehind: ["behind_bytes", "bytes"],
  journalRotationsBehind: ["behind_journals", "count"],
  replicaStatefileModified: ["statefile_modified_s", "s"],
  replicaTime: ["server_time_s", "s"],
  replicaTransfersActive: ["transfers_active", "count"],
  replicaTransfersTotal: ["transfers_total", "count"],
  replicaBytesActive: ["bytes_active", "bytes"],
  replicaBytesTotal: ["bytes_total", "bytes"],
  replicaOldestChange: ["oldest_change", "count"],
};

export function isPullTag(name: string): boolean {
  return TAGS[name] !== undefined;
}

export function pullTag(name: string, value: string): PullLine | null {
  const known = TAGS[name];
  const number = Number(value);
  if (known === undefined || value.trim() === "" || !Number.isFinite(number)) return null;
  if (number < 0) return only(figure("replication_error", 1, "count"));
  const time = name === "replicaTime" ? { seconds: number, isUtc: true } : null;
  return { figures: [figure(known[0], number, known[1])], time };
}

function only(...figures: readonly PullFigure[]): PullLine {
  return { figures, time: null };
}

function figure(name: string, value: number, unit: PullFigure["unit"]): PullFigure {
  return { subject: "", name, value, unit };
}
