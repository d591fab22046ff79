import type { Cause } from "../cause.js";
import { action, never, signalsOf, weighSignals } from "../host-evidence.js";
import { step } from "./prevention.js";

/** Every further write may spread it: tell a human at once, and do nothing that writes. */
export const dbCorruption: Cause = {
  id: "db-corruption",
  title: "The database is damaged: stop, do not restart",
  apart:
    "The message names a db.* table or its tree. A message with an archive path is archive damage; one of a replica's replay is the replica's.",
  source:
    "Perforce KB 2425 and 836; the administrator's guide on database corruption; J. Petti's and R. Cowham's field reports.",
  role: "operation",
  explains: ["corruption", "oom-kill", "server-restart", "disk-full", "storage-stall"],
  category: "corruption",
  resource: (facts) => signalsOf(facts, "corruption", "database")[0]?.resource ?? null,
  weigh: (facts) => weighSignals(signalsOf(facts, "corruption", "database"), 0.99),
  actions: () => [
    action("alert-now", "alert", "now", {
      text: "Wake whoever is responsible for the server: the database is damaged. Keep people from writing until they decide; a human stops the server (p4 admin stop), nobody restarts it.",
      check:
        "The message names a table; note which, and since when. p4 admin stop waits for whoever still writes: let it.",
      why: "Every further write may spread the damage, and a restart may make it permanent.",
    }),
    action("save-evidence", "observe", "now", {
      text: "Keep everything: the whole P4ROOT, journal, checkpoints, log and the system's log of that time, as a copy.",
      check: "There is room for the copy on another volume.",
      why: "Recovery needs the last good checkpoint and every journal since it.",
    }),
    action("validate-offline", "alert", "now", {
      text: "With the server stopped: p4d -r P4ROOT -xv validates the tables; recovery is from checkpoint and journals, together with Perforce support.",
      check:
        "A verified checkpoint and all numbered journals since are at hand; a healthy standby may be the quicker way.",
      why: "Repairs in place are the last resort of the manual.",
    }),
    never(
      "repair-in-place",
      "Never delete or rename db.* files, and never run p4d -xr, -xrU or -jr -f on the live root.",
      "Each can lose metadata for good.",
    ),
  ],
  prevention: () => [
    step("Never kill -9 writers; keep memory, disk space and storage healthy: torn tables follow from those."),
    step("Checkpoint daily from an offline copy and verify it; keep a standby; run p4 dbverify in quiet hours."),
  ],
};
