import type { ServerEventFact, SyslogFact } from "../../../../src/contracts/case-reader.js";
import { at, command, ref } from "../../../support/fake-reader.js";
import { event, host, kernel } from "../../../support/host-scene.js";
import { quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const running = (count: number, startS = 280) =>
  Array.from({ length: count }, (_, i) =>
    command({ commandId: 20 + i, startMs: at(startS + (i % 10)), lapseMs: null, user: `u${i}` }),
  );
const case_ = (events: ServerEventFact[], open = 0, syslog: SyslogFact[] = []) =>
  host(
    { events, syslog, quiet: [{ fromMs: at(290), toMs: at(330), before: ref(), after: ref(), running: open }] },
    running(open),
  );
const START = event(330, "starting", "Perforce Server starting 2024/05/14 09:35:30 pid 4000");
const STOP = event(295, "shutdown", "Perforce Server shutdown 2024/05/14 09:34:55 pid 12");

export const cases: DetectorCases = {
  fires: {
    "it started again and had not been stopped": () => case_([START], 14),
    "nobody was working, but transactions were outstanding": () =>
      case_([
        START,
        event(331, "restarted-with-transactions", "Server restarted while 2 transaction(s) outstanding.", [2]),
      ]),
    "the system log tells of a crash": () =>
      case_([START], 3, [
        kernel(292, "segfault", "p4d[123]: segfault at 7f00 ip 00007f error 4 in p4d[400000+1c00000]"),
      ]),
    "the unit failed and the log ends": () =>
      case_([], 9, [
        kernel(300, "p4d-unit-failed", "p4d_1.service: Main process exited, code=killed, status=9/KILL", {
          tag: "systemd",
        }),
      ]),
    "stopped while many worked": () => case_([STOP, START], 12),
    "a restart that did not get through": () =>
      case_([
        event(280, "restarting"),
        event(295, "quiesce-failed", "Perforce Server quiesce failed after 15 seconds."),
        event(296, "downgrading"),
      ]),
  },
  nearMiss: {
    "a restart in good order in a quiet hour": () => case_([STOP, START], 1),
    "the first line of a log": () => host({ events: [event(0, "starting")] }),
    "a crash of another program": () =>
      case_([], 0, [kernel(292, "segfault", "python3[99]: segfault at 0 ip 00 error 4 in libc.so")]),
    "a start long after the last line": () =>
      host({
        window: { firstMs: at(0), lastMs: at(9000) },
        events: [event(8000, "starting")],
        quiet: [{ fromMs: at(600), toMs: at(8000), before: ref(), after: ref(), running: 0 }],
      }),
    "a stop at the end of the log, nobody working": () => case_([STOP]),
  },
  cannotTell: { "only captures": () => quiet([], { capabilities: ["monitor", "lslocks"] }) },
};
