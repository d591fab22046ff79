import type { Incident } from "../../contracts/analysis.js";
import type { ReportModel, TimelineBar } from "../../contracts/report-model.js";
import { type Frame, percentAt } from "./time-axis.js";

/** Bounds of one drawing: a browser stays quick, and a page stays readable. What is left out is counted. */
export const MOST_BARS = 1500;
export const MOST_LANES = 40;

const MOST_LABELLED_ROWS = 8;
const LABELLED_ROW_PX = 18;
const HOLD_PX = 13;
const WAIT_PX = 9;
const LANE_MARGIN_PX = 5;

export interface PlacedBar {
  readonly bar: TimelineBar;
  readonly root: boolean;
  readonly leftPercent: number;
  readonly widthPercent: number;
  readonly topPx: number;
  readonly heightPx: number;
  readonly labelled: boolean;
}

export interface Lane {
  readonly object: string;
  readonly heightPx: number;
  readonly holds: number;
  readonly waits: number;
  readonly bars: readonly PlacedBar[];
}

export interface TimelineLayout {
  readonly frame: Frame;
  readonly lanes: readonly Lane[];
  readonly barsLeftOut: number;
  readonly lanesLeftOut: number;
  readonly longestMs: number;
}

/** Places the incident's bars: one lane an object, the contended one first; holds above waits, longest bars kept. */
export function layOutTimeline(model: ReportModel, incident: Incident): TimelineLayout {
  const all = model.timeline.filter((bar) => belongsTo(bar, incident));
  const isRoot = (bar: TimelineBar) => incident.suspect !== null && bar.pid === incident.suspect.pid;
  const ranked = [...all].sort(
    (a, b) => Number(isRoot(b)) - Number(isRoot(a)) || b.toMs - b.fromMs - (a.toMs - a.fromMs),
  );
  const kept = ranked.slice(0, MOST_BARS);
  const frame = frameOf(incident, kept.filter(isRoot));
  const byObject = new Map<string, TimelineBar[]>();
  for (const bar of kept) {
    const list = byObject.get(bar.object);
    if (list === undefined) byObject.set(bar.object, [bar]);
    else list.push(bar);
  }
  const waited = (bars: readonly TimelineBar[]) =>
    bars.reduce((sum, bar) => sum + (bar.what === "wait" ? bar.toMs - bar.fromMs : 0), 0);
  const objects = [...byObject].sort(
    ([nameA, a], [nameB, b]) =>
      Number(nameB === incident.resource.name) - Number(nameA === incident.resource.name) || waited(b) - waited(a),
  );
  const shown = objects.slice(0, MOST_LANES);
  return {
    frame,
    lanes: shown.map(([object, bars]) => layOutLane(object, bars, frame, isRoot)),
    barsLeftOut: all.length - shown.reduce((sum, [, bars]) => sum + bars.length, 0),
    lanesLeftOut: objects.length - shown.length,
    longestMs: kept.reduce((most, bar) => Math.max(most, bar.toMs - bar.fromMs), 0),
  };
}

function belongsTo(bar: TimelineBar, incident: Incident): boolean {
  if (bar.server !== incident.server) return false;
  if (bar.incident !== null) return bar.incident === incident.id;
  return bar.toMs >= Date.parse(incident.window.start) && bar.fromMs <= Date.parse(incident.window.end);
}

/** The incident's window, widened to show where the root's hold begins and ends, at most by its own length a side. */
function frameOf(incident: Incident, rootBars: readonly TimelineBar[]): Frame {
  const start = Date.parse(incident.window.start);
  const end = Math.max(start + 1000, Date.parse(incident.window.end));
  const reach = end - start;
  const fromMs = rootBars.reduce((least, bar) => Math.min(least, bar.fromMs), start);
  const toMs = rootBars.reduce((most, bar) => Math.max(most, bar.toMs), end);
  const margin = Math.max(500, reach * 0.04);
  return { fromMs: Math.max(start - reach, fromMs) - margin, toMs: Math.min(end + reach, toMs) + margin };
}

function layOutLane(
  object: string,
  bars: readonly TimelineBar[],
  frame: Frame,
  isRoot: (bar: TimelineBar) => boolean,
): Lane {
  const byStart = [...bars].sort((a, b) => a.fromMs - b.fromMs || b.toMs - a.toMs);
  const holds = byStart.filter((bar) => bar.what === "held");
  const waits = byStart.filter((bar) => bar.what === "wait");
  const placed: PlacedBar[] = [];
  let topPx = LANE_MARGIN_PX;
  for (const group of [holds, waits]) {
    const labelled = group.length <= MOST_LABELLED_ROWS;
    const rows = labelled ? group.map((_, row) => row) : packRows(group);
    const rowCount = rows.reduce((most, row) => Math.max(most, row + 1), 0);
    const rowPx = labelled ? LABELLED_ROW_PX : rowCount > 120 ? 3 : 6;
    const labelledPx = group === holds ? HOLD_PX : WAIT_PX;
    const heightPx = labelled ? labelledPx : rowPx - 1;
    group.forEach((bar, index) => {
      const leftPercent = percentAt(bar.fromMs, frame);
      placed.push({
        bar,
        root: isRoot(bar),
        leftPercent,
        widthPercent: Math.max(0.15, Math.round((percentAt(bar.toMs, frame) - leftPercent) * 100) / 100),
        topPx: topPx + (rows[index] ?? 0) * rowPx + (labelled ? (LABELLED_ROW_PX - heightPx) / 2 : 0),
        heightPx,
        labelled,
      });
    });
    topPx += rowCount * rowPx;
  }
  return { object, heightPx: topPx + LANE_MARGIN_PX, holds: holds.length, waits: waits.length, bars: placed };
}

/** First row that is free when the bar begins; bars come by start. */
function packRows(bars: readonly TimelineBar[]): number[] {
  const freeFrom: number[] = [];
  return bars.map((bar) => {
    const free = freeFrom.findIndex((endMs) => endMs <= bar.fromMs);
    const row = free === -1 ? freeFrom.length : free;
    freeFrom[row] = bar.toMs;
    return row;
  });
}
