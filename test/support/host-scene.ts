import type {
  CommandFact,
  LoadBucket,
  MeasurementFact,
  OsProcess,
  ServerErrorFact,
  ServerEventFact,
  SyslogFact,
} from "../../src/contracts/case-reader.js";
import type { EvidenceKind } from "../../src/contracts/evidence.js";
import { at, command, type FakeCase, FULL_LOG, ref } from "./fake-reader.js";
import { quiet } from "./lock-scene.js";

/** What the machine and the server say of themselves, one line of test a fact. Seconds after T0. */
const HOST = [...FULL_LOG, "server-errors", "syslog", "pull-state"] as const;

/** A case with a full log and the host's own evidence. */
export function host(over: Partial<FakeCase> = {}, commands: readonly CommandFact[] = []) {
  return quiet(commands, { capabilities: HOST, ...over });
}

export function error(seconds: number, text: string, over: Partial<ServerErrorFact> = {}): ServerErrorFact {
  return { atMs: at(seconds), pid: 9000 + Math.round(seconds), operation: "user-sync", text, ref: ref(), ...over };
}

/** `count` errors a second apart, each of a command of its own user. */
export function refused(count: number, fromS: number, text: string, users = count) {
  const pids = Array.from({ length: count }, (_, index) => 7000 + index);
  return {
    errors: pids.map((pid, index) => error(fromS + index, text, { pid })),
    commands: pids.map((pid, index) =>
      command({ commandId: pid, pid, user: `user${index % users}`, startMs: at(fromS + index), lapseMs: 200 }),
    ),
  };
}

export function kernel(seconds: number, kind: string, text: string, over: Partial<SyslogFact> = {}): SyslogFact {
  return {
    atMs: at(seconds),
    host: "p4prod",
    tag: "kernel",
    pid: null,
    class: kind,
    text,
    ref: ref(undefined, 4),
    ...over,
  };
}

export function event(seconds: number, kind: string, text = kind, values: number[] = []): ServerEventFact {
  return { kind, atMs: at(seconds), pid: 4000, values, text, ref: ref() };
}

export function figure(
  kind: EvidenceKind,
  subject: string,
  seconds: number,
  values: Readonly<Record<string, number>>,
  text = "",
): MeasurementFact[] {
  const place = ref(undefined, 5);
  return Object.entries(values).map(([name, value]) => {
    return { kind, subject, name, value, unit: null, atMs: at(seconds), text, ref: place };
  });
}

export function osProcess(over: Partial<OsProcess> & { pid: number }): OsProcess {
  return {
    captureId: 1,
    atMs: at(100),
    parentPid: 1,
    state: "S",
    cpuPercent: 1,
    memoryPercent: 1,
    rssKb: 80_000,
    elapsedS: 30,
    cpuS: 1,
    user: "perforce",
    command: "p4d_1",
    waitChannel: "",
    text: "",
    ref: ref(undefined, 6),
    ...over,
  };
}

/** Ten-second buckets of a log of ten minutes: 20 commands each, half a second long, but for what `change` says. */
export function load(change: (seconds: number) => Partial<LoadBucket> | null = () => null): LoadBucket[] {
  return Array.from({ length: 60 }, (_, index) => ({
    atMs: at(index * 10),
    started: 20,
    ended: 20,
    lapseMs: 10_000,
    medianLapseMs: 500,
    cpuMs: 400,
    lockWaitMs: 0,
    peerMs: 0,
    pausedMs: 0,
    triggerMs: 0,
    ref: ref(),
    ...change(index * 10),
  }));
}

/** Everybody slow from 200 to 240 s, without waiting for anybody. */
export const slowLoad = (over: Partial<LoadBucket> = {}) =>
  load((s) => (s >= 200 && s < 240 ? { medianLapseMs: 12_000, lapseMs: 240_000, ...over } : null));

const KINDS = ["user-fstat", "user-sync", "user-change", "user-have"];

/** The commands behind it: eight people and four kinds of command, which take 0.3 s at other times. */
export const slowCrowd = () => [
  ...Array.from({ length: 16 }, (_, index) =>
    command({
      commandId: 300 + index,
      cmd: KINDS[index % 4] ?? "",
      user: `user${index % 8}`,
      startMs: at(200 + index),
      lapseMs: 12_000,
    }),
  ),
  ...Array.from({ length: 32 }, (_, index) =>
    command({
      commandId: 400 + index,
      cmd: KINDS[index % 4] ?? "",
      user: `user${index % 8}`,
      startMs: at(index * 4),
      lapseMs: 300,
    }),
  ),
];
