import { clientAddress } from "../../base/client-address.js";
import { classify, isInteractive, isParallelTransfer } from "../../base/perforce-command.js";
import { proxyTrouble } from "../../base/proxy-health.js";
import type { CaseReader, CommandFact } from "../../contracts/case-reader.js";
import { reach } from "./host-signal.js";

/** What a command waited for the other side. */
export interface PeerWait {
  readonly command: CommandFact;
  readonly atMs: number;
  readonly peerMs: number;
  /**
   * `told`: the log says it waited, and little went over. `plenty`: it waited, and much went over. `unexplained`: no rpc
   * line, and neither computing nor locks nor triggers account for the time.
   */
  readonly how: "told" | "plenty" | "unexplained";
}

export interface TransferLimits {
  readonly peerMs: number;
  readonly minMbPerS: number;
}

const MOST_COMMANDS = 20_000;
const TRANSFERS = ["user-sync", "user-update", "user-print"];

/**
 * Commands that waited at least `peerMs` for their client, in order of time. The default track levels tell the network
 * time only of commands that moved 10,000 messages or 100 MB (log-format R4): a slow sync of less has no rpc line.
 */
export function peerWaits(reader: CaseReader, serverId: number, limits: TransferLimits): PeerWait[] {
  const told = reader
    .commandsBy(serverId, "peer", limits.peerMs, MOST_COMMANDS)
    .flatMap((command) => toldWait(command, limits) ?? []);
  // Nobody waited longer than it ran.
  const silent = reader
    .commandsNamed(serverId, TRANSFERS, MOST_COMMANDS, limits.peerMs)
    .filter((command) => !tellsPeer(command) && isFinishedTransfer(command))
    .map((command) => waitOf(command, "unexplained"))
    .filter(({ command, peerMs }) => peerMs >= limits.peerMs && isMostlyPeer(command, peerMs));
  return [...told, ...silent].sort((a, b) => a.atMs - b.atMs || a.command.commandId - b.command.commandId);
}

function toldWait(command: CommandFact, { minMbPerS }: TransferLimits): PeerWait | null {
  const peerMs = peerTime(command);
  if (!isFinishedTransfer(command) || !isMostlyPeer(command, peerMs)) return null;
  return waitOf(command, ((command.rpcMb ?? 0) * 1000) / Math.max(peerMs, 1) < minMbPerS ? "told" : "plenty");
}

function isMostlyPeer({ lapseMs, lockWaitMs }: CommandFact, peerMs: number): boolean {
  return lapseMs !== null && peerMs * 2 >= lapseMs && lockWaitMs * 5 < lapseMs;
}

function waitOf(command: CommandFact, how: PeerWait["how"]): PeerWait {
  return { command, atMs: command.startMs, peerMs: peerTime(command), how };
}

/** Kinds whose waiting for the peer is the network's or the client's, not a person's or the work's. */
function isFinishedTransfer({ cmd, args, lapseMs }: CommandFact): boolean {
  if (lapseMs === null || isInteractive(cmd, args) || isParallelTransfer(cmd, args)) return false;
  const kind = classify(cmd, args);
  return kind === "transfer" || kind === "report";
}

function tellsPeer({ rpcSndMs, rpcRcvMs }: CommandFact): boolean {
  return rpcSndMs !== null || rpcRcvMs !== null;
}

/** Of a command without an rpc line: as much as it can have been. */
export function peerTime(command: CommandFact): number {
  if (tellsPeer(command)) return (command.rpcSndMs ?? 0) + (command.rpcRcvMs ?? 0);
  const { lapseMs, lockWaitMs, cpuMs, triggerMs, pausedMs } = command;
  return Math.max(0, (lapseMs ?? 0) - lockWaitMs - (cpuMs ?? 0) - triggerMs - (pausedMs ?? 0));
}

/** All transfers and reports of these names, for comparison. */
export function likeThese(reader: CaseReader, serverId: number, waits: readonly PeerWait[]): CommandFact[] {
  const cmds = [...new Set(waits.map(({ command }) => command.cmd))];
  return reader.commandsNamed(serverId, cmds, MOST_COMMANDS).filter(isFinishedTransfer);
}

/** Its own log shows that it does not serve out of its cache: then much traffic at a fair rate is the trouble itself. */
export function fetchesAnew(reader: CaseReader, waits: readonly PeerWait[]): boolean {
  const proxied = waits.filter(({ command }) => clientAddress(command.ip).via !== null);
  if (proxied.length === 0) return false;
  const { fromMs, toMs } = reach(proxied.map(({ atMs, peerMs }) => ({ fromMs: atMs, toMs: atMs + peerMs })));
  return proxyTrouble(reader, fromMs, toMs) !== null;
}
