import { at, command, FULL_LOG, ref, server } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import { alone, type CauseCases } from "../cause-cases.js";

const edge = (rcvMs: number, twins: boolean) => () =>
  quiet(
    [1, 2, 3, 4].map((commandId) => command({ commandId, lapseMs: 20_000, user: `u${commandId}` })),
    {
      servers: [server({ role: "edge" }), server({ id: 2, label: "s2", serverId: "commit:1666" })],
      capabilities: (id) => (id === 1 ? [...FULL_LOG, "rpc-track"] : FULL_LOG),
      remoteCalls: [1, 2, 3, 4].map((commandId) => {
        const base = {
          commandId,
          cmd: "user-submit",
          user: `u${commandId}`,
          startMs: at(commandId),
          sndMs: 0,
          ref: ref(),
        };
        return { ...base, commandLapseMs: 20_000, address: "commit:1666", rcvMs };
      }),
      counterparts: twins ? [command({ commandId: 90, serverId: 2, lapseMs: 18_000, lockWaitMs: 17_000 })] : [],
    },
  );

export const cases: CauseCases = {
  category: "replication-stall",
  fires: {
    "submits wait for the commit server": edge(18_500, false),
    "and its log shows the wait": edge(18_500, true),
  },
  nearMiss: { "a small part of the time": edge(6000, false) },
  cannotTell: {
    "a slow command without network figures": alone({ cmd: "user-describe", args: "12", lapseMs: 400_000 }),
  },
};
