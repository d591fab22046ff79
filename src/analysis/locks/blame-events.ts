import type { Part } from "./hold-parts.js";
import type { Span } from "./lock-model.js";

const HELD_END = 0;
export const WAIT_END = 1;
export const HELD_BEGIN = 2;
export const WAIT_BEGIN = 3;
const KINDS = 4;

/** What happens when, in order: releases, then ends of waits, then new holds, then new waits at the same instant. */
export class BlameEvents {
  readonly count: number;
  readonly at: Float64Array;
  /** Which wait or part of a hold times four, plus what happens to it. */
  private readonly codes: Uint32Array;

  constructor(waits: readonly Span[], parts: readonly Part[]) {
    const at: number[] = [];
    const codes: number[] = [];
    waits.forEach((wait, index) => {
      at.push(wait.from, wait.to);
      codes.push(index * KINDS + WAIT_BEGIN, index * KINDS + WAIT_END);
    });
    parts.forEach((part, index) => {
      if (part.to <= part.from) return;
      at.push(part.from, part.to);
      codes.push(index * KINDS + HELD_BEGIN, index * KINDS + HELD_END);
    });
    const order = Uint32Array.from(at, (_, place) => place).sort(
      (a, b) =>
        (at[a] as number) - (at[b] as number) || ((codes[a] as number) & 3) - ((codes[b] as number) & 3) || a - b,
    );
    this.count = order.length;
    this.at = Float64Array.from(order, (place) => at[place] as number);
    this.codes = order.map((place) => codes[place] as number);
  }

  kindOf(event: number): number {
    return (this.codes[event] as number) & 3;
  }

  /** Of the wait, or of the part of a hold. */
  indexOf(event: number): number {
    return (this.codes[event] as number) >>> 2;
  }
}

/** Numbers things from 0 on, equal ones alike. */
export class Numbering<T> {
  private readonly known = new Map<T, number>();

  get count(): number {
    return this.known.size;
  }

  of(value: T): number {
    const known = this.known.get(value);
    if (known !== undefined) return known;
    this.known.set(value, this.known.size);
    return this.known.size - 1;
  }
}
