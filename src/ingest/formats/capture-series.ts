import type { Line } from "../source/split-lines.js";
import { type CaptureTime, timeInLine, timeInName } from "./capture-time.js";
import type { LineContext } from "./line-parser.js";

const DAY_S = 86_400;

/**
 * The runs of a capturing command within one file. A new one begins where a line with a time, a prompt or a header
 * follows rows. Its time comes from such a line, else from the file's name, else from its modification.
 */
export class CaptureSeries {
  private captureNo = 0;
  /** The next row opens a new capture. */
  private fresh = true;
  private time: CaptureTime | null = null;
  /** The first run that told a time of day, and when it was. */
  private anchor: { readonly dayS: number; readonly time: CaptureTime } | null = null;
  private readonly fallback: CaptureTime | null;
  private readonly fallbackFrom: string | null;

  constructor(
    private readonly context: LineContext,
    private readonly kind: string,
  ) {
    const { path, modifiedMs } = context.source;
    const named = timeInName(path);
    this.fallback = named ?? (modifiedMs === null ? null : { seconds: Math.floor(modifiedMs / 1000), isUtc: true });
    this.fallbackFrom = named !== null ? "name" : this.fallback === null ? null : "mtime";
  }

  /** True when the line is a time stamp; it then belongs to the capture that follows. */
  takeTime(line: Line): boolean {
    const time = timeInLine(line.text);
    if (time === null) return false;
    this.boundary();
    this.time = time;
    if (!time.isUtc) this.context.sawTime(time.seconds);
    return true;
  }

  /** When the present run was taken, as far as known. */
  get taken(): CaptureTime | null {
    return this.time ?? this.fallback;
  }

  /**
   * The run tells only the time of day (`top - 14:07:36 up …`): it is so much later than the first one that did. Days
   * between them can't be seen.
   */
  takeTimeOfDay(dayS: number): void {
    const { anchor } = this;
    if (this.time === null && anchor !== null) {
      const laterS = (dayS - anchor.dayS + DAY_S) % DAY_S;
      this.time = { ...anchor.time, seconds: anchor.time.seconds + laterS };
    } else if (anchor === null && this.taken !== null && (this.time !== null || this.fallbackFrom === "name")) {
      this.anchor = { dayS, time: this.taken };
    }
  }

  /** What follows is another run of the command, as after a prompt or a second header. */
  boundary(): void {
    if (!this.fresh) this.time = null;
    this.fresh = true;
  }

  /** The number of the capture that this line belongs to; its `capture` row is written with its first line. */
  numberFor(line: Line): number {
    if (this.fresh) {
      this.fresh = false;
      this.captureNo++;
      const time = this.time ?? this.fallback;
      this.context.emit("capture", line, {
        capture_no: this.captureNo,
        taken_s: time?.seconds ?? null,
        taken_is_utc: time === null ? null : Number(time.isUtc),
        kind: this.kind,
        taken_from: this.time !== null ? "content" : this.fallbackFrom,
      });
    }
    return this.captureNo;
  }
}
