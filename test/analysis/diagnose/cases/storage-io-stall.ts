import { at, FULL_LOG } from "../../../support/fake-reader.js";
import { error, figure, host, kernel, load, slowCrowd, slowLoad } from "../../../support/host-scene.js";
import { scene } from "../../../support/lock-scene.js";
import type { CauseCases } from "../cause-cases.js";

const lines = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    kernel(205 + i, "io-error", `blk_update_request: I/O error, dev sdb, sector ${i}`),
  );

export const cases: CauseCases = {
  category: "storage-stall",
  fires: {
    "I/O errors while everybody is slow": () => host({ syslog: lines(3), load: slowLoad() }, slowCrowd()),
    "p4d itself hung in the kernel": () =>
      host({
        syslog: [kernel(320, "hung-task", "INFO: task p4d:4548 blocked for more than 120 seconds.", { pid: 4548 })],
      }),
    "p4d gets I/O errors on a table": () =>
      host({ errors: [error(50, "read: /p4/1/root/db.rev: Input/output error")] }),
    "long accesses to the device": () =>
      host(
        { measurements: [210, 220].flatMap((s) => figure("iostat", "dm-3", s, { await_ms: 700 })), load: slowLoad() },
        slowCrowd(),
      ),
  },
  nearMiss: {
    "an ordinary wedge, and one line of a disk nobody knows": () =>
      scene({ case: { capabilities: [...FULL_LOG, "syslog"], syslog: [{ ...lines(1)[0], atMs: at(20) } as never] } }),
    "a disk in trouble that p4d does not feel": () => host({ syslog: lines(3), load: load() }),
  },
  cannotTell: {
    "commands that nobody's evidence explains": () => scene({ roots: [], victims: [{ root: null, waitMs: 40_000 }] }),
  },
};
