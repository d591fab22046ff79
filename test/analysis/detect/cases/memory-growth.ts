import { at, command, FULL_LOG } from "../../../support/fake-reader.js";
import { error, figure, host, kernel, osProcess } from "../../../support/host-scene.js";
import { quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const kill = (name: string, pid = 5001) =>
  kernel(300, "oom", `Out of memory: Killed process ${pid} (${name}) total-vm:91234567kB, anon-rss:61000000kB`, {
    pid,
  });
const memory = (availableKb: number) =>
  figure("vmstat", "", 100, { memory_total_kb: 64_000_000, memory_available_kb: availableKb });
const capabilities = [...FULL_LOG, "server-errors", "vm-statistics", "process-list"] as const;
const big = (command: string) => osProcess({ pid: 5001, command, rssKb: 40_000_000 });

export const cases: DetectorCases = {
  fires: {
    "the kernel kills a p4d": () =>
      host({ syslog: [kill("p4d_1")] }, [command({ commandId: 1, lapseMs: null, cmd: "user-files" })]),
    "the kill names a pid that the log does not": () => host({ syslog: [kill("p4d", 99)] }),
    "systemd tells of the kill": () =>
      host({
        syslog: [
          kernel(300, "oom", "p4d_1.service: A process of this unit has been killed by the OOM killer.", {
            tag: "systemd",
          }),
        ],
      }),
    "a command asked for more memory than there is": () =>
      host({ errors: [error(20, "Request too large for server memory (try later?).")] }),
    "one process has most of the memory and little is left": () =>
      host({ capabilities, measurements: memory(900_000), osProcesses: [big("p4d_1")] }),
    "the log itself tells who took the memory": () =>
      host({ capabilities, measurements: memory(900_000) }, [
        command({ commandId: 1, memMb: 45_000, startMs: at(50) }),
      ]),
  },
  nearMiss: {
    "the kernel kills another program": () => host({ syslog: [kill("php-fpm")] }),
    "a large process while memory is left": () =>
      host({ capabilities, measurements: memory(20_000_000), osProcesses: [big("p4d_1")] }),
    "another program is the large one": () =>
      host({ capabilities, measurements: memory(900_000), osProcesses: [big("java -jar app.jar")] }),
    "a command at its MaxMemory limit": () =>
      host({ errors: [error(20, "Too much memory used (over 4096); see 'p4 help maxmemory'.")] }),
  },
  cannotTell: {
    "no kernel log and no process list": () => quiet([], { capabilities: [...FULL_LOG, "server-errors"] }),
    "nothing at all about memory": () => quiet(),
  },
};
