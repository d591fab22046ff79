import { FULL_LOG, server } from "../../../support/fake-reader.js";
import { error, figure, host } from "../../../support/host-scene.js";
import { capturedProcess, quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

interface Position {
  readonly own: number;
  readonly master: number;
  readonly frozenS?: number;
  readonly journal?: number;
}
const pull = (seconds: number, { own, master, frozenS = 2, journal = 1237 }: Position) =>
  figure("pull-state", "", seconds, {
    replica_journal: 1237,
    replica_sequence: own,
    master_journal: journal,
    master_sequence: master,
    behind_bytes: master - own,
    statefile_modified_s: 1_000_000 - frozenS,
    server_time_s: 1_000_000,
  });
const queue = (seconds: number, total: number, active: number) =>
  figure("pull-state", "", seconds, { transfers_active: active, transfers_total: total });
const MB = 1024 ** 2;
const replica = [server({ role: "replica" })];
const pullRow = (args: string) => [capturedProcess({ pid: 14, state: "B", cmd: "pull", args, user: "svc_edge" })];

export const cases: DetectorCases = {
  fires: {
    "far behind": () => host({ measurements: pull(100, { own: 0, master: 900 * MB }) }),
    "the position does not move in two captures": () =>
      host({ measurements: [...pull(0, { own: 50, master: 9000 }), ...pull(900, { own: 50, master: 90_000 })] }),
    "a day without progress, in one capture": () =>
      host({ measurements: pull(100, { own: 50, master: 9000, frozenS: 86_400 }) }),
    "the background row carries the error": () =>
      host({
        capturedProcesses: pullRow("-i 1 Journal file '-' replay failed at line 1!\nBad opcode '17' journal record!"),
      }),
    "the replica's log has the bad record": () =>
      host({ servers: replica, errors: [error(10, "Bad opcode '17' journal record!", { operation: "pull" })] }),
    "a mandatory standby is away": () =>
      host({
        errors: [
          error(10, "Replication to this server is stalled because one or more mandatory standby servers are down."),
        ],
      }),
    "a long queue of archive files that does not get shorter": () =>
      host({ measurements: [...queue(0, 22_000, 4), ...queue(300, 23_500, 4)] }),
    "a few files that nobody fetches": () => host({ measurements: [...queue(0, 169, 0), ...queue(900, 169, 0)] }),
  },
  nearMiss: {
    "twenty megabytes behind": () => host({ measurements: pull(100, { own: 0, master: 20 * MB }) }),
    "behind, and catching up": () =>
      host({
        measurements: [...pull(0, { own: 0, master: 900 * MB }), ...pull(300, { own: 880 * MB, master: 910 * MB })],
      }),
    "an old state file, because nothing is written at night": () =>
      host({ measurements: pull(100, { own: 9000, master: 9000, frozenS: 20_000 }) }),
    "an ordinary background row": () => host({ capturedProcesses: pullRow("-i 1") }),
    "files on their way": () => host({ measurements: [...queue(0, 800, 6), ...queue(300, 120, 6)] }),
    "one transfer that failed and is tried again": () =>
      host({ errors: [error(10, "Transfer of librarian file '//depot/a.bin 1.7' failed.")] }),
  },
  cannotTell: {
    "a master's log says nothing of its replicas": () => quiet([], { capabilities: [...FULL_LOG, "server-errors"] }),
    "nothing about replication": () => quiet(),
  },
};
