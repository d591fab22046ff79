import { least, most } from "../../base/extremes.js";
import { logTime } from "../../base/time.js";
import type { Category, Incident } from "../../contracts/analysis.js";
import type { CaseReader } from "../../contracts/case-reader.js";
import type { VerdictDecision } from "../../contracts/incident-draft.js";
import type { IncidentFacts } from "./cause.js";
import { causes } from "./causes/registry.js";
import { clock, duration, heldFor, isNamed, lockName, modeWord, plural, text, upTo, who } from "./wording.js";

/** One sentence about an incident: whom it cost what, through whom, and why. Every number and name is the case's. */
export function incidentSentence(facts: IncidentFacts, incident: Incident): string {
  const title = causes.find((cause) => cause.id === incident.cause)?.title;
  const span = spanOf(facts);
  const told = facts.draft.cluster === null ? (aboutHost(facts, span) ?? slow(facts, span)) : locked(facts, span);
  const why = title === undefined ? "" : `: ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  return `${startsWithName(told, facts) ? told : `${told.charAt(0).toUpperCase()}${told.slice(1)}`}${why}.`;
}

/** `p4d` and users are written as they are, also at the beginning of a sentence. */
function startsWithName(told: string, { draft, subject }: IncidentFacts): boolean {
  const first = told.split(" ", 1)[0] ?? "";
  return (
    first.startsWith("p4") || [draft.primary.subject?.user, subject?.user, draft.primary.resource.name].includes(first)
  );
}

function spanOf({ draft }: IncidentFacts): string {
  const [from, to] = [clock(draft.fromMs), clock(draft.toMs)];
  return from === to ? `at ${from}` : `${from} to ${to}`;
}

function locked(facts: IncidentFacts, span: string): string {
  const { impact, primary } = facts.draft;
  const users = impact.blockedUsers > 0 ? ` of ${plural(impact.blockedUsers, "user")}` : "";
  const victims = `${plural(impact.blockedCommands, "command")}${users}`;
  const waited =
    impact.blockedMs > 0 ? `waited ${upTo(facts)}${duration(impact.blockedMs)} in all` : "were seen waiting";
  const cost = `${victims} ${waited} (${span})`;
  const { root, rootActor, subject } = facts;
  if (root === null || rootActor === null || subject === null) {
    const holder = facts.draft.cluster?.convoy === true ? "" : "; the evidence does not show who held it";
    return `${cost} for ${lockName(primary.resource.name)}${holder}`;
  }
  const held = root.heldMs === null ? "" : ` for ${heldFor(root)}`;
  const doubt = facts.draft.cluster?.tie === true ? ", or another command that fits as well," : "";
  const holder = who({ ...rootActor, args: "" });
  // Of a lock without a name the mode adds nothing but a stumbling block.
  const mode = root.mode === null || !isNamed(root.object) ? "" : ` ${modeWord(root.mode)}`;
  return `${cost} because ${holder}${doubt} held ${lockName(root.object)}${mode}${held}`;
}

/** The verb for what each kind of trouble does to commands; null: the fact itself tells how many. */
const DEEDS: Partial<Record<Category, readonly [one: string, many: string]>> = {
  "disk-full": ["was refused or failed", "were refused or failed"],
  "oom-kill": ["was killed or failed", "were killed or failed"],
  "resource-pressure": ["was held up or refused", "were held up or refused"],
  "storage-stall": ["failed", "failed"],
  "server-restart": ["was cut off", "were cut off"],
  corruption: ["failed", "failed"],
  "license-or-certificate": ["was refused", "were refused"],
};

/** The machine or the server as a whole: the first fact of the signal says what happened, the counts whom it cost what. */
function aboutHost(facts: IncidentFacts, span: string): string | null {
  const { primary, impact } = facts.draft;
  const [first] = primary.facts;
  if (primary.detector === "slow-command" || first === undefined) return null;
  const deed = DEEDS[primary.category]?.[impact.harmedCommands === 1 ? 0 : 1];
  const users = impact.harmedUsers > 0 ? ` of ${plural(impact.harmedUsers, "user")}` : "";
  const cost =
    deed === undefined || impact.harmedCommands === 0
      ? ""
      : `; ${plural(impact.harmedCommands, "command")}${users} ${deed}`;
  const what = `${first.text.replace(/\.+$/, "")}${cost}`; // a message of the log may end its own sentence
  return span.split(" to ").every((time) => what.includes(time)) ? what : `${what} (${span})`;
}

function slow(facts: IncidentFacts, span: string): string {
  const { subject, draft } = facts;
  if (subject === null)
    return `trouble on ${draft.primary.resource.kind} ${text(draft.primary.resource.name, 60)} (${span})`;
  const more = draft.signals.length > 1 ? `, one of ${draft.signals.length} like it` : "";
  const lapse = subject.budget?.lapseMs ?? draft.toMs - draft.fromMs;
  const verb = subject.inFlight ? "had been running for" : "took";
  return `${who({ ...subject, args: "" })}${more} ${verb} ${duration(lapse)} (${span}) and nobody else waited for it`;
}

/** What to say when there is no incident to tell of. */
export function quietSentence(decision: VerdictDecision, reader: CaseReader): string {
  if (decision.verdict === "insufficient-evidence") {
    return `The evidence cannot tell whether anything was wrong: missing is ${decision.missing.join("; ")}.`;
  }
  const servers = reader.servers();
  const total = servers.reduce((sum, server) => sum + reader.commandCount(server.id), 0);
  const windows = servers.flatMap((server) => reader.window(server.id) ?? []);
  const from = least(windows.map((window) => window.firstMs));
  const to = most(windows.map((window) => window.lastMs));
  const span = windows.length === 0 ? "" : ` from ${logTime(from)} to ${logTime(to)}`;
  return `No incident: ${plural(total, "command")}${span}, and none kept others waiting for long or was very slow by itself.`;
}
