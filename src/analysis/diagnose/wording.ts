import { printable, shorten } from "../../base/printable.js";
import { logTime } from "../../base/time.js";
import type { EvidenceRef, LockActor, LockCluster, LockMode, RootFinding } from "../../contracts/lock-facts.js";
import type { Fact } from "../../contracts/signal.js";

/** `36 ms`, `41.9 s`, `12.0 min`, `2.5 h`: exact enough to act on, short enough to read at night. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 600_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${(ms / 60_000).toFixed(1)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

/** As a line says it, for comparing: `36 ms`, `650.0 s`. */
export function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The server's own clock as grep finds it: `14:07:03`. */
export function clock(localMs: number): string {
  return logTime(localMs).slice(11);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A hold known from captures only may have begun later than its command: that long at most. */
export function heldFor(root: RootFinding): string {
  const length = duration(root.heldMs ?? 0);
  return root.certainty === "logged" ? length : `up to ${length}`;
}

/** `3,120,554`; independent of the machine's locale. */
export function grouped(count: number): string {
  const digits = String(Math.round(count));
  let out = "";
  for (let i = 0; i < digits.length; i++) {
    const left = digits.length - i;
    out += i > 0 && left % 3 === 0 && digits[i - 1] !== "-" ? `,${digits[i]}` : digits[i];
  }
  return out;
}

export function modeWord(mode: LockMode | null): string {
  return mode === "R" ? "for read" : mode === "W" ? "for write" : "in an unknown mode";
}

/** The name of a locked object; `(unknown)` is a file whose path no capture shows, or a lock no line names. */
export function lockName(object: string): string {
  return isNamed(object) ? text(object, 60) : "a lock that the evidence does not name";
}

export function isNamed(object: string): boolean {
  return object !== "" && !object.startsWith("(unknown)");
}

interface Party {
  readonly pid: number | null;
  readonly user: string;
  readonly cmd: string;
  readonly args: string;
}

/** `pid 4101 (nightly, user-files //depot/...)`; log text is hostile and may be endless. */
export function who(party: Party | LockActor): string {
  const what = text(`${party.cmd} ${party.args}`.trim(), 60);
  const detail = [text(party.user, 40), what].filter((part) => part !== "").join(", ");
  const name = party.pid === null ? "an unknown process" : `pid ${party.pid}`;
  return detail === "" ? name : `${name} (${detail})`;
}

export function text(value: string, width = 80): string {
  return shorten(printable(value), width);
}

export function fact(words: string, value: number | string | null, unit: string | null, ref: EvidenceRef): Fact {
  return { text: words, value, unit, ref };
}

/** The document counts in seconds, to the millisecond. */
export function clockSeconds(ms: number): number {
  return Math.round(ms) / 1000;
}

/** Waits known from captures, or from commands that never ended, may have begun later than their command. */
export function upTo(facts: { readonly draft: { readonly cluster: LockCluster | null } }): string {
  const edges = facts.draft.cluster?.edges ?? [];
  return edges.length > 0 && edges.every((edge) => edge.certainty !== "logged") ? "up to " : "";
}
