import { at, FULL_LOG, ref } from "../../../support/fake-reader.js";
import { error, figure, host, kernel, load, osProcess, slowCrowd, slowLoad } from "../../../support/host-scene.js";
import { quiet, scene } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const ioErrors = (count: number, device = "sdb") =>
  Array.from({ length: count }, (_, i) =>
    kernel(205 + i, "io-error", `blk_update_request: I/O error, dev ${device}, sector ${2048 + i}`),
  );
const hung = (task: string) =>
  kernel(320, "hung-task", `INFO: task ${task}:4548 blocked for more than 120 seconds.`, { pid: 4548 });
const slowDisk = [210, 220, 230].flatMap((s) => figure("iostat", "dm-3", s, { await_ms: 480, util_percent: 99 }));
const blocked = (count: number) =>
  Array.from({ length: count }, (_, i) => osProcess({ pid: 600 + i, state: "D", atMs: at(210) }));
const df = [
  ...figure("df", "/hxmetadata", 10, { used_percent: 40 }, "/dev/sdb1 515928320 200000000 300000000 40% /hxmetadata"),
  ...figure("df", "/backup", 10, { used_percent: 40 }, "/dev/sdc1 515928320 200000000 300000000 40% /backup"),
];

export const cases: DetectorCases = {
  fires: {
    "I/O errors while everybody is slow": () => host({ syslog: ioErrors(3), load: slowLoad() }, slowCrowd()),
    "the kernel finds p4d itself hung": () => host({ syslog: [hung("p4d_1")] }),
    "p4d gets I/O errors": () => host({ errors: [error(50, "read: /p4/1/root/db.rev: Input/output error")] }),
    "many p4d in state D": () => host({ osProcesses: blocked(8) }),
    "long accesses while everybody is slow": () => host({ measurements: slowDisk, load: slowLoad() }, slowCrowd()),
    "everybody slow, and nothing explains it": () => host({ load: slowLoad() }, slowCrowd()),
    "several lines of a failing disk, and a queue behind a stalled holder": () =>
      scene({
        case: { capabilities: [...FULL_LOG, "syslog"], syslog: ioErrors(5).map((line) => ({ ...line, atMs: at(20) })) },
      }),
    "the log stands still while the disk fails": () =>
      host({
        syslog: ioErrors(2),
        quiet: [{ fromMs: at(200), toMs: at(260), before: ref(), after: ref(), running: 12 }],
      }),
  },
  nearMiss: {
    "a disk in trouble while p4d is fine": () => host({ syslog: ioErrors(3), load: load() }),
    "the disk of the backups, while everybody waits for locks": () =>
      scene({
        case: {
          capabilities: [...FULL_LOG, "syslog"],
          measurements: df,
          syslog: ioErrors(6, "sdc").map((line) => ({ ...line, atMs: at(20) })),
        },
      }),
    "one line of a disk nobody knows, during an ordinary wedge": () =>
      scene({
        case: { capabilities: [...FULL_LOG, "syslog"], syslog: ioErrors(1).map((line) => ({ ...line, atMs: at(20) })) },
      }),
    "an empty DVD drive": () => host({ syslog: ioErrors(4, "sr0"), load: load() }),
    "a busy device with short accesses": () =>
      host({
        measurements: [10, 20, 30].flatMap((s) => figure("iostat", "nvme0n1", s, { await_ms: 2, util_percent: 100 })),
      }),
    "a hung task of another program": () => host({ syslog: [hung("rsync")] }),
    "everybody slow because they wait for locks": () => host({ load: slowLoad({ lockWaitMs: 200_000 }) }, slowCrowd()),
    "everybody slow because the network is": () => host({ load: slowLoad({ peerMs: 200_000 }) }, slowCrowd()),
    "a few large syncs in a quiet minute": () =>
      host(
        { load: slowLoad() },
        slowCrowd().map((one) => (one.lapseMs === 12_000 ? { ...one, cmd: "user-sync" } : one)),
      ),
    "one person's slow commands": () =>
      host(
        { load: slowLoad() },
        slowCrowd().map((one) => ({ ...one, user: "ci" })),
      ),
    "two processes in state D for a moment": () => host({ osProcesses: blocked(2) }),
  },
  cannotTell: {
    "no evidence of the host, and nothing slow": () => quiet(),
    "no log and no host": () => quiet([], { capabilities: ["monitor"] }),
  },
};
