import type { LockTruth } from "./lock-truth.js";
import type { SceneLabel } from "./scene.js";

/** The label of an incident about locks by what really happened. */
export function wedgeLabel(
  causes: readonly (string | null)[],
  roots: readonly (number | null)[] | undefined,
  truth: LockTruth,
  category = "db-wedge",
): SceneLabel {
  const { window, resources } = truth;
  const incident = { category, causes, resources, window, ...(roots === undefined ? {} : { roots }) };
  return { verdict: "incident", incidents: [incident] };
}
