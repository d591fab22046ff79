import type { CommandFact } from "../../../src/contracts/case-reader.js";
import type { DetectContext } from "../../../src/contracts/signal.js";
import { command } from "../../support/fake-reader.js";
import { quiet, type SceneSpec, scene } from "../../support/lock-scene.js";

/** Every cause has at least one case of each kind in cases/<id>.ts; causes.test.ts walks the registry. */
export interface CauseCases {
  /** Category that an incident with this cause has, or those it can have (CONTRACT section 3). */
  readonly category: string | readonly string[];
  /** It is named as the cause (or as contributing) of the first incident. */
  readonly fires: Readonly<Record<string, () => DetectContext>>;
  /** It looks alike: no incident names it. */
  readonly nearMiss: Readonly<Record<string, () => DetectContext>>;
  /** The evidence that would show it is not there: it is not named with confidence, and what is missing is said. */
  readonly cannotTell: Readonly<Record<string, () => DetectContext>>;
}

/** A wedge behind one command of the log. */
export function wedge(
  root: Partial<CommandFact>,
  hold: NonNullable<SceneSpec["roots"]>[number] = {},
  over: SceneSpec = {},
) {
  return () => scene({ ...over, roots: [{ ...hold, command: root }] });
}

/** One slow command, nobody waits. */
export function alone(over: Partial<CommandFact>) {
  return () => quiet([command({ commandId: 1, lapseMs: 300_000, ...over })]);
}

/** Waits whose holder nobody saw. */
export function holderUnseen(object: string, count = 3): DetectContext {
  return scene({
    roots: [],
    victims: Array.from({ length: count }, () => ({ object, root: null, waitMs: 25_000 })),
    cluster: { unexplainedMs: count * 25_000 },
  });
}
