import { openCase } from "../casedb/casedb.js";
import { metricsHistoryText } from "../openmetrics/openmetrics.js";
import { namedServers } from "./case-servers.js";

/** Pieces of text between two looks at whether Ctrl-C was pressed. */
const PAUSE_PIECES = 50;

/**
 * The past of a case's servers as OpenMetrics text, for the backfill of VictoriaMetrics or Prometheus. `server`: the
 * operator's name for the only server. `pause` is awaited now and then and may throw to stop.
 */
export async function writeMetricsHistory(
  casePath: string,
  server: string | null,
  put: (text: string) => void,
  pause: () => Promise<void>,
): Promise<void> {
  const caseDb = openCase(casePath, { readonly: true });
  try {
    const reader = caseDb.reader();
    const named = namedServers(caseDb, server);
    const subjects = reader.servers().flatMap(({ id, label }) => {
      const found = named.find((other) => other.label === label);
      if (found === undefined) return [];
      return {
        id,
        name: found.name,
        toEpochMs: (localMs: number) => found.clock.toEpochMs(localMs),
        running: (fromMs: number, toMs: number) => reader.runningCurve(id, fromMs, toMs),
      };
    });
    let pieces = 0;
    for (const piece of metricsHistoryText(caseDb.history(), subjects)) {
      put(piece);
      if (++pieces % PAUSE_PIECES === 0) await pause();
    }
  } finally {
    caseDb.close();
  }
}
