import { describe, expect, it } from "vitest";
import type { TimelineBar } from "../../src/contracts/report-model.js";
import { ticksOf } from "../../src/report/html/time-axis.js";
import { layOutTimeline, MOST_BARS, MOST_LANES } from "../../src/report/html/timeline-layout.js";
import { renderReport } from "../../src/report/report.js";
import { at, reportModel, wedgeDocument, wedgeIncident, wedgeTimeline } from "../support/sample-document.js";

const zone = { offsetMinutes: 0, label: "UTC" };

function modelWith(timeline: readonly TimelineBar[]) {
  return reportModel(wedgeDocument(), { timeline });
}

function wait(index: number, object: string, seconds: number): TimelineBar {
  const [first] = wedgeTimeline();
  if (first === undefined) throw new Error("the sample has bars");
  const fromMs = Date.parse(at(2));
  return { ...first, what: "wait", mode: "write", object, pid: 10_000 + index, fromMs, toMs: fromMs + seconds * 1000 };
}

describe("the timeline's layout", () => {
  it("puts the contended table first and keeps every bar inside its lane and the frame", () => {
    const layout = layOutTimeline(modelWith(wedgeTimeline()), wedgeIncident());
    expect(layout.lanes[0]?.object).toBe("db.revdx");
    expect(layout.barsLeftOut).toBe(0);
    for (const lane of layout.lanes) {
      for (const { leftPercent, widthPercent, topPx, heightPx } of lane.bars) {
        expect(leftPercent).toBeGreaterThanOrEqual(0);
        expect(leftPercent + widthPercent).toBeLessThanOrEqual(100.2);
        expect(topPx + heightPx).toBeLessThanOrEqual(lane.heightPx);
      }
    }
  });

  it("never draws two bars of a lane over each other", () => {
    const layout = layOutTimeline(modelWith(wedgeTimeline()), wedgeIncident());
    for (const { bars } of layout.lanes) {
      for (const [index, a] of bars.entries()) {
        for (const b of bars.slice(index + 1)) {
          const apart = a.bar.toMs <= b.bar.fromMs || b.bar.toMs <= a.bar.fromMs;
          const stacked = a.topPx + a.heightPx <= b.topPx || b.topPx + b.heightPx <= a.topPx;
          expect(apart || stacked).toBe(true);
        }
      }
    }
  });

  it("keeps the root and the longest bars, and says how many it left out", () => {
    const many = Array.from({ length: 2 * MOST_BARS }, (_, index) => wait(index, "db.rev", 1 + index / 1000));
    const root = wedgeTimeline().slice(0, 1);
    const model = modelWith([...many, ...root]);
    const layout = layOutTimeline(model, wedgeIncident());
    const drawn = layout.lanes.flatMap(({ bars }) => bars);
    expect(drawn).toHaveLength(MOST_BARS);
    expect(drawn.some((placed) => placed.root)).toBe(true);
    expect(layout.barsLeftOut).toBe(MOST_BARS + 1);
    const shortest = Math.min(...drawn.map(({ bar }) => bar.toMs - bar.fromMs));
    expect(shortest).toBeGreaterThan(2400);
    expect(renderReport("html", model)).toContain(`Not drawn: ${MOST_BARS + 1} shorter bars`);
  });

  it("bounds the number of lanes and counts the bars of the others", () => {
    const bars = Array.from({ length: MOST_LANES + 15 }, (_, index) => wait(index, `clients/ws${index}`, 5));
    const layout = layOutTimeline(modelWith(bars), wedgeIncident());
    expect(layout.lanes).toHaveLength(MOST_LANES);
    expect([layout.lanesLeftOut, layout.barsLeftOut]).toEqual([15, 15]);
  });

  it("leaves out bars of other servers, other incidents and other hours", () => {
    const foreign = [
      { ...wait(1, "db.rev", 5), server: "s2" },
      { ...wait(2, "db.rev", 5), incident: "inc-2" },
      { ...wait(3, "db.rev", 5), incident: null, fromMs: Date.parse(at(900)), toMs: Date.parse(at(950)) },
    ];
    expect(layOutTimeline(modelWith(foreign), wedgeIncident()).lanes).toEqual([]);
  });
});

describe("the time axis", () => {
  it("ticks on round local times", () => {
    const frame = { fromMs: Date.parse(at(-0.4)), toMs: Date.parse(at(44)) };
    expect(ticksOf(frame, zone).map(({ label }) => label)).toEqual(["14:07:10", "14:07:20", "14:07:30", "14:07:40"]);
  });

  it("ticks on local hours where the zone is off by half an hour, with the date past midnight", () => {
    const frame = { fromMs: Date.parse("2024-03-05T14:00:00Z"), toMs: Date.parse("2024-03-05T21:30:00Z") };
    const labels = ticksOf(frame, { offsetMinutes: 330, label: "+05:30" }).map(({ label }) => label);
    expect(labels[0]).toBe("03/05 20:00");
    expect(labels.at(-1)).toBe("03/06 03:00");
  });

  it("stays bounded over ten years", () => {
    const frame = { fromMs: 0, toMs: Date.parse("1980-01-01T00:00:00Z") };
    expect(ticksOf(frame, zone).length).toBeLessThanOrEqual(9);
  });
});
