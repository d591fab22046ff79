import type { Cause } from "../cause.js";
import { action, isOngoing, signalsOf, weighSignals } from "../host-evidence.js";
import { step } from "./prevention.js";

/** Connections nobody uses keep their process, its memory and a place below server.maxcommands. */
export const idleOrOrphanSessions: Cause = {
  id: "idle-or-orphan-sessions",
  title: "Sessions that nobody uses any more",
  apart: "They do nothing (state I, Init() rows) and still count; a storm is commands that run.",
  source: "p4 help monitor; Perforce KB 3751 (net.maxwait, keepalive).",
  role: "operation",
  explains: ["connection-storm", "resource-pressure", "oom-kill"],
  category: null,
  resource: (facts) =>
    facts.draft.category === "connection-storm" ? { kind: "server", name: "idle sessions", mode: null } : null,
  weigh(facts) {
    const have = facts.reader.capabilities(facts.draft.serverId);
    const missing = have.has("process-list") ? [] : ["ps or top: the memory of these processes"];
    const crowded = signalsOf(facts, "connection-spike", "refused").length > 0;
    // In an incident of the memory they are one user of it among others.
    const fit = facts.draft.category !== "connection-storm" ? 0.6 : crowded ? 0.6 : 0.9;
    return weighSignals(signalsOf(facts, "idle-leak"), fit, { missing });
  },
  actions: (facts) => [
    action("end-idle", "safe", isOngoing(facts) ? "now" : "was", {
      text: "After a word with their owners, end the oldest: p4 monitor terminate PID. Text of an open form stays on the client's disk.",
      check:
        "p4 monitor show -ale -s I still lists the pid as idle; never svc_* users, rmt-Journal, pull or ldapsync rows.",
      why: "A session blocked on its client ends within db.monitor.interval (30 s); nothing that it wrote is lost.",
    }),
    action("clear-is-no-cure", "never", "now", {
      text: "Do not use p4 monitor clear: it removes the rows, the processes go on.",
      check: "Nothing makes this useful here.",
      why: "What cannot be seen any more cannot be ended either.",
    }),
  ],
  prevention: () => [
    step("Find lost clients early (net.keepalive.idle=180, net.keepalive.interval=20, net.keepalive.count=6)."),
    step(
      "Let programs close their connections. net.maxwait on the server only very large, a day and more: it ends open forms.",
    ),
  ],
};
