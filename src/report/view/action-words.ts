import type { Action } from "../../contracts/analysis.js";

/** When an action applies, as a heading; the same words in every report. */
export function actionHeading({ risk, when }: Action): string {
  if (risk === "never") return "Never";
  return { now: "Do now", was: "Too late now: what was possible while it ran", prevention: "Later" }[when];
}

/** Only what may still be done has something to verify first. */
export function needsCheck({ check, when, risk }: Action): boolean {
  return check !== "" && when !== "was" && risk !== "never";
}
