import type { Cause } from "../cause.js";
import { rootEvidence, victimEvidence } from "../lock-evidence.js";
import { blockerActions } from "../remedies.js";
import { text } from "../wording.js";
import { step } from "./prevention.js";

export const clientWorkspaceLockContention: Cause = {
  id: "client-workspace-lock-contention",
  title: "Commands of one workspace queued behind each other",
  apart: "All who wait use one workspace and wait for clients/NAME, no db.* table; other workspaces are not affected.",
  source: "Perforce KB 3163 (workspace locks under server.locks).",
  role: "mechanism",
  explains: ["client-lock-contention"],
  category: "client-lock-contention",
  weigh(facts) {
    return { fit: 1, for: [...rootEvidence(facts), ...victimEvidence(facts)], against: [], missing: [] };
  },
  actions: blockerActions,
  prevention: ({ draft }) => [
    step(`Give each program that works in ${text(draft.primary.resource.name, 60)} a workspace of its own.`),
    step("For automation: read-only or partitioned workspaces."),
  ],
};
