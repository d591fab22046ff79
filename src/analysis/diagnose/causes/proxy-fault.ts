import { proxyTrouble } from "../../../base/proxy-health.js";
import type { Fact, Signal } from "../../../contracts/signal.js";
import type { Cause, IncidentFacts } from "../cause.js";
import { action, factsOf, isOngoing, signalsOf, tell } from "../host-evidence.js";
import { fact, plural, text } from "../wording.js";
import { step } from "./prevention.js";

/** A proxy that cannot use its cache, or does not reach the server: all of its clients crawl, nobody else. */
export const proxyFault: Cause = {
  id: "proxy-fault",
  title: "A proxy that could not serve its clients",
  apart: "Only clients behind the proxy crawl; with a slow network direct clients of the same site crawl, too.",
  source: "Perforce KB 2830 and 3648 (proxy performance and monitoring); the SDP runbook.",
  role: "operation",
  explains: ["network-stall"],
  category: "network-stall",
  resource: (facts) => signalsOf(facts, "peer-bound-command", "proxy")[0]?.resource ?? null,
  weigh(facts) {
    const seen = signalsOf(facts, "peer-bound-command", "proxy");
    const own = ownWords(facts);
    if (seen.length === 0 && !(own.length > 0 && viaProxy(facts))) return null;
    const missing = own.length > 0 ? [] : ["the log of the proxy (p4p, with track) and df of its cache"];
    return { fit: own.length > 0 ? 0.97 : 0.6, for: [...own, ...factsOf(seen)], against: [], missing };
  },
  actions: (facts) => [
    tell(
      `whoever runs the proxy ${text(nameOf(signalsOf(facts, "peer-bound-command", "proxy")), 60)}`.trim(),
      "its clients wait, others do not.",
      "The server sends at once what others ask for.",
      "df of the proxy's cache (P4PCACHE), and p4 -p PROXY info from a client behind it.",
    ),
    action("grow-cache", "risky", isOngoing(facts) ? "now" : "prevention", {
      text: "Where the cache is full, grow its volume, or remove cached files that nobody read for long (find P4PCACHE -atime +60 -type f).",
      check:
        "The path is the proxy's cache and no depot: what is in a cache can be fetched again, what is in a depot cannot.",
      why: "A proxy without room fetches everything anew for everybody, or stops.",
    }),
    action("bypass-proxy", "safe", isOngoing(facts) ? "now" : "prevention", {
      text: "Meanwhile its clients can go to the server directly: p4 set P4PORT=SERVER:PORT.",
      check: "The line carries it: without the cache everything comes from the server.",
      why: "Workspaces do not depend on the way.",
    }),
  ],
  prevention: () => [
    step("Clean the proxy's cache by age from cron, and alert when its volume fills."),
    step("Let the proxy log what it fetched (track=1): misses tell early that its cache does not work."),
  ],
};

function nameOf(signals: readonly Signal[]): string {
  return signals[0]?.resource.name ?? "";
}

function viaProxy({ subject }: IncidentFacts): boolean {
  return subject?.ip.includes("/") === true;
}

function ownWords({ reader, draft }: IncidentFacts): Fact[] {
  const trouble = proxyTrouble(reader, draft.fromMs, draft.toMs);
  const list: Fact[] = [];
  if (trouble?.errors != null) {
    const { count, text: line, ref } = trouble.errors;
    const words = `the proxy logged ${plural(count, "error")} of its cache or its way to the server: ${text(line.split("\n", 1)[0] ?? "", 120)}`;
    list.push(fact(words, count, "errors", ref));
  }
  if (trouble?.misses != null) {
    const { fetchedBytes, cachedBytes, ref } = trouble.misses;
    const words = `the proxy fetched ${inMb(fetchedBytes)} MB from the server and had ${inMb(cachedBytes)} MB in its cache`;
    list.push(fact(words, inMb(fetchedBytes), "MB", ref));
  }
  return list;
}

function inMb(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}
