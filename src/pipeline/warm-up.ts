import { statSync } from "node:fs";
import { startAhead } from "../ingest/parse-thread.js";

/** Below it the thread that parses is hardly worth its start. */
const WORTH_A_THREAD_BYTES = 2 << 20;

/** What takes a while to start, as far as these PATHs will want it. Call it before anything else is loaded. */
export function warmUp(paths: readonly string[]): void {
  const bytes = paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  if (bytes >= WORTH_A_THREAD_BYTES) startAhead();
}
