import { addressIn, clientAddress, networksOf } from "../../base/client-address.js";
import type { ServerEventFact } from "../../contracts/case-reader.js";
import type { EvidenceRef } from "../../contracts/lock-facts.js";
import type { DetectContext, Fact, HarmedCommand, Signal } from "../../contracts/signal.js";
import { median } from "./baseline.js";
import { groupBy } from "./group-by.js";
import { fact, hostSignal, spells } from "./host-signal.js";
import { knownErrors } from "./server-errors.js";
import { plural, quote, span } from "./words.js";

export interface DisconnectSettings {
  readonly lostClients: number;
  readonly lostWithinMs: number;
  readonly lostTimes: number;
}

/** A client that is gone: when, from where, and the line that says so. */
interface Loss {
  readonly atMs: number;
  readonly client: string;
  readonly pid: number | null;
  readonly user: string;
  readonly text: string;
  readonly ref: EvidenceRef;
}

/** Many clients of one network gone within a minute, while the server and everybody else go on. */
export function* massDisconnects(
  context: DetectContext,
  serverId: number,
  settings: DisconnectSettings,
): Iterable<Signal> {
  const losses = lossesOf(context, serverId);
  const told = new Set<Loss>();
  for (const network of networksByWidth(losses)) {
    const own = losses.filter((loss) => inNetwork(loss.client, network) && !told.has(loss));
    for (const burst of burstsOf(own, usualIn(context, serverId, own), settings)) {
      if (!isOnly(burst, losses)) continue;
      if (hasLifeCycle(context, serverId, burst) || !othersGoOn(context, serverId, burst, network)) continue;
      if (areStillThere(context, serverId, burst)) continue;
      for (const loss of burst) told.add(loss);
      yield signalOf(serverId, burst, network);
    }
  }
}

const MOST_COMMANDS = 50_000;

function lossesOf({ reader }: DetectContext, serverId: number): Loss[] {
  const errors = knownErrors(reader, serverId, "peer-lost");
  const events = reader.events(serverId).filter(({ kind }) => kind === "removed-from-monitor");
  const first = Math.min(errors[0]?.atMs ?? Number.POSITIVE_INFINITY, events[0]?.atMs ?? Number.POSITIVE_INFINITY);
  const window = reader.window(serverId);
  if (!Number.isFinite(first) || window === null) return [];
  const running = reader.commandsDuring(serverId, first - 60_000, window.lastMs, MOST_COMMANDS);
  const byPid = groupBy(running, ({ pid }) => pid);
  const own = (pid: number | null, atMs: number) =>
    pid === null
      ? undefined
      : byPid.get(pid)?.find((one) => one.startMs <= atMs + 1000 && (one.endMs ?? atMs) >= atMs - 60_000);
  const fromErrors = errors.flatMap((error): Loss[] => {
    const command = own(error.pid, error.atMs);
    const client = addressIn(error.text) ?? (command === undefined ? null : clientAddress(command.ip).client);
    return client === null ? [] : [{ ...error, client, user: command?.user ?? "" }];
  });
  return [...fromErrors, ...events.flatMap(vanished)].sort((a, b) => a.atMs - b.atMs);
}

/** 2024/05/14 09:31:10 pid 77 ines@ines_ws 10.9.8.7 [P4V/v93] 'IDLE' exited unexpectedly, removed from monitor table. */
const START_LINE = /^\S{8,12} \S{8} pid \d{1,10} ([^ @]{0,200})@\S{0,300} (\S{1,100}) \[/;

function vanished(event: ServerEventFact): Loss[] {
  const match = START_LINE.exec(event.text.trim().slice(0, 1000));
  if (match === null) return [];
  const client = clientAddress(match[2] ?? "").client;
  return [{ atMs: event.atMs, client, pid: event.pid, user: match[1] ?? "", text: event.text.trim(), ref: event.ref }];
}

/** Narrow ones first: a burst is told of the smallest network that had most of it. */
function networksByWidth(losses: readonly Loss[]): string[] {
  const names = new Set(losses.flatMap(({ client }) => networksOf(client)));
  return [...names].sort((a, b) => prefix(b) - prefix(a) || (a < b ? -1 : 1));
}

function prefix(network: string): number {
  return Number(network.slice(network.lastIndexOf("/") + 1)); // 10.20.0.0/16
}

function inNetwork(client: string, network: string): boolean {
  return networksOf(client).includes(network);
}

const MINUTE_MS = 60_000;

/** Losses in an ordinary minute: single clients go all day long. */
function usualIn({ reader }: DetectContext, serverId: number, own: readonly Loss[]): number {
  const window = reader.window(serverId);
  if (window === null) return 0;
  const minutes = new Array<number>(Math.max(1, Math.ceil((window.lastMs - window.firstMs + 1) / MINUTE_MS))).fill(0);
  for (const { atMs } of own) {
    const minute = Math.floor((atMs - window.firstMs) / MINUTE_MS);
    if (minute >= 0 && minute < minutes.length) minutes[minute] = (minutes[minute] ?? 0) + 1;
  }
  return median(minutes);
}

/** Runs of losses in which enough different clients went within `lostWithinMs`. */
function burstsOf(own: readonly Loss[], usual: number, settings: DisconnectSettings): Loss[][] {
  const least = Math.max(settings.lostClients, usual * settings.lostTimes);
  const dense = new Set<Loss>();
  let start = 0;
  for (let end = 0; end < own.length; end++) {
    const last = own[end] as Loss;
    while (last.atMs - (own[start] as Loss).atMs > settings.lostWithinMs) start++;
    const within = own.slice(start, end + 1);
    if (new Set(within.map(({ client }) => client)).size >= least) for (const loss of within) dense.add(loss);
  }
  return spells([...dense], settings.lostWithinMs);
}

/** Most of what was lost at that time: where all networks lose clients, it is not the network. */
function isOnly(burst: readonly Loss[], losses: readonly Loss[]): boolean {
  const [from, to] = [burst[0]?.atMs ?? 0, burst.at(-1)?.atMs ?? 0];
  return burst.length * 2 > losses.filter(({ atMs }) => atMs >= from && atMs <= to).length;
}

const LIFE_CYCLE = new Set([
  "starting",
  "shutdown",
  "restarting",
  "restarted",
  "quiescing",
  "stopping-server",
  "failover",
]);
const AROUND_MS = 120_000;

/** A server that stops or starts loses its clients too. */
function hasLifeCycle({ reader }: DetectContext, serverId: number, burst: readonly Loss[]): boolean {
  const [from, to] = [burst[0]?.atMs ?? 0, burst.at(-1)?.atMs ?? 0];
  return reader
    .events(serverId)
    .some(({ kind, atMs }) => LIFE_CYCLE.has(kind) && atMs >= from - AROUND_MS && atMs <= to + AROUND_MS);
}

const OTHERS = 3;

function othersGoOn({ reader }: DetectContext, serverId: number, burst: readonly Loss[], network: string): boolean {
  const [from, to] = [burst[0]?.atMs ?? 0, burst.at(-1)?.atMs ?? 0];
  const during = reader.commandsDuring(serverId, from, to + 60_000, 5000);
  const others = during.filter(
    ({ ip, endMs }) => endMs !== null && endMs >= from && !inNetwork(clientAddress(ip).client, network),
  );
  return others.length >= OTHERS;
}

const SOON_MS = 30_000;
const A_MOMENT_MS = 5000;

/**
 * Clients that gave up on a command are not lost: others of their commands go on, or they soon begin another. A third of
 * them is enough to say that the way was open.
 */
function areStillThere({ reader }: DetectContext, serverId: number, burst: readonly Loss[]): boolean {
  const lostAt = new Map<string, number>();
  for (const { client, atMs } of burst) if (!lostAt.has(client)) lostAt.set(client, atMs);
  const [from, to] = [burst[0]?.atMs ?? 0, burst.at(-1)?.atMs ?? 0];
  const back = new Set<string>();
  for (const { ip, startMs, endMs } of reader.commandsDuring(serverId, from, to + SOON_MS, MOST_COMMANDS)) {
    const { client } = clientAddress(ip);
    const atMs = lostAt.get(client);
    if (atMs === undefined) continue;
    const begins = startMs > atMs + A_MOMENT_MS && startMs <= atMs + SOON_MS;
    const goesOn = startMs < atMs - A_MOMENT_MS && endMs !== null && endMs > atMs + A_MOMENT_MS;
    if (begins || goesOn) back.add(client);
  }
  return back.size * 3 >= lostAt.size;
}

function signalOf(serverId: number, losses: readonly Loss[], network: string): Signal {
  const [fromMs, toMs] = [losses[0]?.atMs ?? 0, losses.at(-1)?.atMs ?? 0];
  const users = new Set(losses.map(({ user }) => user).filter((user) => user !== "")).size;
  return hostSignal({
    detector: "peer-bound-command",
    serverId,
    category: "network-stall",
    kind: "mass-disconnect",
    fromMs,
    toMs,
    resource: { kind: "client", name: network },
    facts: factsOf(losses, network, { fromMs, toMs }),
    severity: users >= 5 || losses.length >= 20 ? "major" : null,
    harmed: losses.flatMap(({ pid, user, atMs }): HarmedCommand[] => (pid === null ? [] : [{ pid, user, atMs }])),
  });
}

function factsOf(losses: readonly Loss[], network: string, { fromMs, toMs }: { fromMs: number; toMs: number }): Fact[] {
  const first = losses[0];
  if (first === undefined) return [];
  const clients = new Set(losses.map(({ client }) => client)).size;
  const words = `${plural(clients, "client")} of network ${network} lost their connections ${span(fromMs, toMs)}, while the server and other networks went on`;
  return [
    fact(words, clients, "clients", first.ref),
    fact(`the server logged: ${quote(first.text, 160)}`, null, null, first.ref),
  ];
}
