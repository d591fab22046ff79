import type { ConcurrencyPoint, ReportModel } from "../../contracts/report-model.js";
import { countText } from "../view/amounts.js";
import { serverName, zoneOf } from "../view/local-times.js";
import { type Html, html, NOTHING } from "./markup.js";
import { type Frame, gridLines, percentAt, renderAxis, type Tick, ticksOf } from "./time-axis.js";

const MOST_POINTS = 800;
const CURVE_PX = 76;

/** Commands open at each moment, as a lane over the locks, on the same axis. */
export function renderCurveLane(model: ReportModel, server: string, frame: Frame, ticks: readonly Tick[]): Html {
  const points = model.concurrency.find((curve) => curve.server === server)?.points ?? [];
  const inside = clip(points, frame);
  if (inside.length < 2) return NOTHING;
  const peak = Math.max(1, peakOf(inside));
  const shape = inside.map(({ atMs, running }) => {
    return { x: percentAt(atMs, frame) * 10, y: Math.round((1 - running / (peak * 1.08)) * 1000) / 10 };
  });
  const steps = shape.map(({ x, y }, index) => (index === 0 ? `M${x} ${y}` : `H${x}V${y}`)).join("");
  const last = shape.at(-1)?.x ?? 0;
  const first = shape[0]?.x ?? 0;
  const says = `commands running, at most ${peak}`;
  return html`<div class="lane curve">
<div class="lane-name"><b>commands running</b><small>peak ${countText(peak, "command")}</small></div>
<svg width="100%" height="${CURVE_PX}" role="img" aria-label="${says}">${gridLines(ticks)}<svg viewBox="0 0 1000 100" preserveAspectRatio="none" width="100%" height="100%"><path class="area" d="${steps}H${last}V100H${first}Z"/><path class="curve-line" d="${steps}"/></svg></svg>
</div>`;
}

/** The whole window of every server, with its incidents marked. */
export function renderOverview(model: ReportModel): Html {
  const { servers, window } = model.document.case;
  const figures = model.concurrency.flatMap(({ server, points }) => {
    const first = points[0];
    const last = points.at(-1);
    if (first === undefined || last === undefined || points.length < 2) return [];
    const frame = window === null ? { fromMs: first.atMs, toMs: last.atMs } : widest(first, last, window);
    const ticks = ticksOf(frame, zoneOf(model, server));
    const marks = model.document.incidents
      .filter((incident) => incident.server === server)
      .slice(0, 100)
      .map((incident) => renderMark(incident.id, incident.window, frame));
    return [
      html`<div class="timeline"><div class="timeline-inner"><p class="note">${serverName(servers, server)}, ${zoneOf(model, server).label}</p>
<div class="lane marks"><div class="lane-name"><small>incidents</small></div><svg width="100%" height="16" role="img" aria-label="incidents over time">${marks}</svg></div>
${renderCurveLane(model, server, frame, ticks)}
${renderAxis(ticks)}</div></div>`,
    ];
  });
  if (figures.length === 0) return NOTHING;
  return html`<section class="block" id="overview"><h2>Commands running over the whole window</h2>${figures}</section>`;
}

function renderMark(id: string, window: { readonly start: string; readonly end: string }, frame: Frame): Html {
  const left = percentAt(Date.parse(window.start), frame);
  const width = Math.max(0.4, percentAt(Date.parse(window.end), frame) - left);
  return html`<rect class="mark" x="${left}%" y="3" width="${width.toFixed(2)}%" height="10"><title>${id}</title></rect>`;
}

function widest(
  first: ConcurrencyPoint,
  last: ConcurrencyPoint,
  window: { readonly start: string; readonly end: string },
): Frame {
  return {
    fromMs: Math.min(first.atMs, Date.parse(window.start)),
    toMs: Math.max(last.atMs, Date.parse(window.end)),
  };
}

function peakOf(points: readonly ConcurrencyPoint[]): number {
  return points.reduce((most, { running }) => Math.max(most, running), 0);
}

/** The points of the frame, with the level at both edges; too many are thinned, each group keeping its peak. */
function clip(points: readonly ConcurrencyPoint[], frame: Frame): ConcurrencyPoint[] {
  const before = points.filter(({ atMs }) => atMs <= frame.fromMs).at(-1);
  const inside = points.filter(({ atMs }) => atMs > frame.fromMs && atMs < frame.toMs);
  const group = Math.ceil(inside.length / MOST_POINTS);
  const thinned: ConcurrencyPoint[] = [];
  for (let index = 0; index < inside.length; index += group) {
    const at = inside[index];
    if (at !== undefined) thinned.push({ atMs: at.atMs, running: peakOf(inside.slice(index, index + group)) });
  }
  const left = before === undefined ? [] : [{ atMs: frame.fromMs, running: before.running }];
  const lastLevel = inside.at(-1) ?? before;
  const more = points.some(({ atMs }) => atMs >= frame.toMs);
  const right = lastLevel === undefined || !more ? [] : [{ atMs: frame.toMs, running: lastLevel.running }];
  return [...left, ...thinned, ...right];
}
