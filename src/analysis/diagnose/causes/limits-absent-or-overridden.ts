import type { Cause, Weighing } from "../cause.js";
import { fact } from "../wording.js";
import { step } from "./prevention.js";

/** `p4 -zmaxLockTime=...` lets a user lift his own limits unless server.commandlimits is 2. */
const OVERRIDE = /-z ?max(?:results|scanrows|locktime|memory)=/i; // -zmaxScanRows=unlimited

/** Only where the command itself shows it: limits that were not captured are not limits that were absent. */
export const limitsAbsentOrOverridden: Cause = {
  id: "limits-absent-or-overridden",
  title: "No limits, or limits lifted by the user",
  apart: "Never a cause by itself: a command did it, and no limit stopped it.",
  source: "p4 help maxresults; p4 help configurables (server.commandlimits).",
  role: "contributing",
  explains: ["db-wedge", "slow-command", "oom-kill"],
  category: null,
  weigh({ subject, reader, draft }): Weighing | null {
    if (subject === null || subject.ref === null || subject.kind === "submit") return null;
    const commandLimits = reader.configurable(draft.serverId, "server.commandlimits");
    if (OVERRIDE.test(subject.args) && commandLimits !== "2") {
      const words = `pid ${subject.pid} set its own limits with -z`;
      return { fit: 0.9, for: [fact(words, subject.pid, "pid", subject.ref)], against: [], missing: [] };
    }
    return null;
  },
  actions: () => [],
  prevention: () => [
    step("Make the server ignore limits that users set themselves.", "p4 configure set server.commandlimits=2"),
  ],
};
