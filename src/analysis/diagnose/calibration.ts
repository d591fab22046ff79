/**
 * From how well an explanation fits to how often such an explanation is right: measured on simulated incidents
 * (docs/decisions/confidence.md), straight between the points. Only the upper end is moved: below it the measurement
 * would allow more, but there the simulator knows fewer ways to be wrong than reality has.
 */
const POINTS: readonly (readonly [score: number, right: number])[] = [
  [0, 0],
  [0.6, 0.6],
  [0.85, 0.89],
  [0.9, 0.97],
  [0.95, 0.99],
  [1, 0.995],
];

/** Share of explanations with this score, 0 to 1, that are right; two decimals. Monotone. */
export function calibrated(score: number): number {
  const at = Math.max(
    1,
    POINTS.findIndex(([from]) => from >= score),
  );
  const [fromScore, fromRight] = POINTS[at - 1] ?? [0, 0];
  const [toScore, toRight] = POINTS[at] ?? [1, 1];
  const right = fromRight + ((score - fromScore) / (toScore - fromScore)) * (toRight - fromRight);
  return Math.round(right * 100) / 100;
}
