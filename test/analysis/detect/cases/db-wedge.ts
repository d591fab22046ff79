import { at } from "../../../support/fake-reader.js";
import { capturedLock, capturedProcess, quiet, scene } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const waiters = (pids: readonly number[], captureId = 1) =>
  pids.map((pid) => capturedLock({ pid, waiting: true, blockerPid: 5010, captureId, takenMs: at(30 + captureId) }));

export const cases: DetectorCases = {
  fires: {
    "three writers behind one reader": () => scene(),
    "one command that waited twenty seconds": () => scene({ victims: [{ waitMs: 20_000 }] }),
    "many medium waits that add up": () =>
      scene({ victims: Array.from({ length: 15 }, () => ({ waitMs: 4000 })), cluster: { convoy: true } }),
    "waits without any known holder": () =>
      scene({
        roots: [],
        victims: [{ root: null }, { root: null }, { root: null }],
        cluster: { unexplainedMs: 90_000 },
      }),
    "waiters seen only in a capture, running for long by monitor": () =>
      scene({
        roots: [{ origin: "captured", heldMs: null }],
        victims: [{ waitMs: 0 }, { waitMs: 0 }, { waitMs: 0 }],
        case: {
          capabilities: ["lslocks", "monitor"],
          capturedLocks: waiters([5100, 5101, 5102]),
          capturedProcesses: [5100, 5101, 5102].map((pid) => capturedProcess({ pid, elapsedMs: 45_000 })),
        },
      }),
  },
  nearMiss: {
    "nobody waits": () => quiet(),
    "one short wait": () => scene({ victims: [{ waitMs: 19_999 }] }),
    "a pile of waits, none of them long": () =>
      scene({ victims: [{ waitMs: 4000 }, { waitMs: 4000 }, { waitMs: 4000 }] }),
    "two waits of some seconds": () => scene({ victims: [{ waitMs: 8000 }, { waitMs: 8000 }] }),
    "hundreds of waits under a second": () =>
      scene({ victims: Array.from({ length: 300 }, () => ({ waitMs: 900 })), cluster: { convoy: true } }),
    "the queue of one workspace": () => scene({ cluster: { scope: "client" } }),
    "waiters in a capture that had only just started": () =>
      scene({
        roots: [{ origin: "captured", heldMs: null }],
        victims: [{ waitMs: 0 }, { waitMs: 0 }, { waitMs: 0 }],
        case: {
          capturedLocks: waiters([5100, 5101, 5102]),
          capturedProcesses: [5100, 5101, 5102].map((pid) => capturedProcess({ pid, elapsedMs: 1000 })),
        },
      }),
  },
  cannotTell: {
    "a log without track output and no captures": () =>
      quiet([], { capabilities: ["command-start", "command-completion", "monitor"] }),
  },
};
