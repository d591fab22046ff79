import type { Cause } from "../cause.js";
import { action, isOngoing, never, signalsOf, weighSignals } from "../host-evidence.js";
import { step } from "./prevention.js";

/** An orderly stop waits for the writers, keeps everybody out meanwhile, and may give up half way. */
export const adminStopRestartInProgress: Cause = {
  id: "admin-stop-restart-in-progress",
  title: "The server was being stopped or restarted",
  apart: "A crash leaves no stopping lines in the log; p4 failover leaves nearly the same ones, and says failover.",
  source:
    "Perforce KB 521 (shutting down the server); messages of the 2023.2 source (quiescing, downgrading restart to a shutdown).",
  role: "operation",
  explains: ["server-restart", "db-wedge"],
  category: "server-restart",
  weigh: (facts) => weighSignals(signalsOf(facts, "server-restart", "admin-stop"), 0.95),
  actions: (facts) => [
    action("wait", "alert", isOngoing(facts) ? "now" : "was", {
      text: "Let the stop finish: it waits for running writers. After `downgrading restart to a shutdown` the server must be started again by hand.",
      check: "p4 info answers, or systemctl status of the service says that it is down.",
      why: "It takes read locks on all tables first, so it queues behind whoever writes.",
    }),
    never(
      "kill-process",
      "Never kill -9 p4d to speed the stop up.",
      "A writer that is killed can leave a torn database (BTree is corrupt).",
    ),
  ],
  prevention: () => [
    step("Announce restarts, do them when p4 monitor show lists nobody, and look for long writers first."),
    step("Give systemd a long enough TimeoutStopSec, so that it does not kill a server that is still closing."),
  ],
};
