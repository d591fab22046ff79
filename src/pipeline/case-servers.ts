import { createHash } from "node:crypto";
import { EXIT, OperatorError } from "../base/errors.js";
import { localToEpochMs } from "../base/time.js";
import type { CaseDb } from "../casedb/casedb.js";

/** A server of the case as other programs are to know it. */
export interface NamedServer {
  readonly label: string;
  readonly name: string;
  readonly zone: string;
  readonly clock: LocalClock;
}

/**
 * What each server is called outside of its case: serverId, else instance, else s1, s2 ..., which only this case
 * understands; `given` is the operator's name for the only one. Throws OperatorError (usage) where there are several.
 */
export function namedServers(caseDb: CaseDb, given: string | null): NamedServer[] {
  const servers = caseDb.servers();
  if (given !== null && servers.length > 1) {
    const names = servers.map(({ label, serverId, instance }) => serverId ?? instance ?? label).join(", ");
    const hint = "Without --server each goes by its own name.";
    throw new OperatorError("many-servers", `this case has several servers: ${names}`, EXIT.usage, hint);
  }
  const taken = new Set<string>();
  return servers.map(({ label, serverId, instance, timeZone }) => {
    const own = given ?? serverId ?? instance ?? label;
    const name = taken.has(own) ? `${own}-${label}` : own;
    taken.add(name);
    return { label, name, zone: timeZone, clock: new LocalClock(timeZone) };
  });
}

/** Tells cases apart by their evidence, however it was called or ordered; the first 12 digits of a SHA-256. */
export function caseKey(caseDb: CaseDb): string {
  const evidence = caseDb
    .sources()
    .flatMap(({ sha256, state }) => (state === "done" && sha256 !== null ? [sha256] : []))
    .sort();
  return createHash("sha256").update(evidence.join("\n")).digest("hex").slice(0, 12);
}

const QUARTER_MS = 900_000;

/** Local to UTC for many instants near one another: zones change their offset on a quarter of an hour. */
class LocalClock {
  private quarter = Number.NaN;
  private offsetMs = 0;

  constructor(private readonly zone: string) {}

  toEpochMs(localMs: number): number {
    const quarter = Math.floor(localMs / QUARTER_MS);
    if (quarter !== this.quarter) {
      this.quarter = quarter;
      this.offsetMs = localToEpochMs(localMs, this.zone) - localMs;
    }
    return localMs + this.offsetMs;
  }
}
