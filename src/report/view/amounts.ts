/** Amounts as people read them. Durations come in seconds (the document's unit), sizes in bytes. */

/** `40.0 s`, `110.1 s`: one decimal, never regrouped, so that it can be compared with the log. */
export function secondsText(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

/** `40.0 s`, `2 min 38 s`, `3 h 12 min`, `2 d 3 h`. */
export function durationText(seconds: number): string {
  if (Math.abs(seconds) < 60) return secondsText(seconds);
  const whole = Math.round(seconds);
  if (whole < 3600) return join(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 86_400) return join(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
  return join(Math.floor(whole / 86_400), "d", Math.floor((whole % 86_400) / 3600), "h");
}

/** The exact seconds, and the same in larger units once a minute is passed: `158.2 s (2 min 38 s)`. */
export function exactDuration(seconds: number): string {
  return Math.abs(seconds) < 60 ? secondsText(seconds) : `${secondsText(seconds)} (${durationText(seconds)})`;
}

export function bytesText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${bytes} bytes` : `${value.toFixed(1)} ${units[unit]}`;
}

/** `1 command`, `3 commands`. */
export function countText(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/** Rounded down, so that 100% is said of nothing less than certainty. */
export function percentText(share: number): string {
  return `${Math.floor(share * 100 + 1e-9)}%`;
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
