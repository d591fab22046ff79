import { error, figure, host, kernel, refused } from "../../../support/host-scene.js";
import { quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const MIN =
  "The filesystem 'P4ROOT' has only 112.4M free, but the server configuration requires at least 250M available.";
const GB = 1024 ** 3;
const p4root = (freeBytes: number, usedPercent: number, seconds = 10) =>
  figure(
    "diskspace",
    "P4ROOT",
    seconds,
    { free_bytes: freeBytes, used_percent: usedPercent },
    "P4ROOT (type ext4 mounted on /hxmetadata) : …",
  );
const df = (mount: string, freeBytes: number, usedPercent: number) =>
  figure(
    "df",
    mount,
    10,
    { free_bytes: freeBytes, used_percent: usedPercent },
    `/dev/sdc1 1 1 1 ${usedPercent}% ${mount}`,
  );

export const cases: DetectorCases = {
  fires: {
    "p4d refuses everybody": () => {
      const { errors, commands } = refused(30, 100, MIN, 12);
      return host({ errors }, commands);
    },
    "the journal cannot be written": () =>
      host({ errors: [error(20, "write: /p4/1/logs/journal: No space left on device")] }),
    "only the system log could still be written": () =>
      host({ syslog: [kernel(30, "disk-full", "write: /p4/1/logs/log: No space left on device", { tag: "p4d" })] }),
    "p4 diskspace shows no room": () => host({ measurements: p4root(100 * 1024 ** 2, 99) }),
    "df shows no room on a volume of the server": () => host({ measurements: df("/hxlogs", 20 * 1024 ** 2, 100) }),
    "a volume fills within the hour": () =>
      host({ measurements: [...p4root(9 * GB, 90, 0), ...p4root(6 * GB, 93, 500)] }),
  },
  nearMiss: {
    "91 % full with plenty of room": () => host({ measurements: p4root(48 * GB, 91) }),
    "the volume of the backups is full": () =>
      host({ measurements: [...p4root(48 * GB, 60), ...df("/backup", 0, 100)] }),
    "another program has no room": () =>
      host({
        syslog: [
          kernel(30, "disk-full", "rsyslogd: file '/var/log/messages': No space left on device", { tag: "rsyslogd" }),
        ],
      }),
    "a small volume with little to hold": () => host({ measurements: df("/p4", 90 * 1024 ** 2, 30) }),
    "a volume that fills slowly": () =>
      host({ measurements: [...p4root(90 * GB, 50, 0), ...p4root(89.9 * GB, 50, 500)] }),
  },
  cannotTell: { "captures of p4 monitor only": () => quiet([], { capabilities: ["monitor"] }) },
};
