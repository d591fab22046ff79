import { isZone, offsetLabel } from "../base/time.js";
import type { ServerFact } from "../contracts/case-reader.js";

type ServerRole = ServerFact["role"];

export interface ServerFacts {
  readonly facts: readonly { readonly kind: string; readonly name: string; readonly value: string }[];
}

interface Sketch extends ServerFacts {
  readonly path: string;
}

interface Identity {
  readonly serverId: string | null;
  readonly instance: string | null;
  readonly role: ServerRole;
  readonly version: string | null;
  readonly timeZone: string;
  readonly timeZoneFrom: "default" | "option" | "capture";
}

/** Name, role, version and clock of one server, from `p4 info`, configurables, the manifest and the SDP path. */
export function describeServer(sources: readonly Sketch[], zoneOption: string | null): Identity {
  const facts = sources.flatMap((source) => source.facts);
  const info = (...names: string[]) => lookup(facts, "p4-info", names);
  const captured = zoneFromDate(info("Server date", "serverDate")) ?? toldZone(facts);
  return {
    serverId: lookupServerId(facts),
    instance:
      sources.map((source) => sdpInstance(source.path)).find((name) => name !== null) ??
      lookup(facts, "sdp", ["SDP_INSTANCE"]),
    role: roleOf(info("Server services", "serverServices")),
    version: info("Server version", "serverVersion"),
    timeZone: zoneOption ?? captured ?? "UTC",
    timeZoneFrom: zoneOption !== null ? "option" : captured !== null ? "capture" : "default",
  };
}

export function lookupServerId(facts: ServerFacts["facts"]): string | null {
  return lookup(facts, "p4-info", ["ServerID"]) ?? lookup(facts, "structured-log", ["ServerID"]);
}

function lookup(facts: Sketch["facts"], kind: string, names: readonly string[]): string | null {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return facts.find((fact) => fact.kind === kind && wanted.has(fact.name.toLowerCase()))?.value ?? null;
}

/** p4/1/logs/log, incident/p4/edge_fra/root/... -> the SDP instance. */
function sdpInstance(path: string): string | null {
  const match = /(?:^|\/)p4\/([A-Za-z0-9_-]+)\/(?:logs|root|checkpoints|offline_db|tmp|bin)(?:\/|$)/.exec(path);
  return match?.[1] ?? null;
}

/** `Server services:` of p4 info: standard, commit-server, edge-server, forwarding-replica ... */
function roleOf(services: string | null): ServerRole {
  if (services === null) return "unknown";
  if (services.includes("commit")) return "commit";
  if (services.includes("edge")) return "edge";
  if (/replica|standby|journalcopy/.test(services)) return "replica";
  if (services.includes("proxy")) return "proxy";
  if (services.includes("broker")) return "broker";
  return services.includes("standard") ? "standard" : "unknown";
}

/** "2024/03/05 14:07:36 +0100 CET" -> "+01:00" */
function zoneFromDate(date: string | null): string | null {
  const match = date === null ? null : /\s([+-]\d{2}):?(\d{2})(?:\s|$)/.exec(date);
  if (match === null) return null;
  const minutes = Number(`${match[1]?.[0]}1`) * (Number(match[1]?.slice(1)) * 60 + Number(match[2]));
  return offsetLabel(minutes);
}

/**
 * The collector's manifest names the zone; a structured log has the time in UTC and by the server's clock; the system's
 * log may write the machine's offset behind each time.
 */
function toldZone(facts: Sketch["facts"]): string | null {
  const zone =
    lookup(facts, "manifest", ["zone"]) ??
    lookup(facts, "structured-log", ["zone"]) ??
    lookup(facts, "syslog", ["zone"]);
  return zone !== null && isZone(zone) ? zone : null;
}
