import type { CaseReader } from "../../contracts/case-reader.js";
import type { EvidenceKind } from "../../contracts/evidence.js";
import type { Fact } from "../../contracts/signal.js";
import { fact, reach } from "./host-signal.js";
import { type Timed, timed } from "./storage-evidence.js";
import { span } from "./words.js";

export interface PressureLimits {
  readonly swapKb: number;
  readonly stealPercent: number;
  readonly cpuPressure: number;
  readonly idlePercent: number;
}

/** From here on a machine short of processors or memory explains that everybody is slow. */
export const PRESSURE_LIMITS: PressureLimits = { swapKb: 2000, stealPercent: 20, cpuPressure: 60, idlePercent: 3 };

const LEAST_SAMPLES = 2;

export interface PressureSign {
  readonly kind: "swap" | "cpu";
  readonly fromMs: number;
  readonly toMs: number;
  readonly fact: Fact;
}

/** What captures say of processors and memory. */
export function pressureSigns(reader: CaseReader, serverId: number, settings: PressureLimits): PressureSign[] {
  const figures = (kind: EvidenceKind, name: string) =>
    timed(reader.measurements(serverId, kind).filter((one) => one.name === name));
  const high = (rows: readonly Timed[], limit: number) => rows.filter((one) => one.value >= limit);
  const idle = figures("vmstat", "idle_percent").filter((one) => one.value <= settings.idlePercent);
  const starved = figures("vmstat", "steal_percent");
  return [
    ...signOf(
      "swap",
      swapped(reader, serverId, settings),
      LEAST_SAMPLES,
      (v) => `${Math.round(v)} kB a second were swapped`,
    ),
    ...signOf(
      "cpu",
      high(starved, settings.stealPercent),
      LEAST_SAMPLES,
      (v) => `other machines took ${v} % of the processors`,
    ),
    ...signOf(
      "cpu",
      high(figures("pressure", "cpu_some_avg10"), settings.cpuPressure),
      1,
      (v) => `work waited for a processor ${v} % of the time`,
    ),
    ...signOf("cpu", idle, LEAST_SAMPLES, () => `the processors were never idle in ${idle.length} samples`),
  ];
}

/** In and out at once is thrashing; out alone is the kernel tidying up. */
function swapped(reader: CaseReader, serverId: number, settings: PressureLimits): Timed[] {
  const rows = timed(reader.measurements(serverId, "vmstat"));
  const out = rows.filter((one) => one.name === "swap_out_kb" && one.value > 0);
  return rows.flatMap((row) => {
    if (row.name !== "swap_in_kb" || row.value === 0) return [];
    const other = out.find((one) => one.ref.lineNo === row.ref.lineNo && one.ref.sourceId === row.ref.sourceId);
    const value = row.value + (other?.value ?? 0);
    return other !== undefined && value >= settings.swapKb ? [{ ...row, value }] : [];
  });
}

function signOf(
  kind: PressureSign["kind"],
  rows: readonly Timed[],
  least: number,
  words: (worst: number) => string,
): PressureSign[] {
  if (rows.length < least) return [];
  const worst = rows.reduce((a, b) => (b.value > a.value ? b : a));
  const stretch = reach(rows.map(({ atMs }) => ({ fromMs: atMs, toMs: atMs })));
  const text = `${words(worst.value)} (${span(stretch.fromMs, stretch.toMs)})`;
  return [{ kind, ...stretch, fact: fact(text, worst.value, worst.unit, worst.ref) }];
}
