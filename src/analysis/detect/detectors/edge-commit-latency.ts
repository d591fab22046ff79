import { z } from "zod";
import { least, most } from "../../../base/extremes.js";
import { classify } from "../../../base/perforce-command.js";
import type { CommandFact, RemoteCall } from "../../../contracts/case-reader.js";
import type { DetectContext, Detector, Fact, Signal } from "../../../contracts/signal.js";
import { fact, hostSignal, near } from "../host-signal.js";
import { clock, plural, quote, seconds } from "../words.js";

const settingsSchema = z.strictObject({
  waitMs: z.number().int().positive().default(5000).describe("a call to another server that takes this long"),
  share: z.number().positive().max(1).default(0.7).describe("part of the command's lapse that the call takes"),
  commands: z.number().int().positive().default(3).describe("commands that waited so for the same server"),
});
type Settings = z.infer<typeof settingsSchema>;

/** An edge waits for its commit server; what that did meanwhile is followed into its log where that is there. */
export const edgeCommitLatency: Detector<Settings> = {
  id: "edge-commit-latency",
  title: "Edge waits for its commit server",
  question: "Did commands of this server spend their time waiting for another server?",
  needs: [],
  needsAny: ["rpc-track"],
  settings: settingsSchema,
  falseAlarms:
    "Commands that transfer much through the commit server on purpose (a submit of large files). Never counted: background pulls, forms that wait for a person, calls that take a small part of a command.",
  source: "Track output `--- rpc (address) ... snd/rcv`; Perforce KB 3847 (commit-edge latency).",
  *detect(context, serverId, settings) {
    const calls = context.reader
      .remoteCalls(serverId, settings.waitMs, 2000)
      .filter((call) => dominates(call, settings));
    for (const address of new Set(calls.map((call) => call.address))) {
      const own = calls.filter((call) => call.address === address);
      const commands = new Set(own.map((call) => call.commandId));
      if (commands.size >= settings.commands) yield latency(context, serverId, address, own);
    }
  },
};

function dominates(call: RemoteCall, { share }: Settings): boolean {
  const kind = classify(call.cmd, "");
  if (kind === "background") return false;
  if (/auth/i.test(call.address)) return false; // rpc (auth): authentication-time asks about it
  return call.commandLapseMs !== null && call.sndMs + call.rcvMs >= call.commandLapseMs * share;
}

function latency(context: DetectContext, serverId: number, address: string, calls: readonly RemoteCall[]): Signal {
  const waited = (call: RemoteCall) => call.sndMs + call.rcvMs;
  const longest = calls.reduce((a, b) => (waited(b) > waited(a) ? b : a));
  const fromMs = least(calls.map((call) => call.startMs));
  const toMs = most(calls.map((call) => call.startMs + (call.commandLapseMs ?? 0)));
  const users = new Set(calls.map((call) => call.user)).size;
  const harmed = calls.flatMap(({ commandId, user, startMs }) => {
    const pid = context.reader.command(commandId)?.pid;
    return pid === undefined ? [] : [{ pid, user, atMs: startMs }];
  });
  const words = `${plural(calls.length, "command")} of ${plural(users, "user")} waited for the server at ${quote(address, 60)}, the longest (${quote(longest.cmd, 40)} at ${clock(longest.startMs)}) for ${seconds(waited(longest))} of its ${seconds(longest.commandLapseMs ?? 0)}`;
  return hostSignal({
    detector: "edge-commit-latency",
    serverId,
    category: "replication-stall",
    kind: context.reader.serverAt(address) === null ? "unseen-upstream" : "upstream",
    fromMs,
    toMs,
    resource: { kind: "server", name: address },
    facts: [fact(words, waited(longest), "ms", longest.ref), ...upstream(context, longest, { fromMs, toMs })],
    severity: null,
    harmed,
  });
}

/** What the other server did meanwhile: contention of its own, slow work, or an answer at once (then the way is slow). */
function upstream(context: DetectContext, call: RemoteCall, span: { fromMs: number; toMs: number }): Fact[] {
  const { reader } = context;
  const other = reader.serverAt(call.address);
  if (other === null) return [];
  const facts: Fact[] = [];
  const name = reader.servers().find((one) => one.id === other)?.label ?? call.address;
  for (const cluster of context
    .locks(other)
    .clusters.filter((one) => near(one, span, 1000))
    .slice(0, 2)) {
    const ref = cluster.victims[0]?.refs[0];
    if (ref === undefined || cluster.victims.length < 3) continue;
    const words = `on server ${name} ${cluster.victims.length} commands waited for locks at that time`;
    facts.push(fact(words, cluster.victims.length, "commands", ref));
  }
  const twin: CommandFact | undefined = reader.remoteCounterparts(call)[0];
  if (twin !== undefined) {
    const waits = twin.lockWaitMs > 0 ? `, ${seconds(twin.lockWaitMs)} of it waiting for locks` : "";
    const words = `on server ${name} that command was ${quote(twin.cmd, 40)} (pid ${twin.pid}) and took ${seconds(twin.lapseMs ?? 0)}${waits}`;
    facts.push(fact(words, twin.lapseMs, "ms", twin.endRef ?? twin.ref));
  }
  return facts;
}
