import { command } from "../../../support/fake-reader.js";
import { host, kernel } from "../../../support/host-scene.js";
import { alone, type CauseCases } from "../cause-cases.js";

const kill = (name: string, pid: number) =>
  kernel(9, "oom", `Out of memory: Killed process ${pid} (${name}) total-vm:91234567kB`, { pid });

export const cases: CauseCases = {
  category: "oom-kill",
  fires: {
    "a command of the log": () => host({ syslog: [kill("p4d_1", 5001)] }, [command({ commandId: 1, lapseMs: null })]),
    "a p4d that the log does not know": () => host({ syslog: [kill("p4d", 44)] }),
  },
  nearMiss: { "another program": () => host({ syslog: [kill("php-fpm", 77)] }) },
  cannotTell: {
    "a command that never ended, and no kernel log": alone({
      cmd: "user-files",
      args: "//depot/x/...",
      lapseMs: 400_000,
    }),
  },
};
