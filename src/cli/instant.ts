import { EXIT, OperatorError } from "../base/errors.js";

/**
 * Reads an operator's time for --from/--to: "10:05" (needs `dayS`), "2024-03-05 10:05[:00]", "2024/03/05 10:05", or a
 * zoned ISO time. Gives local seconds (as if UTC); zoned times are moved by `toLocalS`.
 */
export function parseInstant(text: string, toLocalS: (epochS: number) => number): number {
  const zoned = /^(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:?\d{2})$/.exec(text);
  if (zoned !== null) {
    const zone = zoned[7] ?? "Z";
    const iso = `${zoned[1]}-${zoned[2]}-${zoned[3]}T${zoned[4]}:${zoned[5]}:${zoned[6] ?? "00"}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`;
    return toLocalS(Math.floor(Date.parse(iso) / 1000));
  }
  const local = /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (local !== null) {
    const [year, month, day, hour, minute, second] = local.slice(1).map((part) => Number(part ?? 0));
    const seconds = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) / 1000;
    if (!Number.isNaN(seconds)) return seconds;
  }
  throw new OperatorError(
    "bad-time",
    `"${text}" is not a time`,
    EXIT.usage,
    'Write it as the log does, "2024/03/05 14:07:00", or with a zone: 2024-03-05T14:07:00Z.',
  );
}
