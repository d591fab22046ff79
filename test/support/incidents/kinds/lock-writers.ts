import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { IncidentKind } from "../incident-kind.js";
import { bigIntegrate, bigLabel, bigPopulate, bigSubmit, obliterate, protectEdit } from "../lock-errands.js";
import { lockTruth } from "../lock-truth.js";
import { Scene } from "../scene.js";
import { labelUsers, readsProtections } from "../traffic.js";
import { wedgeLabel } from "../wedge-label.js";

interface WriterKind {
  readonly id: string;
  readonly causes: readonly string[];
  readonly errands: (random: Random, workspace: string, holdMs: number) => readonly Errand[];
  readonly alsoTrue?: readonly string[];
  /** Everyday traffic that uses the table in question. */
  readonly prepare?: (scene: Scene) => void;
}

const WRITERS: readonly WriterKind[] = [
  // Its upload took long, too.
  { id: "wedge-big-submit", causes: ["big-submit"], errands: bigSubmit, alsoTrue: ["slow-command"] },
  {
    id: "wedge-populate",
    causes: ["big-integrate-copy-populate"],
    errands: (random, _, ms) => [bigPopulate(random, ms)],
  },
  { id: "wedge-integrate", causes: ["big-integrate-copy-populate"], errands: (...all) => [bigIntegrate(...all)] },
  {
    id: "wedge-obliterate",
    causes: ["obliterate-on-live-server"],
    errands: (random, _, ms) => [obliterate(random, ms)],
  },
  {
    id: "wedge-label",
    causes: ["label-heavy-operation"],
    errands: (random, _, ms) => [bigLabel(random, ms)],
    prepare: (scene) => labelUsers(scene.server, scene.fromMs, scene.untilMs),
  },
  {
    id: "wedge-protect-edit",
    causes: ["protect-group-trigger-table-edit"],
    errands: (random, _, ms) => [protectEdit(random, ms)],
    prepare: (scene) => readsProtections(scene.server, scene.fromMs, scene.untilMs),
  },
];

function build(kind: WriterKind): IncidentKind {
  return {
    id: kind.id,
    family: "fault",
    build(random, variant) {
      const scene = new Scene(random, variant);
      kind.prepare?.(scene);
      const begin = scene.moment(0.25 + 0.25 * random.next());
      const holdMs = random.between(24_000, 190_000);
      const who = scene.server.guest();
      const pid = scene.server.run(begin, who, kind.errands(random, who.workspace, holdMs));
      // A submit uploads first: somebody looks while it hurts, or a little late.
      scene.server.lookTwice(
        begin + Math.floor(holdMs * (0.3 + 0.4 * random.next())) + (kind.id === "wedge-big-submit" ? 60_000 : 0),
      );
      const alsoTrue = kind.alsoTrue ?? [];
      return scene.finish(() => ({
        ...wedgeLabel(kind.causes, [pid], lockTruth(scene.server, [pid], begin)),
        alsoTrue,
      }));
    },
  };
}

export const LOCK_WRITERS: readonly IncidentKind[] = WRITERS.map(build);
