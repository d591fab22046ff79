import { clientAddress, networksOf } from "../../base/client-address.js";
import { least, most } from "../../base/extremes.js";
import type { CommandFact } from "../../contracts/case-reader.js";
import type { DetectContext, Fact, Signal } from "../../contracts/signal.js";
import { median } from "./baseline.js";
import { groupBy } from "./group-by.js";
import { fact, hostSignal, spells } from "./host-signal.js";
import { fetchesAnew, likeThese, type PeerWait, peerTime, peerWaits, type TransferLimits } from "./peer-transfers.js";
import { harmOf } from "./slowdown.js";
import { plural, quote, seconds, span } from "./words.js";

export interface PeerSettings extends TransferLimits {
  readonly times: number;
  readonly commands: number;
  readonly clients: number;
  readonly share: number;
  readonly apartMs: number;
  readonly loneMs: number;
}

/** Runs of others that make a comparison. */
const LEAST_RUNS = 5;
/** Its own runs at another time that show that it can be quick. */
const LEAST_HABIT = 3;

/** Commands that waited for their client, seen by the way they came: one client, a proxy, a network. */
export function* peerBound(context: DetectContext, serverId: number, settings: PeerSettings): Iterable<Signal> {
  const waits = peerWaits(context.reader, serverId, settings);
  if (waits.length === 0) return;
  const alike = likeThese(context.reader, serverId, waits);
  const told = new Set<PeerWait>();
  for (const spell of spells(waits, settings.apartMs)) {
    for (const way of ways(spell)) {
      const came = spell.filter((wait) => way.test(wait.command.ip) && !told.has(wait));
      const anew = way.kind === "proxy" && fetchesAnew(context.reader, came);
      const slow = came.filter(({ how }) => how !== "plenty" || anew);
      const own = mostOfTheirKind(slow, alike, way, settings.share);
      if (!isOwnTrouble(own, alike, way, settings)) continue;
      for (const wait of own) told.add(wait);
      yield signalOf(serverId, own, way.kind, way.name, alike);
    }
    const rest = spell.filter((wait) => wait.how === "told" && !told.has(wait));
    yield* loneClients(serverId, rest, alike, settings);
  }
}

interface Way {
  readonly name: string;
  readonly kind: "proxy" | "site" | "client";
  readonly test: (ip: string) => boolean;
}

/** Proxies first, then networks, wide ones before narrow ones. */
function ways(spell: readonly PeerWait[]): Way[] {
  const proxies = new Set<string>();
  const networks = new Set<string>();
  for (const { command } of spell) {
    const { via, client } = clientAddress(command.ip);
    if (via !== null) proxies.add(via);
    for (const network of networksOf(client)) networks.add(network);
  }
  const width = (network: string) => Number(network.slice(network.lastIndexOf("/") + 1));
  const sorted = [...networks].sort((a, b) => width(a) - width(b) || (a < b ? -1 : 1));
  return [
    ...[...proxies].sort().map((name) => {
      return { name, kind: "proxy" as const, test: (ip: string) => clientAddress(ip).via === name };
    }),
    ...sorted.map((name) => {
      return { name, kind: "site" as const, test: (ip: string) => networksOf(clientAddress(ip).client).includes(name) };
    }),
  ];
}

/** Kinds of command most of which were slow that way: small answers arrive in time over a thin line, too. */
function mostOfTheirKind(
  slow: readonly PeerWait[],
  alike: readonly CommandFact[],
  way: Way,
  share: number,
): readonly PeerWait[] {
  const [first] = slow;
  const last = slow.at(-1);
  if (first === undefined || last === undefined) return [];
  const came = alike.filter((one) => way.test(one.ip) && one.startMs >= first.atMs && one.startMs <= last.atMs);
  return slow.filter(({ command: { cmd } }) => {
    const count = slow.filter((wait) => wait.command.cmd === cmd).length;
    return count >= came.filter((one) => one.cmd === cmd).length * share;
  });
}

/**
 * Several clients of one way, and not so before or elsewhere: a distant office that is slow every day has its own habit,
 * and where everybody is slow it is not the way. Time that the log does not explain is the way's only by that contrast.
 */
function isOwnTrouble(
  own: readonly PeerWait[],
  alike: readonly CommandFact[],
  { test }: Way,
  { commands, clients, times }: PeerSettings,
): boolean {
  const first = own[0];
  const last = own.at(-1);
  if (first === undefined || last === undefined || own.length < commands) return false;
  if (new Set(own.map(({ command }) => clientAddress(command.ip).client)).size < clients) return false;
  const cmds = new Set(own.map(({ command }) => command.cmd));
  const during = (one: CommandFact) => one.startMs >= first.atMs && one.startMs <= last.atMs;
  const same = alike.filter((one) => cmds.has(one.cmd));
  const usual = (here: boolean, now: boolean) =>
    same.filter((one) => test(one.ip) === here && during(one) === now).map(peerTime);
  const nowMs = median(usual(true, true));
  const elsewhere = usual(false, true);
  if (elsewhere.length >= LEAST_RUNS && nowMs < median(elsewhere) * times) return false;
  if (own.some(({ how }) => how === "unexplained") && !isQuick(elsewhere, usual(false, false))) return false;
  const before = usual(true, false);
  return before.length >= LEAST_HABIT && nowMs >= median(before) * times;
}

const SLOWER = 2;

/** As quick as at other times: then it is not the server that is slow, and some notice it more than others. */
function isQuick(now: readonly number[], otherwise: readonly number[]): boolean {
  if (now.length < LEAST_RUNS) return false;
  return otherwise.length < LEAST_RUNS || median(now) < median(otherwise) * SLOWER;
}

/** One client's transfers, long enough together that its user noticed, and unlike those of its neighbours. */
function* loneClients(
  serverId: number,
  rest: readonly PeerWait[],
  alike: readonly CommandFact[],
  settings: PeerSettings,
): Iterable<Signal> {
  for (const [ip, list] of groupBy(rest, ({ command }) => command.ip)) {
    const sumMs = list.reduce((sum, one) => sum + one.peerMs, 0);
    if (list.length < settings.clients || sumMs < settings.loneMs) continue;
    const usualMs = usualAround(ip, list, alike);
    if (usualMs === null || median(list.map(({ peerMs }) => peerMs)) < usualMs * settings.times) continue;
    yield signalOf(serverId, list, "client", ip, []);
  }
}

/** What others of the same network, or else all others, waited for the same kinds of command; null: nothing to compare. */
function usualAround(ip: string, list: readonly PeerWait[], alike: readonly CommandFact[]): number | null {
  const cmds = new Set(list.map(({ command }) => command.cmd));
  const others = alike.filter((one) => one.ip !== ip && cmds.has(one.cmd));
  const networks = networksOf(clientAddress(ip).client);
  for (const network of [...networks, null]) {
    const near = others.filter((one) => network === null || networksOf(clientAddress(one.ip).client).includes(network));
    if (near.length >= LEAST_RUNS) return median(near.map(peerTime));
  }
  return null;
}

function signalOf(
  serverId: number,
  own: readonly PeerWait[],
  kind: Way["kind"],
  name: string,
  alike: readonly CommandFact[],
): Signal {
  const commands = own.map(({ command }) => command);
  const [longest] = [...own].sort((a, b) => b.peerMs - a.peerMs);
  const fromMs = least(commands.map((one) => one.startMs));
  const toMs = most(commands.map((one) => one.endMs ?? one.startMs + (one.lapseMs ?? 0)));
  const during = alike.filter((one) => one.startMs >= fromMs && one.startMs <= toMs && !commands.includes(one));
  return hostSignal({
    detector: "peer-bound-command",
    serverId,
    category: "network-stall",
    kind,
    fromMs,
    toMs,
    resource: { kind: "client", name },
    facts: longest === undefined ? [] : [ownFact(own, longest, kind, name), ...elsewhereFacts(own, during)],
    severity: new Set(commands.map((one) => one.user)).size >= 5 ? "major" : null,
    subject: longest?.command ?? null,
    harmed: harmOf(commands),
  });
}

const WHERE = { client: "from", proxy: "by way of the proxy or broker", site: "from network" } as const;

function ownFact(own: readonly PeerWait[], longest: PeerWait, kind: Way["kind"], name: string): Fact {
  const { command } = longest;
  const clients = new Set(own.map((one) => clientAddress(one.command.ip).client)).size;
  const middle = seconds(median(own.map(({ peerMs }) => peerMs)));
  const when = span(own[0]?.atMs ?? longest.atMs, most(own.map(({ atMs, peerMs }) => atMs + peerMs)));
  const whose = `${plural(own.length, "command")} of ${plural(clients, "client")} ${WHERE[kind]} ${quote(name, 60)}`;
  const silent = own.filter(({ how }) => how === "unexplained").length * 2 > own.length;
  const words = silent
    ? `took ${middle} in the middle ${when}, up to ${seconds(longest.peerMs)}, without computing, locks or much to send`
    : `waited ${middle} in the middle for the other side ${when}, up to ${seconds(longest.peerMs)}`;
  const place = command.rpcRef ?? command.trackRef ?? command.endRef ?? command.ref;
  return fact(`${whose} ${words}`, own.length, "commands", place);
}

function elsewhereFacts(own: readonly PeerWait[], during: readonly CommandFact[]): Fact[] {
  const cmds = new Set(own.map(({ command }) => command.cmd));
  const others = during.filter(({ cmd }) => cmds.has(cmd));
  const [other] = others;
  if (other === undefined) return [];
  const words = `${plural(others.length, "transfer")} from elsewhere waited ${seconds(median(others.map(peerTime)))} in the middle`;
  return [fact(words, others.length, "commands", other.rpcRef ?? other.trackRef ?? other.endRef ?? other.ref)];
}
