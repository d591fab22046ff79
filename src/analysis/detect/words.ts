import { printable, shorten } from "../../base/printable.js";
import { logTime } from "../../base/time.js";

/** The server's own clock as grep finds it: `14:07:03`. */
export function clock(localMs: number): string {
  return logTime(localMs).slice(11);
}

export function span(fromMs: number, toMs: number): string {
  return fromMs === toMs ? `at ${clock(fromMs)}` : `from ${clock(fromMs)} to ${clock(toMs)}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `112.0 MB`, `3.4 GB`: powers of 1024, as p4d counts. */
export function bytes(count: number): string {
  const mb = count / 1024 ** 2;
  return mb < 1024 ? `${mb.toFixed(1)} MB` : `${(mb / 1024).toFixed(1)} GB`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Log text is hostile and may be endless. */
export function quote(text: string, width = 100): string {
  return shorten(printable(text.split("\n", 1)[0] ?? ""), width);
}
