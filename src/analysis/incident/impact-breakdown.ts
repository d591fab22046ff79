import { clientAddress, networksOf } from "../../base/client-address.js";
import type { IncidentDraft } from "../../contracts/incident-draft.js";
import type { ImpactBreakdown, ImpactShare, WithoutRoot } from "../../contracts/report-model.js";
import type { DetectContext, HarmedCommand } from "../../contracts/signal.js";

/** One hurt command, wherever it is known from. */
interface Sufferer {
  readonly user: string;
  readonly app: string;
  readonly ip: string;
  readonly blockedMs: number;
}

/** Splits an incident's victims, or the commands it hurt otherwise, by user, program and place. Empty lists: nobody known. */
export function breakDownImpact(draft: IncidentDraft, context: DetectContext): ImpactBreakdown {
  const waiting = waitingOnes(draft, context);
  const sufferers = waiting.length > 0 ? waiting : harmedOnes(draft, context);
  return {
    byUser: shares(sufferers, ({ user }) => user),
    byApplication: shares(sufferers, ({ app }) => programOf(app)),
    byPlace: shares(sufferers, ({ ip }) => placeOf(ip)),
    without: withoutRoots(draft, context),
  };
}

/** What each root cost. Of alternatives only the named one: just one of them was it. */
function withoutRoots({ cluster, root, serverId, impact }: IncidentDraft, context: DetectContext): WithoutRoot[] {
  if (cluster === null || root === null) return [];
  const { actors } = context.locks(serverId);
  return (cluster.tie ? [root] : cluster.roots).flatMap(({ actor, object, freedCommands, avoidableMs }) => {
    if (freedCommands === undefined || avoidableMs === undefined) return [];
    const { pid = null, user = "", cmd = "" } = actors.get(actor) ?? {};
    const saved = Math.min(avoidableMs, impact.blockedMs) / 1000;
    const freed = Math.min(freedCommands, impact.blockedCommands);
    return [{ pid, user, cmd, resource: object, freedCommands: freed, savedSeconds: saved }];
  });
}

function waitingOnes(draft: IncidentDraft, context: DetectContext): Sufferer[] {
  const { actors } = context.locks(draft.serverId);
  return draft.victims.map(({ actor, waitMs }) => {
    const known = actors.get(actor);
    return { user: known?.user ?? "", app: known?.app ?? "", ip: known?.ip ?? "", blockedMs: waitMs };
  });
}

/** More commands than this in one incident change nothing about the picture. */
const MOST_COMMANDS = 20_000;

function harmedOnes(draft: IncidentDraft, { reader }: DetectContext): Sufferer[] {
  const harmed = new Map<string, HarmedCommand>();
  for (const one of draft.signals.flatMap((signal) => signal.harmed ?? [])) harmed.set(keyOf(one.pid, one.atMs), one);
  if (harmed.size === 0) return [];
  const commands = reader.commandsDuring(draft.serverId, draft.fromMs, draft.toMs, MOST_COMMANDS);
  const known = new Map(commands.map((command) => [keyOf(command.pid, command.startMs), command]));
  return [...harmed].map(([key, { user }]) => {
    const command = known.get(key);
    return { user: command?.user ?? user, app: command?.app ?? "", ip: command?.ip ?? "", blockedMs: 0 };
  });
}

function keyOf(pid: number, atMs: number): string {
  return `${pid} ${Math.floor(atMs / 1000)}`;
}

const UNKNOWN = "unknown";

function shares(sufferers: readonly Sufferer[], nameOf: (one: Sufferer) => string): ImpactShare[] {
  const groups = new Map<string, Sufferer[]>();
  for (const one of sufferers) {
    const name = nameOf(one) === "" ? UNKNOWN : nameOf(one);
    const list = groups.get(name) ?? [];
    list.push(one);
    groups.set(name, list);
  }
  return [...groups]
    .map(([name, list]) => ({
      name,
      commands: list.length,
      users: new Set(list.map(({ user }) => user).filter((user) => user !== "")).size,
      blockedSeconds: Math.round(list.reduce((sum, { blockedMs }) => sum + blockedMs, 0)) / 1000,
    }))
    .sort((a, b) => b.blockedSeconds - a.blockedSeconds || b.commands - a.commands || (a.name < b.name ? -1 : 1));
}

/** `P4V` of `P4V/NTX64/2023.2/2519561/v93`. */
function programOf(app: string): string {
  return app.split("/", 1)[0]?.trim() ?? "";
}

/** Whoever comes through a proxy shares its fate; else the network is the nearest thing to a site that a log knows. */
function placeOf(ip: string): string {
  const { via, client } = clientAddress(ip);
  return via === null ? (networksOf(client)[0] ?? client) : `by way of ${via}`;
}
