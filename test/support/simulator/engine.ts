/**
 * A discrete-event simulator of p4d's locks. Commands are scripts: take a lock set (three attempts that take all or
 * nothing, then one by one, keeping the earlier ones while waiting for the later), work, release. It records what p4d's
 * tracker would (totals and maxima) and what p4d cannot log: every wait and hold with its exact times.
 *
 * Written from the domain texts alone; it shares no code and no constant with src/.
 */
export type Mode = "R" | "W";
export type Discipline = "linux" | "fair";

export interface Want {
  readonly object: string;
  readonly mode: Mode;
}

export type Step =
  | { readonly do: "lock"; readonly wants: readonly Want[] }
  | { readonly do: "work"; readonly ms: number }
  | { readonly do: "unlock"; readonly objects: readonly string[] }
  | { readonly do: "computed" };

export interface Script {
  readonly pid: number;
  readonly startMs: number;
  readonly cmd: string;
  readonly args: string;
  readonly user: string;
  readonly workspace: string;
  readonly steps: readonly Step[];
  /** Dies at this time wherever it is: no completion, no track output. */
  readonly killMs?: number;
  /** Not a client command: neither in the log nor in monitor (`p4d -jc` from cron). */
  readonly outside?: boolean;
}

export interface Interval {
  readonly object: string;
  readonly mode: Mode;
  readonly from: number;
  to: number;
}

export interface Totals {
  readonly object: string;
  readonly mode: Mode;
  count: number;
  waitMs: number;
  heldMs: number;
  maxWaitMs: number;
  maxHeldMs: number;
}

export class Process {
  pc = 0;
  attempts = 0;
  wedged = false;
  wantIndex = 0;
  computedMs: number | null = null;
  endMs: number | null = null;
  dead = false;
  readonly waits: Interval[] = [];
  readonly holds: Interval[] = [];
  readonly open = new Map<string, Interval>();
  waiting: Interval | null = null;

  constructor(readonly script: Script) {}

  /** What the tracker would print, in order of first use. */
  totals(): Totals[] {
    const found = new Map<string, Totals>();
    const entry = (interval: Interval): Totals => {
      const key = `${interval.object} ${interval.mode}`;
      let totals = found.get(key);
      if (totals === undefined) {
        const { object, mode } = interval;
        totals = { object, mode, count: 0, waitMs: 0, heldMs: 0, maxWaitMs: 0, maxHeldMs: 0 };
        found.set(key, totals);
      }
      return totals;
    };
    for (const hold of this.holds) {
      const totals = entry(hold);
      const ms = Math.floor(hold.to) - Math.floor(hold.from);
      totals.count++;
      totals.heldMs += ms;
      totals.maxHeldMs = Math.max(totals.maxHeldMs, ms);
    }
    for (const wait of this.waits) {
      const totals = entry(wait);
      const ms = Math.floor(wait.to) - Math.floor(wait.from);
      totals.waitMs += ms;
      totals.maxWaitMs = Math.max(totals.maxWaitMs, ms);
    }
    return [...found.values()];
  }
}

interface Request {
  readonly process: Process;
  readonly want: Want;
}

interface Lock {
  readonly granted: Map<Process, Mode>;
  queue: Request[];
}

const TRIES = 3;

export class Engine {
  readonly processes: Process[] = [];
  readonly locks = new Map<string, Lock>();
  now = 0;
  private readonly agenda: { at: number; order: number; act: () => void }[] = [];
  private order = 0;

  constructor(private readonly discipline: Discipline) {}

  add(script: Script): Process {
    const process = new Process(script);
    this.processes.push(process);
    this.schedule(script.startMs, () => this.step(process));
    if (script.killMs !== undefined) this.schedule(script.killMs, () => this.kill(process));
    return process;
  }

  schedule(at: number, act: () => void): void {
    let low = 0;
    let high = this.agenda.length;
    const order = this.order++;
    // Kept descending so that the next event is popped from the end.
    while (low < high) {
      const mid = (low + high) >> 1;
      const other = this.agenda[mid];
      if (other !== undefined && (other.at > at || (other.at === at && other.order > order))) low = mid + 1;
      else high = mid;
    }
    this.agenda.splice(low, 0, { at, order, act });
  }

  /** Runs until `endMs`; what is still open then stays open, with its waits and holds cut there. */
  run(endMs: number): void {
    for (;;) {
      const event = this.agenda[this.agenda.length - 1];
      if (event === undefined || event.at > endMs) break;
      this.agenda.pop();
      this.now = event.at;
      event.act();
    }
    this.now = endMs;
    for (const process of this.processes) {
      if (process.endMs !== null || process.dead) continue;
      for (const hold of process.open.values()) process.holds.push({ ...hold, to: endMs });
      if (process.waiting !== null) process.waits.push({ ...process.waiting, to: endMs });
    }
  }

  lock(object: string): Lock {
    let lock = this.locks.get(object);
    if (lock === undefined) {
      lock = { granted: new Map(), queue: [] };
      this.locks.set(object, lock);
    }
    return lock;
  }

  private step(process: Process): void {
    if (process.dead) return;
    const step = process.script.steps[process.pc];
    if (step === undefined) {
      for (const object of [...process.open.keys()]) this.unlock(process, object);
      process.endMs = this.now;
      return;
    }
    if (step.do === "lock") {
      this.takeSet(process, step.wants);
      return;
    }
    process.pc++;
    if (step.do === "work") this.schedule(this.now + step.ms, () => this.step(process));
    else {
      if (step.do === "unlock") for (const object of step.objects) this.unlock(process, object);
      else process.computedMs = this.now;
      this.step(process);
    }
  }

  private takeSet(process: Process, wants: readonly Want[]): void {
    // The three attempts follow each other at once: nothing can change between them.
    if (wants.every((want) => this.free(process, want))) {
      for (const want of wants) this.grant(process, want);
      process.pc++;
      this.step(process);
      return;
    }
    process.attempts = TRIES;
    process.wedged = true;
    process.wantIndex = 0;
    this.takeNext(process, wants);
  }

  private takeNext(process: Process, wants: readonly Want[]): void {
    for (;;) {
      const want = wants[process.wantIndex];
      if (want === undefined) {
        process.pc++;
        this.step(process);
        return;
      }
      if (!this.free(process, want)) {
        process.waiting = { ...want, from: this.now, to: this.now };
        this.lock(want.object).queue.push({ process, want });
        return;
      }
      this.grant(process, want);
      process.wantIndex++;
    }
  }

  private free(process: Process, want: Want): boolean {
    const lock = this.lock(want.object);
    if (this.discipline === "fair" && lock.queue.some((request) => request.process !== process)) return false;
    return this.compatible(lock, process, want.mode);
  }

  private compatible(lock: Lock, process: Process, mode: Mode): boolean {
    for (const [holder, held] of lock.granted) {
      if (holder !== process && (mode === "W" || held === "W")) return false;
    }
    return true;
  }

  private grant(process: Process, want: Want): void {
    this.lock(want.object).granted.set(process, want.mode);
    process.open.set(want.object, { ...want, from: this.now, to: this.now });
  }

  private unlock(process: Process, object: string): void {
    const hold = process.open.get(object);
    if (hold === undefined) return;
    process.open.delete(object);
    process.holds.push({ ...hold, to: this.now });
    const lock = this.lock(object);
    lock.granted.delete(process);
    this.wake(lock);
  }

  /** Linux asks every sleeper again, in order; a fair queue stops at the first that must go on waiting. */
  private wake(lock: Lock): void {
    const left: Request[] = [];
    const woken: Process[] = [];
    let blocked = false;
    for (const request of lock.queue) {
      const { process, want } = request;
      if (blocked || !this.compatible(lock, process, want.mode)) {
        left.push(request);
        if (this.discipline === "fair") blocked = true;
        continue;
      }
      if (process.waiting !== null) process.waits.push({ ...process.waiting, to: this.now });
      process.waiting = null;
      this.grant(process, want);
      woken.push(process);
    }
    lock.queue = left;
    for (const process of woken) this.schedule(this.now, () => this.resume(process));
  }

  private resume(process: Process): void {
    const step = process.script.steps[process.pc];
    if (process.dead || step?.do !== "lock") return;
    process.wantIndex++;
    this.takeNext(process, step.wants);
  }

  private kill(process: Process): void {
    if (process.endMs !== null || process.dead) return;
    process.dead = true;
    if (process.waiting !== null) {
      const lock = this.lock(process.waiting.object);
      lock.queue = lock.queue.filter((request) => request.process !== process);
      process.waits.push({ ...process.waiting, to: this.now });
      process.waiting = null;
    }
    for (const object of [...process.open.keys()]) this.unlock(process, object);
  }
}
