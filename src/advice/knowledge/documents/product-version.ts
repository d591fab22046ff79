/** The version of the server that a title speaks of: "Helix Core Server Administrator Guide (2024.1)" -> 2024.1 */
export function productVersion(text: string): string | null {
  return /(?:^|[^\d.])((?:19|20)\d\d\.[1-9])(?![\d.])/.exec(text)?.[1] ?? null;
}
