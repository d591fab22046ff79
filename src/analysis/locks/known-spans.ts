import type { Span } from "./lock-model.js";
import { ObjectTimeline, spansByObject } from "./object-timeline.js";

/** Spans by object with their timelines, to which spans may be added; on top of others that stay as they are. */
export class KnownSpans {
  private readonly own: Map<string, Span[]>;
  private readonly timelines = new Map<string, ObjectTimeline>();

  constructor(
    spans: readonly Span[],
    private readonly base: KnownSpans | null = null,
  ) {
    this.own = spansByObject(spans);
  }

  add(span: Span): void {
    const list = this.own.get(span.object);
    if (list === undefined) this.own.set(span.object, [span]);
    else list.push(span);
    this.timelines.get(span.object)?.add(span);
  }

  on(object: string): readonly Span[] {
    const own = this.own.get(object) ?? [];
    return this.base === null ? own : [...this.base.on(object), ...own];
  }

  timelineOf(object: string): ObjectTimeline {
    let timeline = this.timelines.get(object);
    if (timeline === undefined) {
      timeline = this.makeTimeline(object);
      this.timelines.set(object, timeline);
    }
    return timeline;
  }

  private makeTimeline(object: string): ObjectTimeline {
    if (this.base === null) return new ObjectTimeline(this.on(object));
    const timeline = this.base.timelineOf(object).copy();
    for (const span of this.own.get(object) ?? []) timeline.add(span);
    return timeline;
  }
}
