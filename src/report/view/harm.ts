import type { Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { countText } from "./amounts.js";

const MOST_NAMED = 3;

/** Commands, and their users, that an incident hurt otherwise than by waits for locks; 0 where none is known. */
export function harmOf(model: ReportModel, incident: Incident): { readonly commands: number; readonly users: number } {
  const shares = incident.impact.blockedCommands > 0 ? [] : (model.impact?.[incident.id]?.byUser ?? []);
  return {
    commands: shares.reduce((sum, share) => sum + share.commands, 0),
    users: shares.reduce((sum, share) => sum + share.users, 0),
  };
}

/** `869 commands of 27 users hit, most: swarm (62), jenkins (16)`; null where no command is known that was. */
export function harmText(model: ReportModel, incident: Incident): string | null {
  const { commands, users } = harmOf(model, incident);
  if (commands === 0) return null;
  const shares = model.impact?.[incident.id]?.byUser ?? [];
  const whose = users === 0 ? "" : ` of ${countText(users, "user")}`;
  const most = shares.filter((share) => share.users > 0 && share.commands > 1).slice(0, MOST_NAMED);
  const named = most.map(({ name, commands: count }) => `${name} (${count})`).join(", ");
  return `${countText(commands, "command")}${whose} hit${named === "" || users < 2 ? "" : `, most: ${named}`}`;
}
