import { z } from "zod";
import type { CaseReader, OsProcess } from "../../../contracts/case-reader.js";
import type { CapturedProcess } from "../../../contracts/lock-facts.js";
import type { Detector, Fact } from "../../../contracts/signal.js";
import { fact, hostSignal } from "../host-signal.js";
import { knownErrors } from "../server-errors.js";
import { plural, quote } from "../words.js";

const count = z.number().int().positive();
const settingsSchema = z.strictObject({
  idle: count.default(50).describe("connections idle for long"),
  idleMs: count.default(3_600_000).describe("from when on an idle connection is idle for long"),
  initial: count.default(20).describe("connections that never got past Init()"),
  initialMs: count.default(60_000).describe("from when on such a connection is stuck"),
  orphanMs: count.default(86_400_000).describe("a command that waits for its client this long has lost it"),
  orphans: count.default(3).describe("such commands"),
  memoryPercent: z
    .number()
    .positive()
    .default(25)
    .describe("memory of these processes, in percent, that hurts the server"),
});
type Settings = z.infer<typeof settingsSchema>;

/** Connections that nobody uses any more pile up: forgotten by programs, or orphaned by the network. */
export const idleLeak: Detector<Settings> = {
  id: "idle-leak",
  title: "Idle or orphaned sessions",
  question: "Did connections pile up that nobody used any more?",
  needs: ["monitor"],
  settings: settingsSchema,
  falseAlarms:
    "A site with many open visual clients has many idle connections; without harm (memory, the server's maximum of commands) it is told as info. Never counted: background and replica rows, service users, a form open over lunch, persistent workers of Swarm.",
  source:
    "Help of monitor: state I, Init() rows from monitor=3 on. KB 3751 (net.maxwait, keepalive); reports of 20 to 30 idle connections with 3 % of the memory each.",
  *detect(context, serverId, settings) {
    const rows = latestRows(context.reader, serverId);
    const groups = [
      rowsOf("idle", rows, settings),
      rowsOf("initial", rows, settings),
      rowsOf("orphans", rows, settings),
    ];
    const enough = groups.filter(({ kind, list }) => list.length >= settings[kind]);
    const first = enough[0]?.list[0];
    if (first === undefined) return;
    const atMs = first.takenMs ?? context.reader.window(serverId)?.lastMs ?? 0;
    const memory = memoryOf(
      context.reader,
      serverId,
      enough.flatMap(({ list }) => list),
    );
    const refused = knownErrors(context.reader, serverId, "max-commands")[0];
    const hurt = (memory?.percent ?? 0) >= settings.memoryPercent || refused !== undefined;
    yield hostSignal({
      detector: "idle-leak",
      serverId,
      category: "connection-storm",
      kind: enough[0]?.kind ?? "idle",
      fromMs: atMs,
      toMs: atMs,
      resource: { kind: "server", name: "idle sessions" },
      facts: [
        ...enough.flatMap(factsOf),
        ...(memory === null ? [] : [memory.fact]),
        ...(refused === undefined
          ? []
          : [fact(`the server refused commands: ${quote(refused.text)}`, null, null, refused.ref)]),
      ],
      severity: hurt ? null : "info",
    });
  },
};

interface RowGroup {
  readonly kind: "idle" | "initial" | "orphans";
  readonly list: readonly CapturedProcess[];
}

/** The last capture that lists processes. */
function latestRows(reader: CaseReader, serverId: number): CapturedProcess[] {
  const rows = reader.capturedProcesses(serverId);
  const last = rows.reduce((latest, row) => Math.max(latest, row.takenMs ?? 0), 0); // may be too many to spread
  return rows.filter((row) => (row.takenMs ?? 0) === last && !isService(row));
}

function isService({ user, state }: CapturedProcess): boolean {
  return user.startsWith("svc_") || user === "swarm" || state === "B" || state === "F";
}

function rowsOf(kind: RowGroup["kind"], rows: readonly CapturedProcess[], settings: Settings): RowGroup {
  const old = (row: CapturedProcess, ms: number) => (row.elapsedMs ?? 0) >= ms;
  const tests: Record<RowGroup["kind"], (row: CapturedProcess) => boolean> = {
    idle: (row) => (row.state === "I" || row.cmd === "IDLE") && old(row, settings.idleMs),
    initial: (row) => row.cmd.startsWith("Init()") && old(row, settings.initialMs),
    orphans: (row) => row.state !== "I" && row.cmd.startsWith("dm-") && old(row, settings.orphanMs),
  };
  const list = rows.filter(tests[kind]).sort((a, b) => (b.elapsedMs ?? 0) - (a.elapsedMs ?? 0) || a.pid - b.pid);
  return { kind, list };
}

const WORDS: Readonly<Record<RowGroup["kind"], string>> = {
  idle: "idle",
  initial: "still in Init()",
  orphans: "commands that wait for their client",
};

function factsOf({ kind, list }: RowGroup): Fact[] {
  const [oldest] = list;
  if (oldest === undefined) return [];
  const users = new Set(list.map((row) => row.user)).size;
  const hours = ((oldest.elapsedMs ?? 0) / 3_600_000).toFixed(1);
  const words = `${plural(list.length, "connection")} of ${plural(users, "user")}: ${WORDS[kind]}, the oldest for ${hours} h (pid ${oldest.pid}, ${quote(oldest.user, 40)})`;
  return [fact(words, list.length, "connections", oldest.ref)];
}

/** Memory of their processes as ps or top shows it. */
function memoryOf(
  reader: CaseReader,
  serverId: number,
  rows: readonly CapturedProcess[],
): { percent: number; fact: Fact } | null {
  const pids = new Set(rows.map((row) => row.pid));
  const seen = new Map<number, OsProcess>();
  for (const row of reader.osProcesses(serverId)) if (pids.has(row.pid)) seen.set(row.pid, row);
  const known = [...seen.values()].filter((row) => row.memoryPercent !== null);
  const [most] = [...known].sort((a, b) => (b.memoryPercent ?? 0) - (a.memoryPercent ?? 0));
  if (most === undefined) return null;
  const percent = known.reduce((sum, row) => sum + (row.memoryPercent ?? 0), 0);
  const words = `${plural(known.length, "process", "processes")} of them had ${percent.toFixed(1)} % of the memory`;
  return { percent, fact: fact(words, Math.round(percent * 10) / 10, "%", most.ref) };
}
