import type { Run } from "../fixture-scenarios/world-shapes.js";
import type { SimulatedServer } from "./simulated-server.js";

/** CONTRACT: a victim is a command with at least a second of waits. */
const VICTIM_MS = 1000;

export interface LockTruth {
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly victims: readonly Run[];
  /** What the root held and somebody waited for, then what else was waited for. */
  readonly resources: readonly string[];
}

/** Who waited a second or more from `fromMs` on, by the exact times that no log shows; call it after the world has run. */
export function lockTruth(
  server: SimulatedServer,
  roots: readonly number[],
  fromMs: number,
  toMs = server.options.untilMs,
): LockTruth {
  const { untilMs } = server.options;
  const waits = server.world.all.flatMap((run) => {
    const own = waitsOf(run, untilMs).filter((wait) => wait.fromMs >= fromMs && wait.fromMs <= toMs);
    const lost = own.reduce((sum, wait) => sum + wait.toMs - wait.fromMs, 0);
    return lost < VICTIM_MS || roots.includes(run.plan.pid) ? [] : own.map((wait) => ({ ...wait, run }));
  });
  const held = new Set(
    roots.flatMap((pid) => server.runsOf(pid)).flatMap((run) => [...run.uses.values()].map((use) => use.object)),
  );
  const waited = new Set(waits.filter((wait) => wait.toMs - wait.fromMs >= VICTIM_MS / 2).map((wait) => wait.object));
  return {
    window: {
      fromMs: Math.min(...waits.map((wait) => wait.fromMs), untilMs),
      toMs: Math.max(...waits.map((wait) => wait.toMs), fromMs),
    },
    victims: [...new Set(waits.map((wait) => wait.run))],
    resources: [...waited].filter((object) => held.size === 0 || held.has(object)),
  };
}

function waitsOf(run: Run, untilMs: number) {
  const open =
    run.waitingFor === null ? [] : [{ object: run.waitingFor.object, fromMs: run.waitingFor.sinceMs, toMs: untilMs }];
  return [...run.waits, ...open];
}
