import { z } from "zod";
import type { Detector } from "../../../contracts/signal.js";
import { massDisconnects } from "../mass-disconnect.js";
import { peerBound } from "../peer-groups.js";

const whole = z.number().int().positive();
const positive = z.number().positive();
const settingsSchema = z.strictObject({
  peerMs: whole.default(10_000).describe("a command that waited this long for its client"),
  minMbPerS: positive.default(2).describe("and moved less than this meanwhile has a slow client or network"),
  times: positive.default(4).describe("times what is usual there, and elsewhere at that time"),
  commands: whole.default(5).describe("such commands of one proxy or network"),
  clients: whole.default(3).describe("different clients of it; commands of a single client"),
  share: z.number().min(0.1).max(1).default(0.5).describe("part of its transfers at that time"),
  apartMs: whole.default(300_000).describe("commands at most this far apart are one spell"),
  loneMs: whole.default(100_000).describe("waiting of a single client, in all, that is worth telling"),
  lostClients: whole.default(5).describe("clients of one network that vanish together"),
  lostWithinMs: whole
    .default(60_000)
    .describe("losses at most this far apart are one burst: the monitor finds them late"),
  lostTimes: positive.default(10).describe("times the usual rate of lost connections"),
});
type Settings = z.infer<typeof settingsSchema>;

/** The server has nothing to do but to wait for the other side. */
export const peerBoundCommand: Detector<Settings> = {
  id: "peer-bound-command",
  title: "Network- or client-bound commands",
  question:
    "Did commands wait for their clients: one client, all behind a proxy, a whole network, or did a network vanish?",
  needs: ["command-start", "command-completion"],
  needsAny: ["rpc-track", "server-errors"],
  settings: settingsSchema,
  falseAlarms:
    "A distant site that is slow in the whole log and has nothing to compare with. Never counted: uploads of submits, clients that digest their files, open forms, parallel syncs, transfers at a fair rate, clients that disconnect one by one, losses while the server stopped or started.",
  source:
    "snd/rcv of `--- rpc` lines: time blocked sending to and waiting for the peer. Perforce KB on network performance: only certain addresses or proxies are affected. Messages `Connection from ... broken`, `removed from monitor table`.",
  *detect(context, serverId, settings) {
    yield* peerBound(context, serverId, settings);
    yield* massDisconnects(context, serverId, settings);
  },
};
