import { seededRandom } from "../fixture-scenarios/random.js";
import type { IncidentCase, IncidentKind } from "./incident-kind.js";
import { KINDS } from "./registry.js";
import { drawVariant } from "./variant.js";

export interface PlannedCase {
  /** `wedge-label-3`: the third of its kind under this seed, whatever else is made. */
  readonly id: string;
  readonly kind: string;
  readonly caseSeed: number;
}

/** Of a full set of 500: 130 without fault, 45 that nobody can judge, the rest faults. */
const SHARES = { "no-fault": 0.26, insufficient: 0.09 } as const;

/**
 * Which cases to make. `only` names kinds or single cases; then `count` is spread over these. The same seed and id is
 * always the same case.
 */
export function planCases(seed: number, count: number, only: readonly string[] = []): PlannedCase[] {
  const single = only.filter((name) => /-\d+$/.test(name) && !KINDS.some((kind) => kind.id === name)); // wedge-label-3
  const named = only.filter((name) => !single.includes(name));
  const unknown = named.filter((name) => !KINDS.some((kind) => kind.id === name || kind.family === name));
  if (unknown.length > 0)
    throw new Error(`unknown kind ${unknown.join(", ")}; there are ${KINDS.map((kind) => kind.id).join(" ")}`);
  if (only.length > 0) {
    const kinds = KINDS.filter((kind) => named.includes(kind.id) || named.includes(kind.family));
    return [
      ...single.map((id) => plan(seed, id.replace(/-\d+$/, ""), Number(id.match(/\d+$/)?.[0]))),
      ...spread(seed, kinds, count),
    ]; // wedge-label-3 -> wedge-label
  }
  const noFault = Math.ceil(count * SHARES["no-fault"]);
  const insufficient = Math.ceil(count * SHARES.insufficient);
  const of = (family: IncidentKind["family"]) => KINDS.filter((kind) => kind.family === family);
  return [
    ...spread(seed, of("fault"), count - noFault - insufficient),
    ...spread(seed, of("no-fault"), noFault),
    ...spread(seed, of("insufficient"), insufficient),
  ];
}

function spread(seed: number, kinds: readonly IncidentKind[], count: number): PlannedCase[] {
  if (kinds.length === 0) return [];
  return Array.from({ length: count }, (_, i) =>
    plan(seed, kinds[i % kinds.length]?.id ?? "", Math.floor(i / kinds.length) + 1),
  );
}

function plan(seed: number, kind: string, number: number): PlannedCase {
  const id = `${kind}-${number}`;
  let hash = 2166136261 ^ seed;
  for (const char of id) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619) >>> 0;
  return { id, kind, caseSeed: hash };
}

export interface MadeCase extends IncidentCase {
  readonly id: string;
  readonly kind: IncidentKind;
}

/** Deterministic: the same plan gives the same files, byte for byte. */
export function makeCase(planned: PlannedCase): MadeCase {
  const kind = KINDS.find((one) => one.id === planned.kind);
  if (kind === undefined) throw new Error(`unknown kind ${planned.kind}`);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const random = seededRandom((planned.caseSeed + attempt) >>> 0);
    const made = kind.build(random, drawVariant(random, kind));
    if (hurtSomebody(made) && isSmall(made)) return { id: planned.id, kind, ...made };
  }
  throw new Error(`${planned.id}: no draw of ${ATTEMPTS} hurt anybody and stayed small`);
}

const ATTEMPTS = 20;

const MOST_BYTES = 5_000_000;

function isSmall({ files }: IncidentCase): boolean {
  return files.reduce((sum, { content }) => sum + content.length, 0) <= MOST_BYTES;
}

/** By chance nobody comes while a lock is held: then there was no incident, whatever was planned. */
function hurtSomebody({ label }: IncidentCase): boolean {
  return label.incidents.every(({ window }) => window === undefined || window.fromMs < window.toMs);
}
