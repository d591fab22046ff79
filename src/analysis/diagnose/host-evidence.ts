import type { Fact, Signal } from "../../contracts/signal.js";
import type { ActionDraft, IncidentFacts, Weighing } from "./cause.js";

/** Signals of one detector in the incident, of these kinds; none named: all. */
export function signalsOf(facts: IncidentFacts, detector: string, ...kinds: readonly string[]): Signal[] {
  return facts.draft.signals.filter(
    (signal) => signal.detector === detector && (kinds.length === 0 || kinds.includes(signal.kind ?? "")),
  );
}

/** Null without a signal: a cause without evidence is never named. */
export function weighSignals(signals: readonly Signal[], fit: number, more: Partial<Weighing> = {}): Weighing | null {
  if (signals.length === 0) return null;
  return { fit, for: factsOf(signals), against: [], missing: [], ...more };
}

export function factsOf(signals: readonly Signal[]): Fact[] {
  return signals.flatMap((signal) => signal.facts);
}

/** Kinds of host evidence that were not collected, in the words of whoever has to collect them. */
export function missingHostEvidence(facts: IncidentFacts): string[] {
  const have = facts.reader.capabilities(facts.draft.serverId);
  const missing: string[] = [];
  if (!have.has("syslog")) missing.push("the kernel's log of that time (journalctl -k or dmesg -T)");
  if (!have.has("io-statistics")) missing.push("iostat -x taken during the incident");
  if (!have.has("vm-statistics") && !have.has("pressure")) missing.push("vmstat or /proc/pressure during the incident");
  return missing;
}

const AT_THE_END_MS = 120_000;

/** The trouble lasted to the end of the evidence, as far as anybody can tell. */
export function isOngoing({ draft, reader }: IncidentFacts): boolean {
  const window = reader.window(draft.serverId);
  return window === null || window.lastMs - draft.toMs <= AT_THE_END_MS;
}

/** An action that is no single command to type: what it names stands in its text. */
export function action(
  id: string,
  risk: ActionDraft["risk"],
  when: ActionDraft["when"],
  words: { readonly text: string; readonly check: string; readonly why: string },
): ActionDraft {
  return { id, risk, when, command: null, ...words };
}

/** What must not be done, whoever suggests it. */
export function never(id: string, text: string, why: string): ActionDraft {
  return action(id, "never", "now", { text, check: "Nothing makes this safe.", why });
}

export function tell(whom: string, what: string, why: string, check: string): ActionDraft {
  return action("tell-owner", "alert", "now", { text: `Tell ${whom}: ${what}`, check, why });
}

/** Where the machine is to blame, ending commands cures nothing. */
export function spareCommands(): ActionDraft {
  const why = "They go on when the machine does; a writer that is killed can leave a torn database (BTree is corrupt).";
  return never(
    "terminate-commands",
    "Do not terminate or kill commands, and do not restart the server, to cure this.",
    why,
  );
}
