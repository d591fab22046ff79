import { least, most } from "../../base/extremes.js";
import { logTime } from "../../base/time.js";
import type { CaseReader, LogLoss, ServerWindow } from "../../contracts/case-reader.js";

/** Of a window of which this much may be missing nobody can say that nothing happened in it. */
const MUCH = 1 / 3;
/** Captures this long before or after the log show a time that the log does not. Clocks differ by less. */
const OUTSIDE_MS = 180_000;
/** Starts that the log's own rate leads to expect in that time; an idle server writes nothing. */
const EXPECTED = 20;

/** What of the P4LOG must be had again, or from elsewhere, before "no incident" can be said. */
export function missingLog(reader: CaseReader, serverId: number): string[] {
  const window = reader.window(serverId);
  if (window === null) return [];
  const losses = reader.logLosses(serverId).filter((loss) => weighs(loss, window));
  return [...losses.map(wordsFor), ...outside(reader, serverId, window)];
}

function weighs({ kind, fromMs, toMs }: LogLoss, window: ServerWindow): boolean {
  if (kind === "silent") return false; // the log-gap detector weighs it
  if (kind === "archive" || (kind === "cut-short" && toMs >= window.lastMs)) return true;
  return toMs - fromMs >= (window.lastMs - window.firstMs) * MUCH;
}

function wordsFor({ kind, fromMs, toMs }: LogLoss): string {
  if (kind === "archive") return "the whole archive: it ends early, and what it held behind that is unknown";
  if (kind === "torn") return `an undamaged copy of the P4LOG from ${logTime(fromMs)} to ${logTime(toMs)}`;
  const until = toMs > fromMs ? ` to ${logTime(toMs)}` : "";
  return `the rest of the P4LOG from ${logTime(fromMs)}${until}: the file is cut short`;
}

/** Captures of a time that the log does not reach. */
function outside(reader: CaseReader, serverId: number, window: ServerWindow): string[] {
  const rows = [...reader.capturedProcesses(serverId), ...reader.capturedLocks(serverId)];
  const zoneKnown = reader.servers().find(({ id }) => id === serverId)?.timeZone !== "UTC";
  const taken = rows
    .flatMap(({ takenMs }) => (takenMs === null ? [] : [takenMs]))
    .filter((ms) => zoneKnown || !isZone(ms, window));
  const rate = reader.commandCount(serverId) / Math.max(1, window.lastMs - window.firstMs);
  const far = (ms: number) => ms > OUTSIDE_MS && ms * rate >= EXPECTED;
  const last = most(taken);
  const first = least(taken);
  const words: string[] = [];
  if (far(last - window.lastMs)) {
    words.push(`the P4LOG from ${logTime(window.lastMs)} to ${logTime(last)}, when captures were taken`);
  }
  if (far(window.firstMs - first)) {
    words.push(`the P4LOG from ${logTime(first)}, when captures were taken, to ${logTime(window.firstMs)}`);
  }
  return words;
}

const HOUR_MS = 3_600_000;
/** Offsets from UTC that are in use, in hours. */
const OFFSETS = [-3.5, 3.5, 4.5, 5.5, 5.75, 6.5, 9.5, ...Array.from({ length: 27 }, (_, index) => index - 12)];

/** Where nothing told the server's zone: would the capture lie within the log if the log kept another one? */
function isZone(takenMs: number, { firstMs, lastMs }: ServerWindow): boolean {
  return OFFSETS.some((hours) => {
    const local = takenMs + hours * HOUR_MS;
    return local >= firstMs - OUTSIDE_MS && local <= lastMs + OUTSIDE_MS;
  });
}
