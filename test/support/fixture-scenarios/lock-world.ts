import type { Mode, Plan, Run, Step, Use } from "./world-shapes.js";

export interface WorldEvents {
  started(run: Run, atMs: number): void;
  computeEnded(run: Run, atMs: number): void;
  /** A server lock (not a db.* table) was let go. */
  serverLockReleased(run: Run, use: Use, atMs: number): void;
  triggerReturned(run: Run, name: string, ms: number, atMs: number): void;
  completed(run: Run, atMs: number): void;
}

/** How an incident reaches into a world; each may answer with what it was given. */
export interface WorldHooks {
  /** What becomes of a command that arrives; null: it never gets in, its sender tries again later. */
  readonly admit?: (plan: Plan, nowMs: number) => Plan | null;
  /** Ms that a step takes beyond its own: a disk or a peer that does not answer. It is no CPU time. */
  readonly delayMs?: (run: Run, step: Step, nowMs: number) => number;
}

const KNOCK_AGAIN_MS = 4000;

interface LockState {
  readonly holders: Map<Run, Mode>;
  readonly queue: { run: Run; mode: Mode }[];
}

/**
 * A small p4d: commands take locks in order on a virtual clock, wait for each other as flock(2) on Linux makes them
 * (a new reader passes a waiting writer), and leave behind what each of them waited and held. So the times of a fixture
 * are consistent by construction: a wait ends when its holder releases, a lapse covers its waits.
 */
export class LockWorld {
  nowMs: number;
  readonly running = new Set<Run>();
  readonly all: Run[] = [];
  readonly locks = new Map<string, LockState>();
  private readonly agenda: { atMs: number; order: number; act: () => void }[] = [];
  private order = 0;

  constructor(
    startMs: number,
    private readonly events: WorldEvents,
    private readonly hooks: WorldHooks = {},
  ) {
    this.nowMs = startMs;
  }

  at(atMs: number, act: () => void): void {
    const entry = { atMs, order: this.order++, act };
    let low = 0;
    let high = this.agenda.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.agenda[middle];
      if (other !== undefined && other.atMs <= atMs) low = middle + 1;
      else high = middle;
    }
    this.agenda.splice(low, 0, entry);
  }

  /** Starts a command now; `then` runs when it is over, and is told whether it was killed. Null: it was not let in. */
  start(wanted: Plan, then: ((killed: boolean) => void) | null = null): Run | null {
    const plan = this.hooks.admit === undefined ? wanted : this.hooks.admit(wanted, this.nowMs);
    if (plan === null) {
      this.at(this.nowMs + KNOCK_AGAIN_MS, () => then?.(true));
      return null;
    }
    const run: Run = {
      plan,
      startMs: this.nowMs,
      uses: new Map(),
      peeks: new Map(),
      rows: new Map(),
      held: new Map(),
      lbr: [],
      waits: [],
      waitingFor: null,
      cpuMs: 0,
      sendMs: 0,
      usualSendMs: 0,
      receiveMs: 0,
      thinkMs: 0,
      pausedMs: 0,
      remote: new Map(),
      memoryMb: null,
      killed: false,
      endMs: null,
      step: 0,
      then,
    };
    this.running.add(run);
    this.all.push(run);
    this.events.started(run, this.nowMs);
    this.advance(run);
    return run;
  }

  /** Runs everything due before `endMs`; what is still running then stays in `running`. */
  runUntil(endMs: number): void {
    for (let next = this.agenda[0]; next !== undefined && next.atMs < endMs; next = this.agenda[0]) {
      this.agenda.shift();
      this.nowMs = next.atMs;
      next.act();
    }
    this.nowMs = endMs;
  }

  /** The process is gone: its locks are free, and it writes nothing more. */
  kill(run: Run): void {
    if (run.endMs !== null) return;
    run.killed = true;
    run.endMs = this.nowMs;
    this.running.delete(run);
    if (run.waitingFor !== null) {
      const { object, sinceMs } = run.waitingFor;
      const lock = this.locks.get(object);
      lock?.queue.splice(
        lock.queue.findIndex((waiter) => waiter.run === run),
        1,
      );
      run.waits.push({ object, fromMs: sinceMs, toMs: this.nowMs });
      run.waitingFor = null;
    }
    for (const object of [...run.held.keys()].reverse()) this.release(run, object);
    this.at(this.nowMs + KNOCK_AGAIN_MS, () => run.then?.(true));
  }

  private advance(run: Run): void {
    if (run.killed) return;
    for (let step = run.plan.steps[run.step]; step !== undefined; step = run.plan.steps[run.step]) {
      run.step++;
      const done = this.perform(run, step);
      if (done === "blocked") return;
      const pause = done + (this.hooks.delayMs?.(run, step, this.nowMs) ?? 0);
      if (pause > 0) {
        this.at(this.nowMs + pause, () => this.advance(run));
        return;
      }
    }
    for (const object of [...run.held.keys()].reverse()) this.release(run, object);
    run.endMs = this.nowMs;
    this.running.delete(run);
    this.events.completed(run, this.nowMs);
    run.then?.(false);
  }

  /** Milliseconds until the next step, or `blocked`. */
  private perform(run: Run, step: Step): number | "blocked" {
    if ("lock" in step) return this.acquire(run, step.lock, step.mode) ? 0 : "blocked";
    if ("unlock" in step) this.unlock(run, step.unlock);
    if ("computeEnd" in step) this.events.computeEnded(run, this.nowMs);
    if ("table" in step) run.rows.set(step.table, { counts: step.counts, pages: step.pages ?? 2 });
    if ("lbr" in step) run.lbr.push(...step.lbr);
    if ("peek" in step) {
      const before = run.peeks.get(step.peek) ?? { heldMs: 0, rows: 0, count: 0 };
      run.peeks.set(step.peek, {
        heldMs: before.heldMs + step.heldMs,
        rows: before.rows + step.rows,
        count: before.count + 1,
      });
      run.cpuMs += step.heldMs;
      return step.heldMs;
    }
    if ("work" in step) run.cpuMs += step.work;
    if ("send" in step) {
      run.sendMs += step.send;
      run.usualSendMs += step.usual ?? step.send;
    }
    if ("receive" in step) run.receiveMs += step.receive;
    if ("think" in step) run.thinkMs += step.think;
    if ("paused" in step) run.pausedMs += step.paused;
    if ("memoryMb" in step) run.memoryMb = Math.max(run.memoryMb ?? 0, step.memoryMb);
    if ("remote" in step) run.remote.set(step.remote, (run.remote.get(step.remote) ?? 0) + step.ms);
    if ("trigger" in step) this.at(this.nowMs + step.ms, () => this.triggered(run, step.trigger, step.ms));
    return durationOf(step);
  }

  private triggered(run: Run, name: string, ms: number): void {
    if (!run.killed) this.events.triggerReturned(run, name, ms, this.nowMs);
  }

  private acquire(run: Run, object: string, mode: Mode): boolean {
    const lock: LockState = this.locks.get(object) ?? { holders: new Map(), queue: [] };
    this.locks.set(object, lock);
    if (grantable(lock, mode)) {
      this.grant(run, lock, object, mode, 0);
      return true;
    }
    run.waitingFor = { object, mode, sinceMs: this.nowMs };
    lock.queue.push({ run, mode });
    return false;
  }

  private grant(run: Run, lock: LockState, object: string, mode: Mode, waitMs: number): void {
    lock.holders.set(run, mode);
    run.held.set(object, { mode, sinceMs: this.nowMs });
    const key = `${object} ${mode}`;
    const use = run.uses.get(key) ?? { object, mode, count: 0, waitMs: 0, heldMs: 0, maxWaitMs: 0, maxHeldMs: 0 };
    use.count++;
    use.waitMs += waitMs;
    use.maxWaitMs = Math.max(use.maxWaitMs, waitMs);
    run.uses.set(key, use);
  }

  private unlock(run: Run, what: string): void {
    if (what !== "tables") this.release(run, what);
    else for (const object of [...run.held.keys()]) if (object.startsWith("db.")) this.release(run, object);
  }

  private release(run: Run, object: string): void {
    const hold = run.held.get(object);
    const lock = this.locks.get(object);
    if (hold === undefined || lock === undefined) return;
    run.held.delete(object);
    lock.holders.delete(run);
    const use = run.uses.get(`${object} ${hold.mode}`);
    if (use !== undefined) {
      use.heldMs += this.nowMs - hold.sinceMs;
      use.maxHeldMs = Math.max(use.maxHeldMs, this.nowMs - hold.sinceMs);
      if (!object.startsWith("db.") && !run.killed) this.events.serverLockReleased(run, use, this.nowMs);
    }
    this.letIn(lock, object);
  }

  private letIn(lock: LockState, object: string): void {
    for (const waiter of [...lock.queue]) {
      if (!grantable(lock, waiter.mode)) continue;
      lock.queue.splice(lock.queue.indexOf(waiter), 1);
      const sinceMs = waiter.run.waitingFor?.sinceMs ?? this.nowMs;
      const waitMs = this.nowMs - sinceMs;
      waiter.run.waits.push({ object, fromMs: sinceMs, toMs: this.nowMs });
      waiter.run.waitingFor = null;
      this.grant(waiter.run, lock, object, waiter.mode, waitMs);
      this.at(this.nowMs, () => this.advance(waiter.run));
    }
  }
}

function grantable(lock: LockState, mode: Mode): boolean {
  if (lock.holders.size === 0) return true;
  return mode === "R" && [...lock.holders.values()].every((held) => held === "R");
}

function durationOf(step: Step): number {
  if ("work" in step) return step.work;
  if ("send" in step) return step.send;
  if ("receive" in step) return step.receive;
  if ("think" in step) return step.think;
  if ("idle" in step) return step.idle;
  if ("paused" in step) return step.paused;
  return "trigger" in step || "remote" in step ? step.ms : 0;
}
