import type { Span } from "./lock-model.js";

/**
 * Replays the lock queue with everybody's own work unchanged and one party left out. Each command is a row of steps
 * (ask for a lock, release it) with the time it worked between them; only its waiting is computed anew.
 *
 * Returns the waiting of each party that got through, ms. Queue rule: readers are let in whenever nobody writes (Linux flock), writers one by one in order of arrival.
 */
export function replayWaitMs(spans: readonly Span[], leftOut: ReadonlySet<number>): Map<number, number> {
  const replay = new Replay(spans.filter((span) => !leftOut.has(span.party)));
  return replay.run();
}

interface Step {
  readonly span: Span;
  readonly acquire: boolean;
  /** Own work before this step, ms since the step before was done. */
  readonly gap: number;
}

interface Actor {
  readonly party: number;
  readonly steps: readonly Step[];
  next: number;
  waited: number;
  asked: number;
}

interface ObjectQueue {
  readers: number;
  writer: boolean;
  readonly waitingReaders: Actor[];
  readonly waitingWriters: Actor[];
  headWriter: number;
}

class Replay {
  private readonly heap = new TimeHeap<Actor>();
  private readonly queues = new Map<string, ObjectQueue>();
  private readonly actors: Actor[];

  constructor(spans: readonly Span[]) {
    const byParty = new Map<number, Span[]>();
    for (const span of spans) {
      if (span.weight < 1) continue;
      const list = byParty.get(span.party);
      if (list === undefined) byParty.set(span.party, [span]);
      else list.push(span);
    }
    this.actors = [...byParty].map(([party, own]) => toActor(party, own, this.heap));
  }

  run(): Map<number, number> {
    for (let top = this.heap.pop(); top !== null; top = this.heap.pop()) this.advance(top.value, top.at);
    // Who never got through was placed in an impossible order; no saving is claimed for it.
    const through = this.actors.filter((actor) => actor.next >= actor.steps.length);
    return new Map(through.map((actor) => [actor.party, actor.waited]));
  }

  private advance(actor: Actor, now: number): void {
    const step = actor.steps[actor.next];
    if (step === undefined) return;
    const queue = this.queueOf(step.span.object);
    if (!step.acquire) {
      this.release(queue, step.span.mode, now);
      this.proceed(actor, now);
      return;
    }
    actor.asked = now;
    if (step.span.mode === "R" ? !queue.writer : !queue.writer && queue.readers === 0) this.grant(actor, queue, now);
    else (step.span.mode === "R" ? queue.waitingReaders : queue.waitingWriters).push(actor);
  }

  private grant(actor: Actor, queue: ObjectQueue, now: number): void {
    const step = actor.steps[actor.next];
    if (step?.span.mode === "W") queue.writer = true;
    else queue.readers++;
    actor.waited += now - actor.asked;
    this.proceed(actor, now);
  }

  private release(queue: ObjectQueue, mode: "R" | "W", now: number): void {
    if (mode === "W") queue.writer = false;
    else queue.readers--;
    if (queue.writer) return;
    for (const reader of queue.waitingReaders.splice(0)) this.grant(reader, queue, now);
    if (queue.readers > 0) return;
    const writer = queue.waitingWriters[queue.headWriter];
    if (writer === undefined) return;
    queue.headWriter++;
    this.grant(writer, queue, now);
  }

  private proceed(actor: Actor, now: number): void {
    actor.next++;
    const step = actor.steps[actor.next];
    if (step !== undefined) this.heap.push(now + step.gap, actor);
  }

  private queueOf(object: string): ObjectQueue {
    let queue = this.queues.get(object);
    if (queue === undefined) {
      queue = { readers: 0, writer: false, waitingReaders: [], waitingWriters: [], headWriter: 0 };
      this.queues.set(object, queue);
    }
    return queue;
  }
}

/** A hold without a wait is a request granted at once; the wait of a hold is the one that ends where it begins. */
function toActor(party: number, own: readonly Span[], heap: TimeHeap<Actor>): Actor {
  const marks: { at: number; done: number; span: Span; acquire: boolean }[] = [];
  const add = (span: Span, asked: number, got: number, released: number) => {
    marks.push({ at: asked, done: got, span, acquire: true }, { at: released, done: released, span, acquire: false });
  };
  const waits = new Set(own.filter((span) => span.what === "wait"));
  for (const held of own) {
    if (held.what !== "held") continue;
    const wait = [...waits].find((w) => w.object === held.object && Math.abs(w.to - held.from) < 1);
    if (wait !== undefined) waits.delete(wait);
    add(held, wait?.from ?? held.from, held.from, held.to);
  }
  for (const wait of waits) add(wait, wait.from, wait.to, wait.to);
  marks.sort((a, b) => a.at - b.at || Number(a.acquire) - Number(b.acquire));
  let done = marks[0]?.at ?? 0;
  const steps = marks.map((mark): Step => {
    const gap = Math.max(0, mark.at - done);
    done = Math.max(done, mark.done);
    return { span: mark.span, acquire: mark.acquire, gap };
  });
  const actor: Actor = { party, steps, next: 0, waited: 0, asked: 0 };
  if (steps.length > 0) heap.push(marks[0]?.at ?? 0, actor);
  return actor;
}

/** Binary heap by time; equal times in order of arrival. */
class TimeHeap<T> {
  private readonly items: { at: number; order: number; value: T }[] = [];
  private pushed = 0;

  push(at: number, value: T): void {
    const { items } = this;
    let i = items.length;
    const item = { at, order: this.pushed++, value };
    items.push(item);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !before(item, above)) break;
      items[i] = above;
      i = parent;
    }
    items[i] = item;
  }

  pop(): { at: number; value: T } | null {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined) return null;
    if (items.length > 0) this.sink(last);
    return top;
  }

  private sink(item: { at: number; order: number; value: T }): void {
    const { items } = this;
    let i = 0;
    for (;;) {
      const left = items[2 * i + 1];
      const right = items[2 * i + 2];
      if (left === undefined) break;
      const useRight = right !== undefined && before(right, left);
      const child = useRight ? right : left;
      if (!before(child, item)) break;
      items[i] = child;
      i = 2 * i + (useRight ? 2 : 1);
    }
    items[i] = item;
  }
}

function before(a: { at: number; order: number }, b: { at: number; order: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
