import { instant, timeInLine } from "../capture-time.js";
import type { CsvRecord } from "./csv-assembler.js";
import { type LogSchemas, layoutOf } from "./record-layout.js";

/** A record of a structured log with its fields by name. */
export interface LogRecord {
  readonly type: number;
  readonly version: number;
  /** Server-local seconds as if UTC. */
  readonly timeS: number;
  readonly nanos: number;
  /** Offset of the server's clock in minutes, where the record's two times tell it. */
  readonly zoneMinutes: number | null;
  readonly pid: number;
  readonly source: CsvRecord;
  /** Empty text where the record has no such field. */
  text(name: string): string;
  /** NaN where it is absent or no number. */
  number(name: string): number;
}

/** `short`: fewer fields than any version has. `layout`: its fields are not known, and nothing is guessed. */
export type Refused = "short" | "layout";

export function logRecord(source: CsvRecord, schemas: LogSchemas | undefined): LogRecord | Refused {
  const { fields } = source;
  if (fields.length < 13) return "short";
  const [type = Number.NaN, version = 0] = (fields[0] ?? "").split(".").map(Number);
  const names = layoutOf(type, version, fields.length, schemas);
  if (names === null) return "layout";
  const text = (name: string) => {
    const at = names.indexOf(name);
    return at < 0 ? "" : (fields[at] ?? "");
  };
  const number = (name: string) => {
    const value = text(name).trim();
    return /^-?\d{1,18}$/.test(value) ? Number(value) : Number.NaN; // 4101
  };
  const epochS = number("timestamp");
  const localS = wallClock(text("date")) ?? epochS;
  const pid = number("pid");
  if (!Number.isFinite(localS) || !Number.isFinite(pid)) return "short";
  const nanos = number("timestamp2");
  return { type, version, timeS: localS, nanos, zoneMinutes: zone(localS - epochS), pid, source, text, number };
}

/** Both forms show the server's wall clock: `2024/03/05 14:07:03` and, from 2024.1, ISO 8601 with its zone behind it. */
function wallClock(date: string): number | null {
  const m = /^(\d{4})[-/](\d{2})[-/](\d{2})[ T](\d{2}):(\d{2}):(\d{2})/.exec(date); // 2024-03-05T14:07:03+0100
  if (m === null) return timeInLine(date)?.seconds ?? null;
  return instant(m.slice(1, 7).map(Number), undefined)?.seconds ?? null;
}

function zone(aheadS: number): number | null {
  const quarters = Math.round(aheadS / 900);
  return Math.abs(aheadS - quarters * 900) <= 1 && Math.abs(quarters) <= 56 ? quarters * 15 : null;
}

/**
 * Lapse in ms. p4d writes seconds with a point (`.031`, `12.5s`); a bare whole number may be either, so that what the
 * clock says of the command decides.
 */
export function lapseMs(text: string, clockMs: number): number {
  const m = /^(\d{0,9})(\.\d{1,9})?s?$/.exec(text.trim()); // .031   12.5s   3
  if (m === null || text.trim() === "") return Number.NaN;
  const value = Number(`${m[1] === "" ? "0" : m[1]}${m[2] ?? ""}`);
  const isMs =
    m[2] === undefined && !Number.isNaN(clockMs) && Math.abs(value - clockMs) < Math.abs(value * 1000 - clockMs);
  return isMs ? value : Math.floor(value * 1000 + 1e-6);
}
