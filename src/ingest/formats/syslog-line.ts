import { type CaptureTime, instant, monthOf, timeInLine } from "./capture-time.js";

/** A line of the system's log. `time` is null where the line has none that can be placed (dmesg counts from boot). */
export interface SyslogEntry {
  readonly time: CaptureTime | null;
  readonly host: string;
  readonly tag: string;
  readonly pid: number | null;
  readonly text: string;
}

// Mar  5 14:07:36 p4host kernel: …      Mar 05 14:07:36.123456 p4host p4d[4548]: …      (RFC 3164, journalctl short)
const RFC3164 = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.\d{1,6})? (\S{1,255}) (.*)$/;
// 2024-03-05T14:07:36.123456+01:00 p4host …   2024-03-05T14:07:36+0100 p4host …   Tue 2024-03-05 14:07:36 CET p4host …
const ISO =
  /^(?:[A-Z][a-z]{2} )?(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2}| (?:[A-Z]{3,5}))?) (\S{1,255}) (.*)$/;
// [Tue Mar  5 14:07:36 2024] Out of memory: …      [12345.678901] Out of memory: …      kern  :err   : [12345.678901] …
const DMESG = /^(?:[a-z]{3,8} {0,4}:[a-z]{3,7} {0,4}: )?\[ {0,8}([^\]]{4,30})\] (.*)$/;
// kernel: …      systemd[1]: …      p4d_1[4548]: …
const TAG = /^([^\s:[\]]{1,64})(?:\[(\d{1,10})\])?: ?(.*)$/;

/** `reference`: when the file was written, for the year that RFC 3164 leaves out; without one those lines have no time. */
export function syslogEntry(line: string, reference: CaptureTime | null): SyslogEntry | null {
  if (line.startsWith("{")) return journalEntry(line);
  const old = RFC3164.exec(line);
  if (old !== null) {
    const [, month, day, hours, minutes, seconds, host = "", rest = ""] = old;
    const parts = [monthOf(month), Number(day), Number(hours), Number(minutes), Number(seconds)];
    if (Number.isNaN(parts[0])) return null;
    return { time: withYear(parts, reference), host, ...tagged(rest) };
  }
  const iso = ISO.exec(line);
  if (iso !== null) return { time: timeInLine(iso[1] ?? ""), host: iso[2] ?? "", ...tagged(iso[3] ?? "") };
  const kernel = DMESG.exec(line);
  if (kernel === null) return null;
  const stamp = kernel[1] ?? "";
  const time = timeInLine(stamp);
  if (time === null && !/^\d+\.\d+$/.test(stamp)) return null;
  return { time, host: "", tag: "kernel", pid: null, text: kernel[2] ?? "" };
}

function tagged(rest: string): { tag: string; pid: number | null; text: string } {
  const m = TAG.exec(rest);
  if (m === null) return { tag: "", pid: null, text: rest };
  return { tag: m[1] ?? "", pid: m[2] === undefined ? null : Number(m[2]), text: m[3] ?? "" };
}

/** The latest year that doesn't put the line more than a day behind the file itself. */
function withYear(parts: readonly number[], reference: CaptureTime | null): CaptureTime | null {
  if (reference === null) return null;
  const year = new Date(reference.seconds * 1000).getUTCFullYear();
  for (const candidate of [year + 1, year, year - 1]) {
    const time = instant([candidate, ...parts], undefined);
    if (time !== null && time.seconds <= reference.seconds + 86_400) return time;
  }
  return null;
}

/** `journalctl -o json`: one object a line; times in microseconds of UTC, a message that is no UTF-8 as a byte list. */
function journalEntry(line: string): SyslogEntry | null {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
  const text = (key: string): string => (typeof entry[key] === "string" ? entry[key] : "");
  const micros = Number(text("__REALTIME_TIMESTAMP") || Number.NaN);
  const message = entry.MESSAGE;
  if (!Number.isFinite(micros) || message === undefined) return null;
  const bytes = Array.isArray(message) ? Buffer.from(message as number[]).toString("utf8") : text("MESSAGE");
  const pid = Number(text("_PID") || text("SYSLOG_PID") || Number.NaN);
  return {
    time: { seconds: Math.floor(micros / 1_000_000), isUtc: true },
    host: text("_HOSTNAME"),
    tag: text("SYSLOG_IDENTIFIER") || text("_COMM"),
    pid: Number.isInteger(pid) ? pid : null,
    text: bytes,
  };
}
