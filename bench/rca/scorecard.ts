import type { ScoredCase } from "./run-case.js";
import { type Bucket, calibration, calibrationError, macroF1, type Pair, type Share, shareOf } from "./statistics.js";

/** Everything that is measured of a set of scored cases. Shares carry their Wilson 95 % interval. */
export interface Scorecard {
  readonly cases: number;
  readonly verdict: Share;
  readonly category: Share;
  readonly macroF1: number;
  readonly cause: Share;
  readonly root: Share;
  readonly resource: Share;
  /** Share of incidents whose window overlaps the true one at least by half, and the mean overlap. */
  readonly window: Share;
  readonly meanOverlap: number;
  /** Of the cases without fault, those with an incident. */
  readonly falsePositives: Share;
  /** Of the cases with a fault, those without an incident. */
  readonly falseNegatives: Share;
  /** Of the cases that nobody can judge, those left unjudged. */
  readonly abstention: Share;
  /** Of the cases with a fault, those with a serious incident too many. */
  readonly extraIncidents: Share;
  readonly calibration: readonly Bucket[];
  readonly calibrationError: number;
  readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly byKind: Readonly<Record<string, KindScore>>;
}

interface KindScore {
  readonly cases: number;
  readonly right: number;
  readonly verdict: number;
  readonly category: number;
  readonly cause: number;
  readonly root: number;
}

export function scorecardOf(cases: readonly ScoredCase[]): Scorecard {
  const found = cases.flatMap((one) => one.judgement.incidents);
  const family = (name: string) => cases.filter((one) => one.label.verdict === name).map((one) => one.judgement);
  const pairs = cases.flatMap(pairsOf);
  const defined = (flags: readonly (boolean | null)[]) => shareOf(flags.filter((flag) => flag !== null));
  const overlaps = found.flatMap(({ overlap }) => overlap ?? []);
  const buckets = calibration(cases.flatMap((one) => one.judgement.claims));
  const faulty = family("incident");
  return {
    cases: cases.length,
    verdict: shareOf(cases.map((one) => one.judgement.verdict === one.label.verdict)),
    category: shareOf(found.map(({ category }) => category)),
    macroF1: macroF1(pairs),
    cause: defined(found.map(({ cause }) => cause)),
    root: defined(found.map(({ root }) => root)),
    resource: defined(found.map(({ resource }) => resource)),
    window: shareOf(overlaps.map((overlap) => overlap >= 0.5)),
    meanOverlap: overlaps.reduce((sum, overlap) => sum + overlap, 0) / overlaps.length,
    falsePositives: shareOf(family("no-incident").map(({ verdict }) => verdict === "incident")),
    falseNegatives: shareOf(faulty.map(({ verdict }) => verdict !== "incident")),
    abstention: shareOf(family("insufficient-evidence").map(({ verdict }) => verdict === "insufficient-evidence")),
    extraIncidents: shareOf(faulty.map(({ extra }) => extra.length > 0)),
    calibration: buckets,
    calibrationError: calibrationError(buckets),
    confusion: confusionOf(pairs),
    byKind: Object.fromEntries(
      [...new Set(cases.map((one) => one.kind))].map((kind) => [kind, kindScore(kind, cases)]),
    ),
  };
}

/** True when nothing about the answer is wrong; the window and the resource are measured, not demanded. */
export function isRight(one: ScoredCase): boolean {
  const { judgement, label } = one;
  if (judgement.verdict !== label.verdict || judgement.extra.length > 0) return false;
  return judgement.incidents.every(({ category, cause, root }) => category && cause !== false && root !== false);
}

function pairsOf({ label, judgement }: ScoredCase): Pair[] {
  if (label.incidents.length > 0) return judgement.incidents.map(({ expected, answered }) => ({ expected, answered }));
  const category =
    judgement.verdict === "incident" ? (judgement.extra[0] ?? "incident").replace(/[/ ].*/, "") : judgement.verdict; // db-wedge/big-submit (…) -> db-wedge
  return [{ expected: label.verdict, answered: category }];
}

function confusionOf(pairs: readonly Pair[]): Record<string, Record<string, number>> {
  const table: Record<string, Record<string, number>> = {};
  for (const { expected, answered } of pairs) {
    const row = table[expected] ?? {};
    table[expected] = row;
    row[answered] = (row[answered] ?? 0) + 1;
  }
  return table;
}

function kindScore(kind: string, cases: readonly ScoredCase[]): KindScore {
  const own = cases.filter((one) => one.kind === kind);
  const count = (flag: (one: ScoredCase) => boolean) => own.filter(flag).length;
  return {
    cases: own.length,
    right: count(isRight),
    verdict: count((one) => one.judgement.verdict === one.label.verdict),
    category: count((one) => one.judgement.incidents.every(({ category }) => category)),
    cause: count((one) => one.judgement.incidents.every(({ cause }) => cause !== false)),
    root: count((one) => one.judgement.incidents.every(({ root }) => root !== false)),
  };
}
