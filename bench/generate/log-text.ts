/** What stands before every block; the line after it is indented. */
export const BLOCK = "Perforce server info:\n\t";

let second = Number.NaN;
let text = "";

/** `2024/03/05 14:07:03`; most lines share their second with the line before. */
export function time(ms: number): string {
  const wanted = Math.floor(ms / 1000);
  if (wanted !== second) {
    second = wanted;
    text = new Date(wanted * 1000).toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
  }
  return text;
}

/** Three digits, cut off, as p4d prints them: .031s 1.38s 34.9s 109s */
export function lapse(ms: number): string {
  if (ms < 1000) return `.${String(ms).padStart(3, "0")}s`;
  if (ms < 10_000) return `${(Math.floor(ms / 10) / 100).toFixed(2)}s`;
  if (ms < 100_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  return `${Math.floor(ms / 1000)}s`;
}
