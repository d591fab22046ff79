import {
  clientSpec,
  type Errand,
  edit,
  integrate,
  lookAround,
  reviewSystem,
  submit,
  sync,
} from "./everyday-commands.js";
import type { LockWorld } from "./lock-world.js";
import type { Person } from "./people.js";
import type { Random } from "./random.js";
import type { Run } from "./world-shapes.js";

export interface LifeOptions {
  readonly random: Random;
  readonly people: readonly Person[];
  readonly fromMs: number;
  readonly untilMs: number;
  /** Mean pause of a person between two commands. */
  readonly pauseMs: number;
  readonly nextPid: () => number;
  /** Submits are committed here; false on an edge server. */
  readonly submits: boolean;
}

/**
 * Every person runs one command after the other with pauses between, from `fromMs` to `untilMs`. Who is blocked sends
 * nothing more.
 */
export function liveThrough(world: LockWorld, options: LifeOptions): void {
  let change = 818_100;
  for (const who of options.people) {
    const pauseMs = who.role === "swarm" ? 4000 : who.role === "monitor" ? 60_000 : options.pauseMs;
    const pause = () =>
      who.role === "monitor" ? pauseMs : Math.max(500, Math.floor(-Math.log(1 - options.random.next()) * pauseMs));
    const carryOn = () => {
      const nextMs = world.nowMs + pause();
      if (nextMs < options.untilMs)
        world.at(nextMs, () => runAll(world, who, nextErrands(), options.nextPid(), carryOn));
    };
    const nextErrands = () => choose(who, options, () => change++);
    world.at(options.fromMs + Math.floor(options.random.next() * pauseMs), carryOn);
  }
}

/** Runs the errands one after the other on one connection, so with one pid. */
export function runAll(
  world: LockWorld,
  who: Person,
  errands: readonly Errand[],
  pid: number,
  then: (() => void) | null = null,
): Run | null {
  const [first, ...rest] = errands;
  if (first === undefined) {
    then?.();
    return null;
  }
  const next = (killed: boolean) => {
    if (rest.length === 0 || killed) then?.();
    else world.at(world.nowMs + 3, () => runAll(world, who, rest, pid, then));
  };
  return world.start({ ...who, ...first, pid }, next);
}

function choose(who: Person, { random, submits }: LifeOptions, nextChange: () => number): readonly Errand[] {
  if (who.role === "monitor") {
    return [{ cmd: "user-monitor", args: "show -al", steps: [{ work: 3 }] }];
  }
  if (who.role === "swarm") return [reviewSystem(random)];
  const dice = random.next();
  if (who.role === "build") {
    if (dice < 0.55) return [sync(who, random)];
    return [dice < 0.7 ? clientSpec(who, random) : lookAround(who, random)];
  }
  if (dice < 0.22) return [sync(who, random)];
  if (dice < 0.42) return [edit(who, random)];
  if (dice < 0.5 && submits) return submit(who, random, nextChange());
  if (dice < 0.55) return [clientSpec(who, random)];
  if (dice < 0.6) return [integrate(who, random)];
  return [lookAround(who, random)];
}
