import type { CapturedProcess } from "../../../../src/contracts/lock-facts.js";
import { at, type FakeCase, ref } from "../../../support/fake-reader.js";
import { capturedProcess, quiet } from "../../../support/lock-scene.js";
import { serverError } from "../../../support/storm-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const HOUR = 3_600_000;

export const rows = (count: number, over: Partial<CapturedProcess>, more: Partial<FakeCase> = {}) =>
  quiet([], {
    capabilities: ["monitor"],
    capturedProcesses: Array.from({ length: count }, (_, index) =>
      capturedProcess({
        pid: 100 + index,
        user: `u${index % 9}`,
        state: "I",
        cmd: "IDLE",
        args: "none",
        elapsedMs: 9 * HOUR,
        ...over,
      }),
    ),
    ...more,
  });

/** Each of the processes has this part of the memory. */
export const heavy = (count: number, percent: number) =>
  rows(
    count,
    {},
    {
      osProcesses: Array.from({ length: count }, (_, index) => ({
        captureId: 2,
        atMs: at(30),
        pid: 100 + index,
        parentPid: 1,
        state: "S",
        cpuPercent: 0,
        memoryPercent: percent,
        rssKb: 400_000,
        elapsedS: 40_000,
        cpuS: 3,
        user: "perforce",
        command: "p4d_1",
        waitChannel: "-",
        text: "",
        ref: ref(),
      })),
    },
  );

export const refusing = (count: number) =>
  rows(
    count,
    {},
    {
      errors: [
        serverError(20, 7, "Request refused: this server is configured to run a maximum of 150 simultaneous commands."),
      ],
    },
  );

export const cases: DetectorCases = {
  fires: {
    "sixty connections idle for hours": () => rows(60, {}),
    "connections that never got past Init()": () => rows(30, { state: "R", cmd: "Init()", args: "", user: "unknown" }),
    "submits that wait for their client for days": () =>
      rows(4, { state: "R", cmd: "dm-SubmitChange", elapsedMs: 60 * HOUR }),
    "they have much of the memory": () => heavy(60, 2),
  },
  nearMiss: {
    "people at lunch": () => rows(40, {}),
    "idle for minutes": () => rows(300, { elapsedMs: 600_000 }),
    "background rows": () => rows(60, { state: "B", cmd: "pull", args: "-i 1" }),
    "service users": () => rows(60, { user: "svc_replica" }),
    "workers of Swarm": () => rows(60, { user: "swarm" }),
    "new connections": () => rows(30, { state: "R", cmd: "Init()", elapsedMs: 2000 }),
    "one submit left open": () => rows(1, { state: "R", cmd: "dm-SubmitChange", elapsedMs: 60 * HOUR }),
  },
  cannotTell: { "no monitor capture": () => quiet() },
};
