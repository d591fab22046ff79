import type { RemoteCall } from "../../../../src/contracts/case-reader.js";
import { at, command, FULL_LOG, ref, server } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const call = (index: number, over: Partial<RemoteCall> = {}): RemoteCall => ({
  commandId: index,
  cmd: "user-submit",
  user: `user${index}`,
  startMs: at(10 + index),
  commandLapseMs: 20_000,
  address: "commit.example:1666",
  sndMs: 0,
  rcvMs: 18_000,
  ref: ref(),
  ...over,
});
const edge = (count: number, over: Partial<RemoteCall> = {}, twins = false) =>
  quiet(
    Array.from({ length: count }, (_, index) => command({ commandId: index, lapseMs: 20_000 })),
    {
      servers: [server({ role: "edge" }), server({ id: 2, label: "s2", serverId: "commit.example:1666" })],
      capabilities: [...FULL_LOG, "rpc-track"],
      remoteCalls: Array.from({ length: count }, (_, index) => call(index, over)),
      counterparts: twins ? [command({ commandId: 90, serverId: 2, lapseMs: 17_000, lockWaitMs: 16_000 })] : [],
    },
  );

export const cases: DetectorCases = {
  fires: {
    "submits of an edge wait for the commit server": () => edge(4),
    "the commit server's log shows what they waited for": () => edge(4, {}, true),
  },
  nearMiss: {
    "one slow submit": () => edge(1),
    "a small part of long commands": () => edge(6, { commandLapseMs: 120_000 }),
    "background pulls": () => edge(6, { cmd: "rmt-Journal" }),
    "quick answers": () => edge(6, { rcvMs: 900, commandLapseMs: 1000 }),
  },
  cannotTell: { "no network figures in the log": () => quiet() },
};
