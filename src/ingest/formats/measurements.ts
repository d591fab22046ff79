import type { Line } from "../source/split-lines.js";
import { CaptureSeries } from "./capture-series.js";
import type { CaptureTime } from "./capture-time.js";
import type { LineContext } from "./line-parser.js";

/** One figure of a line; `null` values are left out. Names: MeasurementFact in contracts/case-reader.ts. */
export type Figure = readonly [name: string, value: number | null, unit: string];

/** The runs of a measuring command and the figures they print. */
export class Measurements {
  readonly series: CaptureSeries;

  constructor(
    private readonly context: LineContext,
    private readonly kind: string,
  ) {
    this.series = new CaptureSeries(context, kind);
  }

  /** `at`: the line's own time, where it is not that of the whole run. */
  add(line: Line, subject: string, figures: readonly Figure[], at: CaptureTime | null = null): void {
    const known = figures.filter(([, value]) => value !== null && Number.isFinite(value));
    if (known.length === 0) return;
    const captureNo = this.series.numberFor(line);
    if (at !== null && !at.isUtc) this.context.sawTime(at.seconds);
    for (const [name, value, unit] of known) {
      this.context.emit("measurement", line, {
        capture_no: captureNo,
        time_s: at?.seconds ?? null,
        time_is_utc: at === null ? null : Number(at.isUtc),
        value,
        kind: this.kind,
        subject,
        name,
        unit,
        text: line.text.trim().slice(0, MOST_TEXT),
      });
    }
  }
}

const MOST_TEXT = 1000;

/** `4.2`, `4,2` as some locales print it, `-`; null when it is no number. */
export function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^-?\d{1,18}(?:[.,]\d{1,6})?$/.test(text) ? Number(text.replace(",", ".")) : null;
}

const POWERS = "KMGTPE";

/** Bytes of `16K`, `1.5T`, `23Gi`, `512B`, `0`; a bare number counts `unitBytes`. Null when it is no size. */
export function sizeIn(text: string | undefined, unitBytes: number): number | null {
  const m = /^(\d{1,18}(?:[.,]\d{1,6})?)([KMGTPEkmgtpe])?(i?B?)$/.exec(text ?? "");
  if (m === null) return null;
  const [, digits = "", letter = "", tail = ""] = m;
  const value = Number(digits.replace(",", "."));
  if (letter === "") return value * (tail === "" ? unitBytes : 1);
  return Math.round(value * 1024 ** (POWERS.indexOf(letter.toUpperCase()) + 1));
}
