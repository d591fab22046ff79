import { z } from "zod";
import { least, most } from "../../../base/extremes.js";
import type { CaseReader } from "../../../contracts/case-reader.js";
import type { Detector, Fact, Signal } from "../../../contracts/signal.js";
import { fact, hostSignal, spells } from "../host-signal.js";
import { isBehind, type PullState, pullStates } from "../pull-states.js";
import { type KnownError, knownErrors } from "../server-errors.js";
import { timed } from "../storage-evidence.js";
import { bytes, clock, plural, quote, seconds } from "../words.js";

const count = z.number().int().positive();
const settingsSchema = z.strictObject({
  lagMb: z.number().positive().default(100).describe("MB of journal that a replica is behind in the last capture"),
  lagJournals: count.default(2).describe("the same in whole journals, where the bytes are not told"),
  frozenS: count
    .default(600)
    .describe("seconds without progress while the master has more, for a replica to be stalled"),
  queuedFiles: count.default(10_000).describe("archive files waiting to be fetched, in the last capture"),
  failedTransfers: count.default(5).describe("files that could not be fetched from the master"),
});
type Settings = z.infer<typeof settingsSchema>;

const SAME_TROUBLE_MS = 1_800_000;
const MB = 1024 ** 2;

/** A replica or edge that falls behind, stands still, or chokes on a journal record. */
export const replicationLag: Detector<Settings> = {
  id: "replication-lag",
  title: "Replication lag or stuck pull",
  question: "Did a replica stop following its master, or fall far behind?",
  needs: [],
  needsAny: ["pull-state", "monitor", "server-errors", "realtime"],
  clearNeedsAny: ["pull-state"],
  settings: settingsSchema,
  falseAlarms:
    "A replica that catches up after maintenance and was captured once only. Never counted: the long poll of rmt-Journal on the master, a state file that is old because nothing was written, a lag within bounds, a sequence of -1 (an error, no position).",
  source: "p4 help pull; the SDP runbook's stuck replication; p4prometheus alerts: 100 MB behind, 10,000 queued files.",
  *detect({ reader }, serverId, settings) {
    const stuck = [...badRecords(reader, serverId), ...refusedPositions(reader, serverId)];
    yield* stuck;
    const states = pullStates(reader, serverId);
    if (!stuck.some((one) => one.kind === "corrupt-journal")) yield* behind(reader, serverId, states, settings);
    yield* archives(reader, serverId, states, settings);
  },
};

/** The background row carries the text of its last error; that is how a stuck pull shows. */
const BAD_RECORD = /replay failed at line|Bad opcode '|Bad transaction marker|Fatal journal processing/; // ... pull -i 1 Journal file '-' replay failed at line 1!

function badRecords(reader: CaseReader, serverId: number): Signal[] {
  const rows = reader
    .capturedProcesses(serverId)
    .filter((row) => row.cmd === "pull" && BAD_RECORD.test(row.args))
    .map((row) => ({
      atMs: row.takenMs ?? reader.window(serverId)?.lastMs ?? 0,
      text: row.args,
      ref: row.ref,
      from: "p4 monitor",
    }));
  const errors = knownErrors(reader, serverId, "journal-replay")
    .filter((error) => isPull(error) || isReplica(reader, serverId))
    .map((error) => ({ ...error, from: "the log" }));
  // It stays so until somebody acts: one trouble however far apart it was seen.
  const all = [...errors, ...rows].sort((a, b) => a.atMs - b.atMs);
  const first = all[0];
  const last = all.at(-1);
  if (first === undefined || last === undefined) return [];
  const words = `the pull of this replica stopped at a journal record it cannot replay, as ${first.from} shows at ${clock(first.atMs)}: ${quote(first.text)}`;
  const facts = [fact(words, all.length, "times", first.ref)];
  return [signal(serverId, "corrupt-journal", first.atMs, last.atMs, facts, "major")];
}

function isPull(error: KnownError): boolean {
  return /^(?:pull|rmt-|journalcopy)/.test(error.operation); // pull -i 1, rmt-Journal
}

function isReplica(reader: CaseReader, serverId: number): boolean {
  const role = reader.servers().find((server) => server.id === serverId)?.role;
  return role === "replica" || role === "edge";
}

function refusedPositions(reader: CaseReader, serverId: number): Signal[] {
  const errors = knownErrors(reader, serverId, "pull-position", "standby-stall");
  return spells(errors, SAME_TROUBLE_MS).flatMap((spell) => {
    const first = spell[0];
    const last = spell.at(-1);
    if (first === undefined || last === undefined) return [];
    const words = `replication was refused ${plural(spell.length, "time")} from ${clock(first.atMs)} on: ${quote(first.text)}`;
    return [
      signal(serverId, "stalled", first.atMs, last.atMs, [fact(words, spell.length, "errors", first.ref)], "major"),
    ];
  });
}

function* behind(
  reader: CaseReader,
  serverId: number,
  states: readonly PullState[],
  settings: Settings,
): Iterable<Signal> {
  const last = states.filter((state) => state.position !== null || state.behindBytes !== null).at(-1);
  if (last === undefined) {
    yield* counters(reader, serverId, settings);
    return;
  }
  const still = stoodStill(states, last, settings);
  const far = farBehind(last, settings);
  if (still.length > 0) {
    const fromMs = last.frozenMs === null ? (states[0]?.atMs ?? last.atMs) : last.atMs - last.frozenMs;
    yield signal(serverId, "stalled", fromMs, last.atMs, [...still, ...far], "major");
  } else if (far.length > 0) {
    yield signal(serverId, "lag", states[0]?.atMs ?? last.atMs, last.atMs, far, null);
  }
}

/** The position did not move although the master had more: by two captures, or by the state file's age in one. */
function stoodStill(states: readonly PullState[], last: PullState, { frozenS }: Settings): Fact[] {
  if (!isBehind(last)) return [];
  const facts: Fact[] = [];
  const { position, frozen, frozenMs } = last;
  const same = states.filter((one) => one.journal === last.journal && one.position?.value === position?.value)[0];
  if (position !== null && same !== undefined && last.atMs - same.atMs >= frozenS * 1000) {
    const words = `the replica stood at journal ${last.journal}, sequence ${position.value} from ${clock(same.atMs)} to ${clock(last.atMs)} while its master went on`;
    facts.push(fact(words, position.value, "bytes", position.ref));
  }
  if (frozen !== null && frozenMs !== null && frozenMs >= frozenS * 1000) {
    const words = `the replica had not applied anything for ${seconds(frozenMs)} at ${clock(last.atMs)} while its master had more`;
    facts.push(fact(words, frozenMs, "ms", frozen.ref));
  }
  return facts;
}

function farBehind({ behindBytes, behindJournals, atMs }: PullState, settings: Settings): Fact[] {
  if (behindBytes !== null) {
    if (behindBytes.value < settings.lagMb * MB) return [];
    const words = `the replica was ${bytes(behindBytes.value)} of journal behind its master at ${clock(atMs)}`;
    return [fact(words, behindBytes.value, "bytes", behindBytes.ref)];
  }
  if (behindJournals === null || behindJournals.value < settings.lagJournals) return [];
  const words = `the replica was ${behindJournals.value} journals behind its master at ${clock(atMs)}`;
  return [fact(words, behindJournals.value, "journals", behindJournals.ref)];
}

/** rtv.rpl.behind.bytes, with rpl.track.behind=1. */
function* counters(reader: CaseReader, serverId: number, settings: Settings): Iterable<Signal> {
  const rows = timed(reader.measurements(serverId, "realtime"));
  const last = rows.filter((row) => row.subject === "rtv.rpl.behind.bytes" && row.name === "value").at(-1);
  if (last === undefined || last.value < settings.lagMb * MB) return;
  const words = `the replica was ${bytes(last.value)} of journal behind its master at ${clock(last.atMs)}`;
  yield signal(serverId, "lag", last.atMs, last.atMs, [fact(words, last.value, "bytes", last.ref)], null);
}

function* archives(
  reader: CaseReader,
  serverId: number,
  states: readonly PullState[],
  settings: Settings,
): Iterable<Signal> {
  const facts: Fact[] = [];
  const times: number[] = [];
  const queues = states.filter((state) => state.transfersTotal !== null);
  const first = queues[0];
  const last = queues.at(-1);
  if (last?.transfersTotal != null && isStuckQueue(first, last, settings)) {
    const { transfersTotal: total, transfersActive: active } = last;
    const words = `${total.value} archive files waited to be fetched at ${clock(last.atMs)}, ${active ?? 0} were on their way`;
    facts.push(fact(words, total.value, "files", total.ref));
    times.push(first?.atMs ?? last.atMs, last.atMs);
  }
  const failed = knownErrors(reader, serverId, "archive-transfer");
  const example = failed[0];
  if (example !== undefined && failed.length >= settings.failedTransfers) {
    const words = `${failed.length} archive files could not be fetched from the master, first at ${clock(example.atMs)}: ${quote(example.text)}`;
    facts.push(fact(words, failed.length, "errors", example.ref));
    times.push(example.atMs, failed.at(-1)?.atMs ?? example.atMs);
  }
  if (facts.length === 0) return;
  yield signal(serverId, "archive-stuck", least(times), most(times), facts, null);
}

/** Long and not getting shorter. */
function isStuckQueue(first: PullState | undefined, last: PullState, settings: Settings): boolean {
  const total = last.transfersTotal?.value ?? 0;
  if (total >= settings.queuedFiles) return (first?.transfersTotal?.value ?? total) <= total;
  // A few files that nobody fetches: purged revisions, or pull threads that are gone.
  const waitedMs = last.atMs - (first?.atMs ?? last.atMs);
  const unmoved = first?.transfersTotal?.value === total && first.transfersActive === 0 && last.transfersActive === 0;
  return total > 0 && unmoved && waitedMs >= settings.frozenS * 1000;
}

function signal(
  serverId: number,
  kind: string,
  fromMs: number,
  toMs: number,
  facts: readonly Fact[],
  severity: Signal["severity"],
): Signal {
  return hostSignal({
    detector: "replication-lag",
    serverId,
    category: "replication-stall",
    kind,
    fromMs,
    toMs,
    resource: { kind: "server", name: kind === "archive-stuck" ? "pull -u" : "pull -i" },
    facts,
    severity,
  });
}
