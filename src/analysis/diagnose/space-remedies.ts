import type { Prevention } from "../../contracts/analysis.js";
import type { ActionDraft, IncidentFacts } from "./cause.js";
import { step } from "./causes/prevention.js";
import { action, isOngoing, never, signalsOf } from "./host-evidence.js";

/** What may be done when a volume of the server is full, safest first. */
export function spaceActions(facts: IncidentFacts): ActionDraft[] {
  const when = isOngoing(facts) ? "now" : "was";
  const refusing = signalsOf(facts, "disk-space", "min").length > 0;
  return [
    action("check-volume", "observe", when, {
      text: "See which volume is full and what fills it: p4 diskspace, df, du.",
      check: "It is the volume that the message names.",
      why: "Logs, checkpoints, temporary files and archives often share one volume.",
    }),
    action("free-space", "risky", when, {
      text: "Make the volume larger, or move away files that are not the server's: old core files, downloads, rotated logs that are saved elsewhere.",
      check:
        "The file is neither the journal, a db.* file, the latest verified checkpoint, a numbered journal since it, nor one that a replica has not applied yet.",
      why: "p4d goes on by itself as soon as there is room.",
    }),
    ...(refusing ? [lowerMinimum(when)] : []),
    never(
      "delete-server-files",
      "Never delete or truncate the journal, db.* files, or numbered journals since the last good checkpoint.",
      "Without them the database cannot be recovered, and replicas cannot follow.",
    ),
    ...(refusing ? [] : [validate()]),
  ];
}

function lowerMinimum(when: "now" | "was"): ActionDraft {
  return action("lower-minimum", "risky", when, {
    text: `Only while space is being made: as p4d's own user, p4d -r P4ROOT "-cset filesys.P4ROOT.min=100M" (the volume that the message names) lets commands run again.`,
    check: "Right P4ROOT, same p4d binary, and space really on its way; set it back afterwards.",
    why: "p4 configure set is refused in this state. It takes away the margin that keeps the journal from being cut off.",
  });
}

function validate(): ActionDraft {
  return action("validate-database", "alert", "now", {
    text: "When there is room again: have somebody check the tail of the journal and, in a quiet hour, run p4 dbverify; with errors, Perforce support.",
    check: "dbverify locks tables while it runs: not in working hours.",
    why: "A write that failed half way can leave a cut-off journal or a torn table.",
  });
}

export function spacePrevention(): Prevention[] {
  return [
    step("Keep P4ROOT, journal, log and archives on separate volumes, and alert by trend (predict_linear) days ahead."),
    step("Rotate the journal and the log by size; keep room for two checkpoints.", null),
    step("Set the minimum high enough to act in time.", "p4 configure set filesys.P4ROOT.min=5G"),
  ];
}
