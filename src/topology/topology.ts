import type { ServerFact } from "../contracts/case-reader.js";
import type { EvidenceKind } from "../contracts/evidence.js";
import { assignCaptures } from "./assign-captures.js";
import { logFamilies } from "./log-family.js";
import { findOverlap, type LogKey, type Overlap } from "./overlap.js";
import { describeServer } from "./server-identity.js";

/** What is known of one file when it is time to say whose it is. */
export interface SourceSketch {
  readonly id: number;
  readonly path: string;
  readonly kind: EvidenceKind;
  readonly firstS: number | null;
  readonly lastS: number | null;
  /** `p4 info`, `p4 configure show` and manifest lines of this file. */
  readonly facts: readonly { readonly kind: string; readonly name: string; readonly value: string }[];
}

export interface ServerGroup {
  /** s1, s2 ... in the order of their first file. */
  readonly label: string;
  readonly serverId: string | null;
  /** SDP instance, from a path such as p4/1/logs/log. */
  readonly instance: string | null;
  readonly role: ServerFact["role"];
  readonly version: string | null;
  readonly timeZone: string;
  readonly timeZoneFrom: "default" | "option" | "capture";
  readonly sourceIds: readonly number[];
}

/**
 * Which file belongs to which server. Logs that rotate into each other are one family (same folder, same name but for
 * dates, numbers and compression). A capture goes to the family nearest in the tree, then nearest in name, then to the
 * one whose log knows most of its pids (`pidMatches`, rows of the capture that the logs explain).
 */
export function attributeServers(
  sources: readonly SourceSketch[],
  zoneOption: string | null,
  pidMatches: (captureSourceId: number, logSourceIds: readonly number[]) => number,
): ServerGroup[] {
  const families = logFamilies(sources);
  const members = assignCaptures(sources, families, pidMatches);
  return members
    .filter((ids) => ids.length > 0)
    .map((ids) => [...ids].sort((a, b) => a - b))
    .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
    .map((sourceIds, index) => {
      const own = sources.filter((source) => sourceIds.includes(source.id));
      return { label: `s${index + 1}`, ...describeServer(own, zoneOption), sourceIds };
    });
}

/** P4LOG sources of one server in time order, by content: first timestamp, then last, then path. */
export function rotationOrder(sources: readonly SourceSketch[]): SourceSketch[] {
  const last = Number.MAX_SAFE_INTEGER;
  return sources
    .filter((source) => source.kind === "p4log")
    .sort(
      (a, b) =>
        (a.firstS ?? last) - (b.firstS ?? last) || (a.lastS ?? last) - (b.lastS ?? last) || (a.path < b.path ? -1 : 1),
    );
}

/** See overlap.ts. */
export function overlapOf(earlier: readonly LogKey[], later: readonly LogKey[], earlierBytes: number): Overlap | null {
  return findOverlap(earlier, later, earlierBytes);
}
