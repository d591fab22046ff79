import type { Cause, Weighing } from "../cause.js";
import { startEvidence } from "../command-evidence.js";
import { action, isOngoing, never } from "../host-evidence.js";
import { fact, text } from "../wording.js";
import { step } from "./prevention.js";

const JOBS = new Set(["bgtask", "user-cron", "cron", "ldapsync"]);

/** The upgrade of the storage tables, bgtask, ldapsync: normal, unless it holds what others want. */
export const storageUpgradeOrBackgroundJob: Cause = {
  id: "storage-upgrade-or-background-job",
  title: "A background job of the server",
  apart: "A background task is ordinary (state B); only one that holds what others want is a cause.",
  source: "p4 help undoc (storage); Command Reference p4 bgtask.",
  role: "operation",
  explains: ["db-wedge"],
  category: null,
  weigh({ subject, root }): Weighing | null {
    const upgrade = root?.object.startsWith("storageup/") === true && root.mode !== "R"; // storageup/storagemasterup
    const job = subject !== null && (JOBS.has(subject.verb) || isStorageUpgrade(subject.verb, subject.args));
    const ref = root?.refs[0];
    if (!upgrade && !job) return null;
    const held =
      upgrade && ref !== undefined ? [fact(`${text(root.object)} was held for write`, root.object, null, ref)] : [];
    return { fit: 0.97, for: [...held, ...(subject === null ? [] : startEvidence(subject))], against: [], missing: [] };
  },
  actions: (facts) => [
    action("wait", "alert", isOngoing(facts) ? "now" : "was", {
      text: "Let the job finish; p4 storage -w waits for the upgrade of the storage tables, p4 upgrades says how far upgrades are.",
      check: "It makes progress: its rows or files in p4 monitor show -al.",
      why: "It starts again from where it was stopped, and people wait twice.",
    }),
    never(
      "kill-process",
      "Never kill -9 the process of the job.",
      "It writes; a killed writer can leave a torn database.",
    ),
  ],
  prevention: () => [
    step("Run upgrades, ldapsync and background tasks outside working hours; ldapsync with a longer interval (-i)."),
  ],
};

/** `storage -w` waits for the upgrade, `-R` and `-U` do it. Other storage jobs are verify-or-storage-job-at-peak. */
function isStorageUpgrade(verb: string, args: string): boolean {
  return verb === "storage" && /(?:^| )-[wRU]/.test(args); // -R, -w
}
