/**
 * Three clocks. "Local seconds": the server's wall clock as the log prints it, counted as if it were UTC; all analysis
 * runs on it. "Epoch ms": UTC, for JSON and for comparing servers. Zones: `UTC`, `+05:30`, `Europe/Berlin`.
 */

/** Minutes east of UTC of `zone` at a local instant (ms counted as if UTC). Unknown zones are rejected by `isZone`. */
export function zoneOffsetMinutes(zone: string, localMs: number): number {
  const fixed = fixedOffset(zone);
  if (fixed !== null) return fixed;
  // Two steps settle everything but the hour a clock change repeats, where the first reading wins.
  const first = offsetAtEpoch(zone, localMs);
  return offsetAtEpoch(zone, localMs - first * 60_000);
}

export function localToEpochMs(localMs: number, zone: string): number {
  return localMs - zoneOffsetMinutes(zone, localMs) * 60_000;
}

export function epochToLocalMs(epochMs: number, zone: string): number {
  const fixed = fixedOffset(zone);
  return epochMs + (fixed ?? offsetAtEpoch(zone, epochMs)) * 60_000;
}

/** `2024-03-05T09:07:03Z`, with milliseconds only where there are any. */
export function isoUtc(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(".000Z", "Z");
}

/** `2024/03/05 14:07:03`, as a P4LOG prints it, from local ms. */
export function logTime(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
}

export function isZone(zone: string): boolean {
  if (fixedOffset(zone) !== null) return true;
  try {
    formatter(zone);
    return true;
  } catch {
    return false;
  }
}

export function offsetLabel(minutes: number): string {
  if (minutes === 0) return "UTC";
  const abs = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(abs / 60))}:${two(abs % 60)}`;
}

function fixedOffset(zone: string): number | null {
  if (zone === "UTC" || zone === "Z" || zone === "GMT") return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone); // +05:30, -0800
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" ? -minutes : minutes;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let format = formatters.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formatters.set(zone, format);
  }
  return format;
}

function offsetAtEpoch(zone: string, epochMs: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(epochMs)) part[type] = Number(value);
  const local = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second);
  return Math.round((local - Math.floor(epochMs / 1000) * 1000) / 60_000);
}
