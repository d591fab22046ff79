import type { CommandFact, LogLoss } from "../../../../src/contracts/case-reader.js";
import { COMMAND_FLAG } from "../../../../src/contracts/record-batch.js";
import { at, command, ref } from "../../../support/fake-reader.js";
import { capturedProcess, quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const one = (over: Partial<CommandFact>) => () => quiet([command({ commandId: 1, lapseMs: 300_000, ...over })]);
const open = (
  over: Partial<CommandFact>,
  seconds = 700,
  rows: ReturnType<typeof capturedProcess>[] = [],
  losses: LogLoss[] = [],
) =>
  quiet([command({ commandId: 1, lapseMs: null, cmd: "user-files", args: "//...", ...over })], {
    window: { firstMs: at(0), lastMs: at(seconds) },
    capturedProcesses: rows,
    losses,
  });

export const cases: DetectorCases = {
  fires: {
    "a query that computes": one({ cpuMs: 280_000 }),
    "an upload that takes minutes": one({ cmd: "dm-SubmitChange", rpcRcvMs: 290_000, rpcMb: 4000 }),
    "a sync over a bad line": one({ cmd: "user-sync", rpcSndMs: 290_000, rpcMb: 40 }),
    "a sync that says nothing for ten minutes": one({ cmd: "user-sync", lapseMs: 600_000 }),
    "a command held up by its trigger": one({ cmd: "user-change", args: "-i", triggerMs: 250_000 }),
    "a sync that computes": one({ cmd: "user-sync", cpuMs: 200_000 }),
    "a query still running at the end": () => open({}),
    "still running, and monitor shows it": () => open({}, 700, [capturedProcess({ pid: 5001, takenMs: at(690) })]),
  },
  nearMiss: {
    "just under the limit": one({ lapseMs: 99_900, cpuMs: 90_000 }),
    "waited for somebody else": one({ lockWaitMs: 290_000 }),
    "a sync that moves data at a fair rate": one({ cmd: "user-sync", rpcSndMs: 290_000, rpcMb: 6000 }),
    "a parallel sync": one({ cmd: "user-sync", args: "--parallel=threads=8 //...", rpcSndMs: 290_000, rpcMb: 90 }),
    "its transfer child": one({ cmd: "user-transmit", args: "-t208015 -b8 -s524288", rpcSndMs: 290_000 }),
    "a nightly verify": one({ cmd: "user-verify", args: "-q //...", cpuMs: 250_000 }),
    "an open form": one({ cmd: "user-change", args: "", rpcRcvMs: 299_000 }),
    "an open form without an rpc line": one({ cmd: "user-client", args: "ines_ws" }),
    "a password prompt": one({ cmd: "user-login", args: "" }),
    "a long poll of a replica": one({ cmd: "rmt-Journal", rpcSndMs: 0 }),
    "a client that digests its files": one({ cmd: "user-reconcile", rpcRcvMs: 280_000 }),
    "an idle connection": () => open({ cmd: "IDLE", args: "" }),
    "open for a short time only": () => open({}, 500),
    "open, but monitor does not know it any more": () =>
      open({}, 700, [capturedProcess({ pid: 77, takenMs: at(650) })]),
    "open, but its pid was used again": () => open({ flags: COMMAND_FLAG.hasStart | COMMAND_FLAG.supplanted }),
    "open since before lines of the log were lost": () =>
      open({}, 700, [], [{ kind: "cut-short", fromMs: at(200), toMs: at(260), ref: ref() }]),
    "a completion whose start nobody has": one({ cmd: "", flags: COMMAND_FLAG.anonymous, cpuMs: 280_000 }),
    "a checkpoint that nobody waited for": one({ cmd: "user-admin", args: "checkpoint -Z", cpuMs: 280_000 }),
    "a sync still running": () => open({ cmd: "user-sync" }),
    "a submit form left open": () => open({ cmd: "user-submit", args: "" }),
  },
  cannotTell: {
    "a log without completions": () => quiet([], { capabilities: ["command-start", "table-track"] }),
  },
};
