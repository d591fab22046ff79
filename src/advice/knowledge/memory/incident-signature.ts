import { createHmac } from "node:crypto";
import type { Incident } from "../../../contracts/analysis.js";
import type { SharedTrait } from "../../../contracts/knowledge.js";

/** What an incident is recognised by. Persons and workspaces are kept as keyed hashes: equal or not is all that is asked. */
export interface IncidentSignature {
  readonly startedAt: string;
  readonly category: string;
  readonly cause: string | null;
  readonly resource: string;
  readonly command: string;
  readonly program: string;
  readonly userKey: string;
  readonly workspaceKey: string;
  /** An expert named or confirmed the cause. */
  readonly confirmed: boolean;
}

/** What an expert said of an incident, as far as memory uses it. */
export interface Verdict {
  readonly verdict: "correct" | "incorrect" | "partial";
  readonly actualCategory: string | null;
  readonly actualCause: string | null;
}

/** How much each trait says that two incidents are of one kind; together 1. */
const TRAITS: readonly (readonly [SharedTrait, keyof IncidentSignature, number])[] = [
  ["cause", "cause", 0.4],
  ["kind", "category", 0.1],
  ["resource", "resource", 0.15],
  ["command", "command", 0.1],
  ["user", "userKey", 0.1],
  ["workspace", "workspaceKey", 0.05],
  ["program", "program", 0.1],
];

/**
 * @param namesKey secret of the knowledge base, so that hashed names can't be guessed from a copy of it alone
 */
export function signatureOf(incident: Incident, verdict: Verdict | null, namesKey: string): IncidentSignature {
  const { suspect, resource } = incident;
  const hashed = (name: string | undefined) =>
    name ? createHmac("sha256", namesKey).update(name).digest("hex").slice(0, 24) : "";
  // "wrong" without a better answer: the cause is not known.
  const found = verdict?.verdict === "incorrect" ? null : incident.cause;
  return {
    startedAt: incident.window.start,
    category: verdict?.actualCategory ?? incident.category,
    cause: verdict?.actualCause ?? found,
    resource: resource.kind === "client" ? "client" : `${resource.kind} ${resource.name}`,
    command: suspect?.cmd ?? "",
    program: (suspect?.app ?? "").split(/[/ ]/)[0] ?? "",
    userKey: hashed(suspect?.user),
    workspaceKey: hashed(suspect?.workspace),
    confirmed: verdict !== null && (verdict.verdict === "correct" || verdict.actualCause !== null),
  };
}

/** What two incidents share, the most telling first, and how alike that makes them (0 to 1). */
export function compare(one: IncidentSignature, other: IncidentSignature): { same: SharedTrait[]; similarity: number } {
  const shared = TRAITS.filter(([, key]) => Boolean(one[key]) && one[key] === other[key]);
  const asked = TRAITS.filter(([, key]) => Boolean(one[key]) || Boolean(other[key]));
  const weight = (traits: typeof TRAITS) => traits.reduce((sum, [, , part]) => sum + part, 0);
  const whole = weight(asked);
  return {
    same: shared.map(([trait]) => trait),
    similarity: whole === 0 ? 0 : Math.round((1000 * weight(shared)) / whole) / 1000,
  };
}
