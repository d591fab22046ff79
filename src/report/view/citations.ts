import { printable } from "../../base/printable.js";
import type { CaseInput, Evidence, Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";

/** Where a fact was read: `logs/log.1:5521`; a line of 0 cites the file as a whole. */
export function placeText(
  inputs: readonly CaseInput[],
  source: { readonly input: number; readonly line: number },
): string {
  const path = inputs.find((input) => input.id === source.input)?.path ?? `input ${source.input}`;
  return source.line === 0 ? path : `${path}:${source.line}`;
}

/** A log line for showing: tabs as blanks, line end dropped, everything unprintable made visible. */
export function verbatim(text: string): string {
  return printable(text.replace(/[\r\n]+$/, "").replaceAll("\t", "    "));
}

/** The fact that speaks loudest for the leading hypothesis, else the first of the incident. */
export function bestEvidence(incident: Incident): Evidence | null {
  const leading = incident.hypotheses[0]?.for ?? [];
  for (const id of leading) {
    const found = incident.evidence.find((item) => item.id === id);
    if (found !== undefined) return found;
  }
  return incident.evidence[0] ?? null;
}

/** Users by command, known from the timeline: the chain itself carries pid and cmd only. */
export function usersByCommand(model: ReportModel, incident: Incident): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const bar of model.timeline) {
    if (bar.server !== incident.server || bar.pid === null || bar.user === "") continue;
    users.set(commandKey({ pid: bar.pid, cmd: bar.cmd.split(" ", 1)[0] ?? "" }), bar.user); // the chain has no arguments
  }
  if (incident.suspect !== null) users.set(commandKey(incident.suspect), incident.suspect.user);
  return users;
}

export function commandKey(command: { readonly pid: number | null; readonly cmd: string }): string {
  return `${command.pid ?? "?"} ${command.cmd}`;
}
