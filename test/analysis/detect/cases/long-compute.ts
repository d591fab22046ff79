import type { CommandFact } from "../../../../src/contracts/case-reader.js";
import { at, command, ref } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

export const computing = (count: number, over: Partial<CommandFact> = {}) =>
  quiet(
    Array.from({ length: count }, (_, index) =>
      command({
        commandId: index,
        startMs: at(index * 60),
        lapseMs: 24_000,
        computeMs: 23_000,
        computeRef: ref(),
        cpuMs: 22_800,
        cmd: "user-opened",
        args: "",
        scanRows: 700,
        ...over,
      }),
    ),
  );

export const cases: DetectorCases = {
  fires: {
    "every command of a workspace computes": () => computing(4),
    "one command computes for minutes": () => computing(1, { lapseMs: 96_000, computeMs: 95_000, cpuMs: 94_000 }),
  },
  nearMiss: {
    "two of them, not very long": () => computing(2),
    "it waited for locks meanwhile": () => computing(4, { cpuMs: 900, lockWaitMs: 22_000 }),
    "a scan": () => computing(4, { scanRows: 4_000_000 }),
    "an integrate": () => computing(4, { cmd: "user-integrate", args: "//a/... //b/..." }),
    "busy processors, not its own time": () => computing(4, { cpuMs: 3000 }),
    "short ones": () => computing(9, { lapseMs: 8000, computeMs: 7900, cpuMs: 7800 }),
  },
  cannotTell: {
    "no compute lines (server=2)": () =>
      quiet([], { capabilities: ["command-start", "command-completion", "table-track"] }),
  },
};
