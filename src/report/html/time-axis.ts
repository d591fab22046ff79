import { localTime, type Zone } from "../view/local-times.js";
import { type Html, html } from "./markup.js";

/** A stretch of time that a drawing shows, in epoch ms. */
export interface Frame {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Tick {
  readonly percent: number;
  readonly label: string;
}

// One second to thirty days, in the steps people count in.
const STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  2_592_000,
];
const MOST_TICKS = 8;

/** Position of an instant in the frame, 0 to 100, cut at the edges. */
export function percentAt(atMs: number, frame: Frame): number {
  const share = ((atMs - frame.fromMs) / Math.max(1, frame.toMs - frame.fromMs)) * 100;
  return Math.min(100, Math.max(0, Math.round(share * 100) / 100));
}

/** Ticks on round local times; the date is shown where the frame passes more than one day. */
export function ticksOf(frame: Frame, zone: Zone): Tick[] {
  const spanS = (frame.toMs - frame.fromMs) / 1000;
  const stepS = STEPS_S.find((step) => spanS / step <= MOST_TICKS) ?? spanS / MOST_TICKS;
  const offsetMs = zone.offsetMinutes * 60_000;
  const stepMs = Math.max(1, stepS * 1000);
  const first = Math.ceil((frame.fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
  const days = localTime(frame.fromMs, zone).slice(0, 10) !== localTime(frame.toMs, zone).slice(0, 10);
  const ticks: Tick[] = [];
  for (let index = 0; index <= MOST_TICKS; index += 1) {
    const atMs = first + index * stepMs;
    if (atMs > frame.toMs) break;
    const full = localTime(atMs, zone);
    const clock = stepS >= 60 ? full.slice(11, 16) : full.slice(11);
    ticks.push({ percent: percentAt(atMs, frame), label: days ? `${full.slice(5, 10)} ${clock}` : clock });
  }
  return ticks;
}

export function renderAxis(ticks: readonly Tick[]): Html {
  return html`<div class="lane axis"><div class="lane-name"></div><svg width="100%" height="18" aria-hidden="true">${ticks.map(
    ({ percent, label }, index) =>
      html`<text class="tick${index % 2 === 1 ? " odd" : ""}" x="${percent}%" y="13" text-anchor="${percent < 4 ? "start" : percent > 96 ? "end" : "middle"}">${label}</text>`,
  )}</svg></div>`;
}

export function gridLines(ticks: readonly Tick[]): Html {
  return html`${ticks.map(({ percent }) => html`<line class="grid" x1="${percent}%" x2="${percent}%" y1="0" y2="100%"/>`)}`;
}
