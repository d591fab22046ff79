import { least, most } from "../../base/extremes.js";
import type { Category } from "../../contracts/analysis.js";
import type { CommandFact } from "../../contracts/case-reader.js";
import type { EvidenceRef } from "../../contracts/lock-facts.js";
import type { Severity } from "../../contracts/severity.js";
import type { Fact, HarmedCommand, Signal } from "../../contracts/signal.js";

interface HostSignal {
  readonly detector: string;
  readonly serverId: number;
  readonly category: Category;
  readonly kind: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly resource: { readonly kind: "host" | "server" | "client"; readonly name: string };
  /** The first one is the sentence that stands for the signal. */
  readonly facts: readonly Fact[];
  readonly severity: Severity | null;
  readonly subject?: CommandFact | null;
  readonly harmed?: readonly HarmedCommand[];
}

/** A signal about the machine or the server as a whole: no lock, and seldom one command. */
export function hostSignal(given: HostSignal): Signal {
  return {
    ...given,
    resource: { ...given.resource, mode: null },
    subject: given.subject ?? null,
    cluster: null,
    harmed: given.harmed ?? [],
  };
}

export function fact(text: string, value: number | string | null, unit: string | null, ref: EvidenceRef): Fact {
  return { text, value, unit, ref };
}

/** Things at most `gapMs` apart belong to one spell. `items` in order of time. */
export function spells<T extends { readonly atMs: number }>(items: readonly T[], gapMs: number): T[][] {
  const found: T[][] = [];
  for (const item of items) {
    const last = found.at(-1)?.at(-1);
    if (last !== undefined && item.atMs - last.atMs <= gapMs) found.at(-1)?.push(item);
    else found.push([item]);
  }
  return found;
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Do they overlap, or miss each other by no more than `slackMs`? Kernel lines and captures come late. */
export function near(a: Stretch, b: Stretch, slackMs: number): boolean {
  return a.fromMs <= b.toMs + slackMs && b.fromMs <= a.toMs + slackMs;
}

/** From the first to the last. Empty lists are a bug of the caller. */
export function reach(parts: readonly Stretch[]): Stretch {
  return {
    fromMs: least(parts.map((part) => part.fromMs)),
    toMs: most(parts.map((part) => part.toMs)),
  };
}
