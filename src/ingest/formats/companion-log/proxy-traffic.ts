import type { Line } from "../../source/split-lines.js";
import type { LineContext } from "../line-parser.js";
import { sizeIn } from "../measurements.js";

export interface ProxyTotals {
  readonly serverFiles: number;
  readonly cacheFiles: number;
  readonly serverBytes: number;
  readonly cacheBytes: number;
}

const MINUTE_S = 60;

// --- proxytotals files/size svr+cache 1403+203/25.6M+254M      … 1+2/3mb+40mb
const COUNTS = /svr\+cache (\d{1,15})\+(\d{1,15})\/([\d.]{1,15}[a-zA-Z]{0,2})\+([\d.]{1,15}[a-zA-Z]{0,2})\s*$/;

export function totalsOf(text: string): ProxyTotals | null {
  const m = COUNTS.exec(text);
  if (m === null) return null;
  const [serverBytes, cacheBytes] = [sizeIn(m[3]?.toUpperCase(), 1), sizeIn(m[4]?.toUpperCase(), 1)];
  if (serverBytes === null || cacheBytes === null) return null;
  return { serverFiles: Number(m[1]), cacheFiles: Number(m[2]), serverBytes, cacheBytes };
}

/**
 * What the proxy fetched from the server and what from its cache, summed by the minute: measurements `server_files`,
 * `cache_files`, `server_bytes`, `cache_bytes`, at the minute's first line.
 */
export class ProxyTraffic {
  private minute: number | null = null;
  private line: Line | null = null;
  private sums = [0, 0, 0, 0];

  constructor(private readonly context: LineContext) {}

  add(line: Line, timeS: number | null, totals: ProxyTotals): void {
    if (timeS === null) return;
    const minute = Math.floor(timeS / MINUTE_S);
    if (minute !== this.minute) {
      this.release();
      this.minute = minute;
      this.line = line;
    }
    const values = [totals.serverFiles, totals.cacheFiles, totals.serverBytes, totals.cacheBytes];
    this.sums = this.sums.map((sum, index) => sum + (values[index] ?? 0));
  }

  release(): void {
    const { minute, line, sums } = this;
    this.sums = [0, 0, 0, 0];
    this.minute = null;
    if (minute === null || line === null || sums.every((sum) => sum === 0)) return;
    ["server_files", "cache_files", "server_bytes", "cache_bytes"].forEach((name, index) => {
      this.context.emit("measurement", line, {
        // A log is no capture: its figures have times of their own, and there is no capture 0.
        capture_no: 0,
        time_s: minute * MINUTE_S,
        time_is_utc: 0,
        value: sums[index] ?? 0,
        kind: "proxy-log",
        subject: "",
        name,
        unit: index < 2 ? "count" : "bytes",
        text: line.text.slice(0, 200),
      });
    });
  }
}
