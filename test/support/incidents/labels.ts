import type { LabelledIncident } from "./incident-kind.js";
import type { SceneLabel } from "./scene.js";

/** A label with one incident; what `more` does not name is not judged. `alsoTrue`: categories of true side effects. */
export function oneIncident(
  category: string,
  causes: readonly (string | null)[],
  more: Omit<LabelledIncident, "category" | "causes"> = {},
  alsoTrue: readonly string[] = [],
): SceneLabel {
  return {
    verdict: "incident",
    incidents: [{ category, causes, ...more }],
    ...(alsoTrue.length === 0 ? {} : { alsoTrue }),
  };
}

export const nothingWrong: SceneLabel = { verdict: "no-incident", incidents: [] };
