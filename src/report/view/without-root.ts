import type { Incident } from "../../contracts/analysis.js";
import type { ReportModel, WithoutRoot } from "../../contracts/report-model.js";
import { durationText } from "./amounts.js";

/**
 * What each root cost, in a sentence: `without pid 4101 (nightly, user-files) 31 of 33 commands would not have waited, and
 * 11 min 40 s less would have been waited in all`. Empty where nothing was replayed.
 */
export function withoutRootTexts(model: ReportModel, incident: Incident): string[] {
  return (model.impact?.[incident.id]?.without ?? []).map((one) => withoutText(one, incident.impact.blockedCommands));
}

function withoutText(root: WithoutRoot, blocked: number): string {
  const who = [root.user, root.cmd].filter((part) => part !== "").join(", ");
  const name = root.pid === null ? "whoever held it" : `pid ${root.pid}${who === "" ? "" : ` (${who})`}`;
  return `without ${name} ${freedText(root.freedCommands, blocked)}, and ${durationText(root.savedSeconds)} less would have been waited in all`;
}

/** `31 of 33 commands would not have waited`. */
export function freedText(freed: number, blocked: number): string {
  if (freed === 0) return "still every command would have waited";
  if (freed === blocked) return blocked === 1 ? "the command would not have waited" : "none would have waited";
  return `${freed} of ${blocked} commands would not have waited`;
}
