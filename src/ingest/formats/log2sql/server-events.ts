import { secondsOf, type Values, whole } from "./log2sql-values.js";

type EventRow = Readonly<Record<string, number | string | null>>;

/** log2sql's event: threads, paused threads and pressure in one; the case has a row for each, as from the text log. */
export function eventRows(values: Values): EventRow[] {
  const time_s = secondsOf(values.eventTime);
  if (time_s === null) return [];
  const value = (name: string) => whole(values[name], 1) || 0;
  const event = (kind: string, text: string, ...values: number[]): EventRow => {
    const [v1 = null, v2 = null, v3 = null, v4 = null] = values as (number | null)[];
    return { time_s, kind, v1, v2, v3, v4, text };
  };
  const [active, paused] = [value("activeThreads"), value("pausedThreads")];
  const pressure = ["pauseRateCPU", "pauseRateMem", "cpuPressureState", "memPressureState"].map(value);
  const [cpu, mem, cpuState, memState] = pressure;
  return [
    ...(active > 0 ? [event("active-threads", `Server is now using ${active} active threads.`, active)] : []),
    ...(paused > 0 ? [event("paused-threads", `Server now has ${paused} paused threads.`, paused)] : []),
    ...(pressure.some((part) => part > 0)
      ? [
          event(
            "pressure",
            `Server under resource pressure.  Pause rate CPU ${cpu}%, mem ${mem}%, CPU pressure ${cpuState}, mem pressure ${memState}`,
            ...pressure,
          ),
        ]
      : []),
  ];
}
