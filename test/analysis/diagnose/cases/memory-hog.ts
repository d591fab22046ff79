import { at, command, FULL_LOG } from "../../../support/fake-reader.js";
import { error, figure, host, kernel, osProcess } from "../../../support/host-scene.js";
import { alone, type CauseCases } from "../cause-cases.js";

const capabilities = [...FULL_LOG, "server-errors", "vm-statistics", "process-list"] as const;
const memory = figure("vmstat", "", 5, { memory_total_kb: 64_000_000, memory_available_kb: 800_000 });
const files = command({ commandId: 1, cmd: "user-files", args: "//...", lapseMs: null, startMs: at(100) });

export const cases: CauseCases = {
  category: "oom-kill",
  fires: {
    "one report has most of the memory": () =>
      host(
        {
          capabilities,
          measurements: memory,
          osProcesses: [osProcess({ pid: 5001, rssKb: 45_000_000, atMs: files.startMs + 5000 })],
        },
        [files],
      ),
    "p4d gets no more memory": () => host({ errors: [error(5, "Request too large for server memory (try later?).")] }),
  },
  nearMiss: {
    "killed by the kernel": () =>
      host({ syslog: [kernel(9, "oom", "Out of memory: Killed process 5001 (p4d)", { pid: 5001 })] }, [files]),
    "a group's limit": () => host({ errors: [error(5, "Too much memory used (over 4096); see 'p4 help maxmemory'.")] }),
  },
  cannotTell: {
    "a long report, nothing known of memory": alone({ cmd: "user-files", args: "//depot/x/...", lapseMs: 400_000 }),
  },
};
