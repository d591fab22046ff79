import type { CaseReader, ClockSkew } from "../contracts/case-reader.js";

/** By source id: how far its clock was off, and what showed it. `paths` names the files. */
export function clockNotes(reader: CaseReader, paths: ReadonlyMap<number, string>): Map<number, string> {
  const skews = reader.servers().flatMap((server) => reader.clockSkews(server.id));
  return new Map(skews.map((skew) => [skew.sourceId, noteOf(skew, paths)]));
}

/**
 * `clock 37 s ahead of the log's, judged by 12 monitor rows; corrected`, or where the file told no time of its own
 * `taken 90 s before it was last written, judged by 12 monitor rows`.
 */
function noteOf(skew: ClockSkew, paths: ReadonlyMap<number, string>): string {
  const seconds = Math.round(Math.abs(skew.skewMs) / 1000);
  if (skew.takenFrom === "mtime") {
    return `taken ${seconds} s ${skew.skewMs > 0 ? "before" : "after"} it was last written, ${basis(skew, paths)}`;
  }
  const least = skew.by === "process-lines" ? "at least " : "";
  const side = skew.skewMs > 0 ? "ahead of" : "behind";
  const zone = isZone(seconds) ? "; the zone may be wrong, see --tz" : "";
  return `clock ${least}${seconds} s ${side} the log's, ${basis(skew, paths)}; corrected${zone}`;
}

function basis(skew: ClockSkew, paths: ReadonlyMap<number, string>): string {
  switch (skew.by) {
    case "monitor-rows":
      return `judged by ${skew.samples} monitor rows`;
    case "server-date":
      return "judged by the server's date in p4 info";
    case "process-lines":
      return `judged by lines about ${skew.samples} server processes`;
    case "neighbour":
      return `as in ${paths.get(skew.ref.sourceId) ?? "its neighbour"}`;
  }
}

/** Zones are whole quarters of an hour apart; clocks hardly ever are. */
function isZone(seconds: number): boolean {
  const off = seconds % 900;
  return seconds >= 890 && Math.min(off, 900 - off) <= 5;
}
