import type { Cause } from "../cause.js";
import { action, never, signalsOf, weighSignals } from "../host-evidence.js";
import { step } from "./prevention.js";

/** It went down without a word: crash, kill, power. Which command did it the last line does not prove. */
export const serverCrashOrForcedRestart: Cause = {
  id: "server-crash-or-forced-restart",
  title: "The server crashed or was killed",
  apart: "A starting line without a stop before it; after an orderly stop there are quiescing or shutdown lines.",
  source:
    "Messages of the 2023.2 source (Server restarted while N transactions outstanding); p4dpending of go-libp4dlog.",
  role: "operation",
  explains: ["server-restart"],
  category: "server-restart",
  weigh(facts) {
    const have = facts.reader.capabilities(facts.draft.serverId);
    const missing = have.has("syslog") ? [] : ["the system's log of that time (journalctl -u p4d, journalctl -k)"];
    return weighSignals(signalsOf(facts, "server-restart", "crash"), 0.95, { missing });
  },
  actions: () => [
    action("capture-evidence", "observe", "now", {
      text: "Save journalctl of that hour, core files, and the end of the old log; list what was in flight (p4rca query in-flight).",
      check: "The command that started last is not proof of anything.",
      why: "A crash needs its stack and the commands that ran, and both are overwritten.",
    }),
    action("validate-database", "alert", "now", {
      text: "Have somebody check the database (p4 dbverify -U now, p4 dbverify in a quiet hour) and that replicas still follow (p4 servers -J, p4 pull -lj on each).",
      check: "The full dbverify locks tables.",
      why: "Transactions that were cut off can leave a torn table, and a record in the journal that replicas choke on.",
    }),
    never(
      "force-replay",
      "Do not replay the journal with p4d -jr -f into the live database.",
      "Replaying twice has destroyed databases.",
    ),
  ],
  prevention: () => [
    step("Keep p4d current, let it write core files, and open a case with Perforce support with stack and log."),
    step("Stop the server with p4 admin stop or systemd, never with kill -9 or by power."),
  ],
};
