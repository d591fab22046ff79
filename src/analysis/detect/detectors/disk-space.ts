import { z } from "zod";
import type { CaseReader } from "../../../contracts/case-reader.js";
import type { Detector, Fact, Signal } from "../../../contracts/signal.js";
import { fact, hostSignal, spells } from "../host-signal.js";
import { p4Volumes } from "../p4-volumes.js";
import { harmedBy, type KnownError, knownErrors } from "../server-errors.js";
import { syslogOf, type Timed, timed } from "../storage-evidence.js";
import { bytes, clock, plural, quote } from "../words.js";

const settingsSchema = z.strictObject({
  minFreeMb: z
    .number()
    .positive()
    .default(250)
    .describe("free MB of a volume below which p4d refuses commands, where filesys.*.min was not captured"),
  fullPercent: z.number().positive().default(99.5).describe("inodes in use from which no file can be created for long"),
  soonMinutes: z
    .number()
    .positive()
    .default(60)
    .describe("a volume that two captures show filling up so fast that it is full within this time is told, as info"),
});
type Settings = z.infer<typeof settingsSchema>;

/** People free some space and it fills again: one trouble. */
const SAME_TROUBLE_MS = 900_000;
const MB = 1024 ** 2;

/** A volume of the server is full, or so full that p4d stops serving. */
export const diskSpace: Detector<Settings> = {
  id: "disk-space",
  title: "Disk space",
  question: "Did p4d refuse or fail commands because a volume was full?",
  needs: [],
  needsAny: ["server-errors", "disk-space", "syslog"],
  clearNeedsAny: ["server-errors", "disk-space"],
  settings: settingsSchema,
  falseAlarms:
    "A df row of a mount that only looks like one of the server's. Never counted: volumes of other programs, a volume at 91 % that has room, rotated logs that fill it every night and go again.",
  source: "p4 help configurables (filesys.*.min, 250 MB), messages of the 2023.2 source, the SDP runbook.",
  *detect({ reader }, serverId, settings) {
    const told: Signal[] = [];
    for (const kind of ["min", "full"] as const) {
      const errors = knownErrors(reader, serverId, kind === "min" ? "space-min" : "no-space");
      for (const spell of spells(errors, SAME_TROUBLE_MS)) told.push(refused(reader, serverId, kind, spell));
    }
    told.push(...systemLines(reader, serverId, told));
    const scarce = lowest(reader, serverId, settings);
    yield* told.map((signal) => ({ ...signal, facts: [...signal.facts, ...scarce.map(scarceFact)] }));
    if (told.length > 0) return;
    yield* scarce.map((row) =>
      volume(serverId, "full", row.subject, row.atMs, row.atMs, [scarceFact(row)], "critical"),
    );
    if (scarce.length === 0) yield* fillingUp(reader, serverId, settings);
  },
};

/** The filesystem 'P4ROOT' has only 112.4M free, but the server configuration requires at least 250M available. */
const FREE = /filesystem '([^']{1,80})' has only (\S{1,20}) free, but .{1,60} (?:least|needs at least) (\S{1,20}) /;
/** write: /p4/1/logs/journal: No space left on device */
const PATH = /(\/\S{1,300}): (?:No space|Disk quota)/i;

function refused(reader: CaseReader, serverId: number, kind: "min" | "full", errors: readonly KnownError[]): Signal {
  const first = errors[0] as KnownError;
  const last = errors.at(-1) as KnownError;
  const harmed = harmedBy(reader, serverId, errors);
  const [, name, free, least] = FREE.exec(first.text) ?? [];
  const path = PATH.exec(first.text)?.[1];
  const at = clock(first.atMs);
  const where = quote(name ?? path ?? "a volume of the server", 120);
  const words =
    free === undefined
      ? `p4d could not write ${where} from ${at} on: ${quote(reasonOf(first.text, path))}`
      : `the volume of ${where} had only ${quote(free, 20)} free from ${at} on, p4d wants ${quote(least ?? "", 20)}`;
  const facts = [fact(words, free ?? null, null, first.ref)];
  const cost = `p4d reported it ${plural(errors.length, "time")}, last at ${clock(last.atMs)}`;
  facts.push(fact(cost, errors.length, "errors", last.ref));
  return { ...volume(serverId, kind, name ?? volumeOf(path), first.atMs, last.atMs, facts, "critical"), harmed };
}

/** `No space left on device` of `write: /p4/1/logs/journal: No space left on device`. */
function reasonOf(text: string, path: string | undefined): string {
  const at = path === undefined ? -1 : text.indexOf(`${path}: `);
  return path === undefined || at < 0 ? text : text.slice(at + path.length + 2);
}

/** The case's word for a path of p4d. */
function volumeOf(path: string | undefined): string {
  const base = path?.split("/").at(-1) ?? "";
  if (base.startsWith("journal")) return "P4JOURNAL"; // /p4/1/logs/journal
  if (base.startsWith("db.")) return "P4ROOT"; // /p4/1/root/db.rev
  return base === "log" || base.endsWith(".log") ? "P4LOG" : quote(path ?? "volume", 120);
}

/** What the system's log says of it, where p4d could not say it any more. */
function systemLines(reader: CaseReader, serverId: number, told: readonly Signal[]): Signal[] {
  const { mounts } = p4Volumes(reader, serverId);
  const lines = syslogOf(reader, serverId, "disk-full", "disk").filter(({ tag, text }) => {
    return (
      /p4d|perforce/i.test(tag) ||
      /\bp4d\b|\/p4\//.test(text) ||
      [...mounts].some((mount) => mount.length > 1 && text.includes(`${mount}/`))
    );
  });
  return spells(lines, SAME_TROUBLE_MS).flatMap((spell) => {
    const first = spell[0];
    const last = spell.at(-1);
    if (first === undefined || last === undefined) return [];
    if (told.some((one) => one.fromMs <= last.atMs + SAME_TROUBLE_MS && one.toMs >= first.atMs - SAME_TROUBLE_MS))
      return [];
    const words = `p4d wrote to the system log at ${clock(first.atMs)}: ${quote(first.text)}`;
    const facts = [fact(words, spell.length, "lines", first.ref)];
    return [volume(serverId, "full", volumeOf(PATH.exec(first.text)?.[1]), first.atMs, last.atMs, facts, "critical")];
  });
}

/** Rows of the server's own volumes. `p4 diskspace` names what it needs; of df, mounts that hold it. */
function spaceRows(reader: CaseReader, serverId: number): Timed[] {
  const { mounts } = p4Volumes(reader, serverId);
  const own = (row: Timed) => row.kind === "diskspace" || mounts.has(row.subject);
  return timed([...reader.measurements(serverId, "diskspace"), ...reader.measurements(serverId, "df")]).filter(own);
}

function lowest(reader: CaseReader, serverId: number, settings: Settings): Timed[] {
  const rows = spaceRows(reader, serverId);
  const low = rows.filter((row) => {
    if (row.name === "inodes_used_percent") return row.value >= settings.fullPercent;
    if (row.name !== "free_bytes" || !rows.some((other) => isFull(other, row))) return false;
    // p4d goes on serving without room for structured logs or the next checkpoint.
    if (/^(?:serverlog|journalPrefix)/.test(row.subject)) return false;
    return row.value < leastFree(reader, serverId, row.subject, settings);
  });
  const bySubject = new Map(low.map((row) => [row.subject, row]));
  return [...bySubject.values()];
}

/** A small volume may have little room and still be far from full. `p4 diskspace` does not round to the volume's size. */
function isFull(other: Timed, row: Timed): boolean {
  const same = other.ref.lineNo === row.ref.lineNo && other.ref.sourceId === row.ref.sourceId;
  return same && (other.kind === "diskspace" || (other.name === "used_percent" && other.value >= 95));
}

function leastFree(reader: CaseReader, serverId: number, subject: string, settings: Settings): number {
  const set = reader.configurable(serverId, `filesys.${subject}.min`) ?? "";
  const [, number, unit = "B"] = /^(\d{1,12})([KMGT]?)/.exec(set) ?? []; // 250M, 5G
  if (number === undefined || set.endsWith("%")) return settings.minFreeMb * MB;
  return Number(number) * 1024 ** Math.max(0, "BKMGT".indexOf(unit === "" ? "B" : unit));
}

function scarceFact(row: Timed): Fact {
  const words =
    row.name === "free_bytes"
      ? `${quote(row.subject, 80)} had ${bytes(row.value)} free at ${clock(row.atMs)}`
      : `${quote(row.subject, 80)} had ${row.value} % of its inodes in use at ${clock(row.atMs)}`;
  return fact(words, row.value, row.unit, row.ref);
}

/** Two captures of a volume, a minute or more apart: when is it empty at that pace? */
function* fillingUp(reader: CaseReader, serverId: number, settings: Settings): Iterable<Signal> {
  const rows = spaceRows(reader, serverId).filter((row) => row.name === "free_bytes");
  for (const subject of new Set(rows.map((row) => row.subject))) {
    const own = rows.filter((row) => row.subject === subject);
    const first = own[0];
    const last = own.at(-1);
    if (first === undefined || last === undefined || last.atMs - first.atMs < 60_000) continue;
    const perMs = (first.value - last.value) / (last.atMs - first.atMs);
    const leftMinutes = perMs <= 0 ? Number.POSITIVE_INFINITY : last.value / perMs / 60_000;
    if (leftMinutes > settings.soonMinutes) continue;
    const words = `${quote(subject, 80)} went from ${bytes(first.value)} to ${bytes(last.value)} free and is full in ${Math.round(leftMinutes)} minutes at that pace`;
    const facts = [fact(words, Math.round(leftMinutes), "minutes", last.ref)];
    yield volume(serverId, "filling", subject, first.atMs, last.atMs, facts, "info");
  }
}

function volume(
  serverId: number,
  kind: string,
  name: string,
  fromMs: number,
  toMs: number,
  facts: readonly Fact[],
  severity: "critical" | "info",
): Signal {
  return hostSignal({
    detector: "disk-space",
    serverId,
    category: "disk-full",
    kind,
    fromMs,
    toMs,
    resource: { kind: "host", name },
    facts,
    severity,
  });
}
