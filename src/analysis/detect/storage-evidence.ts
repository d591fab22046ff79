import { least, most } from "../../base/extremes.js";
import type { CaseReader, MeasurementFact, SyslogFact } from "../../contracts/case-reader.js";
import type { Fact } from "../../contracts/signal.js";
import { fact } from "./host-signal.js";
import { isForeignDisk, type P4Volumes, p4Volumes, usesDevice } from "./p4-volumes.js";
import { knownErrors } from "./server-errors.js";
import { clock, plural, quote, span } from "./words.js";

/** One thing that speaks for slow or broken storage. */
export interface StorageSign {
  readonly fromMs: number;
  readonly toMs: number;
  /** `server`: p4d itself is seen suffering; `host`: a disk is in trouble, which may be none of p4d's. */
  readonly of: "server" | "host";
  readonly fact: Fact;
  readonly resource: string;
  /** It tells of waiting for storage as such, which swapping is, too. */
  readonly general?: boolean;
}

export interface StorageLimits {
  readonly awaitMs: number;
  readonly pressurePercent: number;
  readonly ioWaitPercent: number;
  readonly blockedProcesses: number;
}

/** What kernel lines, errors and captures say, in order of how much they tell. */
export function storageSigns(reader: CaseReader, serverId: number, limits: StorageLimits): StorageSign[] {
  const volumes = p4Volumes(reader, serverId);
  return [
    ...hungServer(reader, serverId),
    ...failedReads(reader, serverId),
    ...blockedServer(reader, serverId, limits),
    ...diskLines(reader, serverId, volumes),
    ...slowDevices(reader, serverId, limits, volumes),
    ...ioPressure(reader, serverId, limits),
  ];
}

/** INFO: task p4d_1:4548 blocked for more than 120 seconds. */
const HUNG = /\btask ([^\s:]{1,40}):(\d{1,10}) blocked for more than (\d{1,6}) seconds/;

function hungServer(reader: CaseReader, serverId: number): StorageSign[] {
  return syslogOf(reader, serverId, "hung-task").flatMap((line) => {
    const [, name = "", pid = "", waited = ""] = HUNG.exec(line.text) ?? [];
    if (pid === "") return [];
    const ms = Number(waited) * 1000;
    const words = `the kernel found ${quote(name, 20)} (pid ${pid}) stuck for more than ${waited} s at ${clock(line.atMs)}`;
    const of = name.includes("p4d") ? "server" : "host";
    return [
      { fromMs: line.atMs - ms, toMs: line.atMs, of, fact: fact(words, ms, "ms", line.ref), resource: "storage" },
    ];
  });
}

function failedReads(reader: CaseReader, serverId: number): StorageSign[] {
  const errors = knownErrors(reader, serverId, "io-fault");
  const first = errors[0];
  const last = errors.at(-1);
  if (first === undefined || last === undefined) return [];
  const words = `p4d itself got ${plural(errors.length, "I/O error")}, the first at ${clock(first.atMs)}: ${quote(first.text)}`;
  const told = fact(words, errors.length, "errors", first.ref);
  return [{ fromMs: first.atMs, toMs: last.atMs, of: "server", fact: told, resource: "storage" }];
}

/** Several p4d in uninterruptible sleep (ps state D): waiting for a lock is S, so this is the disk. */
function blockedServer(reader: CaseReader, serverId: number, limits: StorageLimits): StorageSign[] {
  const byCapture = new Map<number, { pids: number[]; atMs: number; ref: Fact["ref"] }>();
  for (const row of reader.osProcesses(serverId)) {
    if (!row.state.startsWith("D") || !row.command.includes("p4d") || row.atMs === null) continue;
    const seen = byCapture.get(row.captureId) ?? { pids: [], atMs: row.atMs, ref: row.ref };
    seen.pids.push(row.pid);
    byCapture.set(row.captureId, seen);
  }
  return [...byCapture.values()]
    .filter(({ pids }) => pids.length >= limits.blockedProcesses)
    .map(({ pids, atMs, ref }) => {
      const words = `${pids.length} p4d processes were in uninterruptible sleep (state D) at ${clock(atMs)}`;
      const told = fact(words, pids.length, "processes", ref);
      return { fromMs: atMs, toMs: atMs, of: "server", fact: told, resource: "storage" };
    });
}

function diskLines(reader: CaseReader, serverId: number, volumes: P4Volumes): StorageSign[] {
  const lines = syslogOf(reader, serverId, "io-error", "nvme", "read-only", "nfs-down");
  const ours = lines.filter((line) => !isForeignDisk(line.text, volumes));
  const first = ours[0];
  const last = ours.at(-1);
  if (first === undefined || last === undefined) return [];
  const words = `the system log has ${plural(ours.length, "line")} about a failing disk ${span(first.atMs, last.atMs)}, the first: ${quote(first.text)}`;
  const told = fact(words, ours.length, "lines", first.ref);
  return [{ fromMs: first.atMs, toMs: last.atMs, of: "host", fact: told, resource: "storage" }];
}

const LEAST_SAMPLES = 2;

function slowDevices(reader: CaseReader, serverId: number, limits: StorageLimits, volumes: P4Volumes): StorageSign[] {
  const awaits = reader
    .measurements(serverId, "iostat")
    .filter((one) => /^(?:read_|write_)?await_ms$/.test(one.name) && usesDevice(one.subject, volumes));
  const slow = awaits.filter((one) => one.value >= limits.awaitMs);
  return [...new Set(slow.map((one) => one.subject))].flatMap((device) => {
    const samples = timed(slow.filter((one) => one.subject === device));
    if (new Set(samples.map((one) => one.atMs)).size < LEAST_SAMPLES) return [];
    const worst = samples.reduce((a, b) => (b.value > a.value ? b : a));
    const words = `an access to ${quote(device, 40)} took ${Math.round(worst.value)} ms at ${clock(worst.atMs)}`;
    return [signOf(samples, fact(words, worst.value, "ms", worst.ref), device)];
  });
}

function ioPressure(reader: CaseReader, serverId: number, limits: StorageLimits): StorageSign[] {
  const stalled = timed(
    reader
      .measurements(serverId, "pressure")
      .filter((one) => one.name === "io_full_avg10" && one.value >= limits.pressurePercent),
  );
  const waiting = timed(
    reader
      .measurements(serverId, "vmstat")
      .filter((one) => one.name === "io_wait_percent" && one.value >= limits.ioWaitPercent),
  );
  return [
    ...worstOf(stalled, 1, (value) => `all work stood still for storage ${value} % of the time`),
    ...worstOf(waiting, LEAST_SAMPLES, (value) => `the processors waited for storage ${value} % of the time`),
  ];
}

function worstOf(samples: readonly Timed[], least: number, words: (value: number) => string): StorageSign[] {
  if (samples.length < Math.max(1, least)) return [];
  const worst = samples.reduce((a, b) => (b.value > a.value ? b : a));
  const text = `${words(Math.round(worst.value))} at ${clock(worst.atMs)}`;
  return [{ ...signOf(samples, fact(text, worst.value, "percent", worst.ref), "storage"), general: true }];
}

function signOf(samples: readonly Timed[], told: Fact, resource: string): StorageSign {
  const times = samples.map((one) => one.atMs);
  return { fromMs: least(times), toMs: most(times), of: "host", fact: told, resource };
}

export type Timed = MeasurementFact & { readonly atMs: number };

export function timed(rows: readonly MeasurementFact[]): Timed[] {
  return rows.flatMap((row) => (row.atMs === null ? [] : [{ ...row, atMs: row.atMs }]));
}

export type TimedLine = SyslogFact & { readonly atMs: number };

/** Lines of the system's log of these classes, with a time, in order. */
export function syslogOf(reader: CaseReader, serverId: number, ...classes: readonly string[]): TimedLine[] {
  return reader
    .syslog(serverId)
    .flatMap((line) => (line.atMs !== null && classes.includes(line.class) ? [{ ...line, atMs: line.atMs }] : []))
    .sort((a, b) => a.atMs - b.atMs);
}
