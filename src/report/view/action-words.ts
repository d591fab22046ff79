import type { Action } from "../../contracts/analysis.js";

/** When an action applies, as a heading; the same words in every report. */
export function actionHeading({ risk, when }: Action): string {
  if (risk === "never") return "Never";
  return { now: "Do now", was: "Too late now: what was possible while it ran", prevention: "Later" }[when];
}

/** Now first, then what was possible, then later; what must never be done closes the list. */
export function inOrder(actions: readonly Action[]): Action[] {
  const order = (action: Action) => (action.risk === "never" ? 3 : ["now", "was", "prevention"].indexOf(action.when));
  return [...actions].sort((a, b) => order(a) - order(b));
}

/** Only what may still be done has something to verify first. */
export function needsCheck({ check, when, risk }: Action): boolean {
  return check !== "" && when !== "was" && risk !== "never";
}
