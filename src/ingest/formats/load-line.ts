import { type Figure, numberIn } from "./measurements.js";

/** ` 14:07:36 up 12 days,  3:04,  5 users,  load average: 4.15, 3.17, 2.23`, behind `top - ` the head of top. */
const LOAD =
  /^(?:top -)? {0,4}(\d{1,2}):(\d{2}):(\d{2})( [AP]M)? up {1,4}(.{1,60}?),.{0,60}load averages?: {0,4}(\d{1,5}[.,]\d{2}),? {1,4}(\d{1,5}[.,]\d{2}),? {1,4}(\d{1,5}[.,]\d{2})/;

export interface LoadLine {
  /** Seconds since midnight. */
  readonly dayS: number;
  readonly figures: readonly Figure[];
}

/** The line of `uptime`, `w` and `top`; else null. */
export function loadLine(line: string): LoadLine | null {
  const m = LOAD.exec(line.slice(0, 300));
  if (m === null) return null;
  const [, hours = "", minutes = "", seconds = "", half = "", , one, five, fifteen] = m;
  const hour = half === "" ? Number(hours) : (Number(hours) % 12) + (half === " PM" ? 12 : 0);
  return {
    dayS: (hour * 60 + Number(minutes)) * 60 + Number(seconds),
    figures: [
      ["load1", numberIn(one), "processes"],
      ["load5", numberIn(five), "processes"],
      ["load15", numberIn(fifteen), "processes"],
      ["uptime_s", uptimeOf(line), "s"],
    ],
  };
}

/** Seconds in `up 12 days,  3:04,`   `up 5:05,`   `up 1 day, 2 min,`   `up 3 min,` */
function uptimeOf(line: string): number | null {
  const m = /up {1,4}(?:(\d{1,5}) days?, {1,4})?(?:(\d{1,3}):(\d{2})|(\d{1,2}) min)?,/.exec(line.slice(0, 200));
  if (m === null) return null;
  const [, days = "0", hours = "0", minutes, onlyMinutes] = m;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes ?? onlyMinutes ?? "0")) * 60;
}
