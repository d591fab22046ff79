import type { CaseDb } from "../casedb/casedb.js";

/** More than so many gaps say only that the collector could not work. */
const MOST = 8;

/** What p4rca-collect tried and did not get, one line a step: "monitor: timed out when it was collected". */
export function collectorGaps(caseDb: CaseDb): string[] {
  const manifests = caseDb.sources().filter(({ kind, state }) => kind === "manifest" && state === "done");
  const steps = manifests.flatMap(({ id }) => caseDb.facts(id)).filter(({ name }) => name === "step");
  const whole = new Set(steps.filter(({ origin }) => origin === "ok").map(({ value }) => titleOf(value)));
  const gaps = steps.flatMap(({ value, origin }) => {
    const title = titleOf(value);
    return origin === null || whole.has(title) ? [] : [`${title}: ${wordsFor(origin)}`];
  });
  return [...new Set(gaps)].slice(0, MOST);
}

/** `monitor-2 timeout 20 captures/monitor-2.txt` is another try at "monitor". */
function titleOf(step: string): string {
  return (step.split(" ")[0] ?? "").replace(/-\d{1,3}$/, "");
}

/** timeout, failed:127, skipped:no-p4d-process */
function wordsFor(state: string): string {
  if (state === "timeout") return "timed out when it was collected";
  const [what, detail = ""] = state.split(":");
  return what === "failed" ? `could not be collected (exit ${detail})` : `not collected (${detail})`;
}
