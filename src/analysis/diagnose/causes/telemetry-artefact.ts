import type { Cause, IncidentFacts } from "../cause.js";
import { action, factsOf, signalsOf } from "../host-evidence.js";
import { duration, fact } from "../wording.js";
import { step } from "./prevention.js";

/** Nothing was wrong with the server: the evidence itself looks odd. */
export const telemetryArtefact: Cause = {
  id: "telemetry-artefact",
  title: "The evidence is odd, not the server",
  apart:
    "Nobody was refused, slow or waiting: only the evidence has a hole, a jump of the clock, or too little logging.",
  source: "go-libp4dlog's notes on log levels; administrator's guide on log rotation.",
  role: "operation",
  explains: ["unknown"],
  category: "unknown",
  weigh(facts) {
    const gaps = signalsOf(facts, "log-gap", "silent", "clock-jump");
    const logging = signalsOf(facts, "logging-misconfigured");
    if (gaps.length + logging.length === 0) return null;
    const jump = gaps.some((signal) => signal.kind === "clock-jump");
    const missing = gaps.length > 0 && !jump ? ["the rotated log before or after the gap"] : [];
    return { fit: jump ? 0.95 : 0.85, for: [...factsOf([...gaps, ...logging]), ...skews(facts)], against: [], missing };
  },
  actions: () => [
    action("collect-again", "observe", "prevention", {
      text: "Collect the log again with its rotations, and look at the clock of the host at that time.",
      check: "The rotated files join without a hole.",
      why: "Lines that are missing look like a server that stood still.",
    }),
  ],
  prevention: () => [
    step("Log completions of commands.", "p4 configure set server=3"),
    step("Log what each command did.", "p4 configure set track=1"),
    step("Rotate the log by renaming it on the same volume (p4 logrotate does not touch the P4LOG); run NTP."),
  ],
};

function skews({ reader, draft }: IncidentFacts) {
  return reader.clockSkews(draft.serverId).map(({ skewMs, ref }) => {
    const way = skewMs > 0 ? "ahead of" : "behind";
    return fact(`a capture's clock was ${duration(Math.abs(skewMs))} ${way} the log's`, skewMs, "ms", ref);
  });
}
