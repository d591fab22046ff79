import type { ActionDraft, IncidentFacts } from "./cause.js";
import { action, isOngoing, tell } from "./host-evidence.js";
import { text } from "./wording.js";

/** What may be done about a program that asks too much: its owner first, a block last. */
export function programActions(facts: IncidentFacts): ActionDraft[] {
  const { subject, draft } = facts;
  const user = subject === null || subject.user === "" ? draft.primary.resource.name : subject.user;
  const whose = text(user, 40);
  const owner = tell(
    `the owner of ${whose}`,
    `its program${subject === null ? "" : ` (${text(subject.app, 60)})`} takes most of the server. Stop it there, not at the server.`,
    "A program that is stopped at its source does not come back; one that is only cut off asks again.",
    "Which job or script it is, and since when it runs so often.",
  );
  return [{ ...owner, when: isOngoing(facts) ? "now" : "prevention" }, watch(facts, whose), ...block(facts)];
}

function watch(facts: IncidentFacts, whose: string): ActionDraft {
  return action("watch-rate", "observe", isOngoing(facts) ? "now" : "prevention", {
    text: `See whether it goes on: p4 monitor show -ale twice, 10 s apart, and count the rows of ${whose}.`,
    check: "The rows are new ones each time: short commands are gone before monitor lists them (db.monitor.addthresh).",
    why: "Only what still goes on needs to be stopped.",
  });
}

/** Refuses a program by name, at once and without a restart. */
function block(facts: IncidentFacts): ActionDraft[] {
  const program = facts.subject === null ? "" : programName(facts.subject.app);
  if (!isOngoing(facts) || program === "") return [];
  const isP4 = program === "p4" || program === "P4V" || program === "p4v";
  const words = isP4
    ? `Do not put ${program} on the rejectList: that shuts everybody out, the administrators too. A broker rule can refuse one user's commands.`
    : `If its owner cannot be found: p4 configure set rejectList=${program} refuses it, p4 configure unset rejectList lets it in again. Note down a value that is set already and keep it.`;
  return [
    action(isP4 ? "reject-p4" : "reject-program", isP4 ? "never" : "risky", "now", {
      text: words,
      check: "p4 configure show rejectList, and who else uses a program of that name.",
      why: "It takes effect on new commands at once; refusals are not logged.",
    }),
  ];
}

/** `jenkins.p4-plugin` of `jenkins.p4-plugin (p4java)/2022.1.2350281`; nothing that a shell would read otherwise. */
function programName(app: string): string {
  const name = app.split(/[/ (]/, 1)[0] ?? "";
  return /^[A-Za-z0-9._-]{1,60}$/.test(name) ? name : "";
}
