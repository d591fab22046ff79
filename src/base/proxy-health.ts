import type { CaseReader } from "../contracts/case-reader.js";
import type { EvidenceRef } from "../contracts/lock-facts.js";

/** What a proxy's own log says against it; null: nothing of the kind, or there is no such log in the case. */
export interface ProxyTrouble {
  /** Its own messages: the cache is full or unreadable, the server is out of reach. */
  readonly errors: { readonly count: number; readonly text: string; readonly ref: EvidenceRef } | null;
  /** It fetched a multiple of what it had. */
  readonly misses: { readonly fetchedBytes: number; readonly cachedBytes: number; readonly ref: EvidenceRef } | null;
}

/** Classes of the proxy's own messages that keep it from serving out of its cache. */
const TROUBLE = new Set(["cache-full", "cache-error", "upstream-lost"]);
/** From here on a proxy does not work as one: it fetches more than it has. */
const MISSES = 3;
const LEAST_BYTES = 100 * 1024 ** 2;
const AROUND_MS = 600_000;

/** Local ms. The proxy's log may be a server of its own in the case, so all of them are looked at. */
export function proxyTrouble(reader: CaseReader, fromMs: number, toMs: number): ProxyTrouble | null {
  const errors = errorsAround(reader, fromMs, toMs);
  const misses = missesWithin(reader, fromMs, toMs);
  return errors === null && misses === null ? null : { errors, misses };
}

function errorsAround(reader: CaseReader, fromMs: number, toMs: number): ProxyTrouble["errors"] {
  const lines = reader
    .servers()
    .flatMap(({ id }) => reader.syslog(id))
    .filter(({ tag, atMs }) => tag === "p4p" && atMs !== null && atMs >= fromMs - AROUND_MS && atMs <= toMs + AROUND_MS)
    .filter((line) => TROUBLE.has(line.class));
  const [first] = lines;
  return first === undefined ? null : { count: lines.length, text: first.text, ref: first.ref };
}

function missesWithin(reader: CaseReader, fromMs: number, toMs: number): ProxyTrouble["misses"] {
  const rows = reader
    .servers()
    .flatMap(({ id }) => reader.measurements(id, "proxy-log"))
    .filter(({ atMs }) => atMs !== null && atMs >= fromMs && atMs <= toMs);
  const sum = (name: string) => rows.filter((row) => row.name === name).reduce((total, row) => total + row.value, 0);
  const fetchedBytes = sum("server_bytes");
  const cachedBytes = sum("cache_bytes");
  const first = rows.find((row) => row.name === "server_bytes");
  if (first === undefined || fetchedBytes < LEAST_BYTES || fetchedBytes < cachedBytes * MISSES) return null;
  return { fetchedBytes, cachedBytes, ref: first.ref };
}
