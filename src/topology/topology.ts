import type { ServerFact } from "../contracts/case-reader.js";
import type { EvidenceKind } from "../contracts/evidence.js";
import { assignCaptures } from "./assign-captures.js";
import { logFamilies } from "./log-family.js";
import { findOverlap, type LogKey, type Overlap } from "./overlap.js";
import { inTimeOrder } from "./rotation-order.js";
import { joinSameServers } from "./same-server.js";
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
  /** s1, s2 ... by the path of their first file. */
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
 * one whose log knows most of its pids (`pidMatches`, rows of the capture that the logs explain). Groups that name one
 * ServerID, or whose logs hold the same lines (`shareLines`), are one server.
 */
export function attributeServers(
  sources: readonly SourceSketch[],
  zoneOption: string | null,
  pidMatches: (captureSourceId: number, logSourceIds: readonly number[]) => number,
  shareLines: (logIds: readonly number[], otherLogIds: readonly number[]) => boolean = () => false,
): ServerGroup[] {
  const ordered = [...sources].sort(byPath);
  const families = logFamilies(ordered);
  const members = assignCaptures(ordered, families, pidMatches);
  return joinSameServers(members, ordered, shareLines)
    .filter((ids) => ids.length > 0)
    .map((ids) => ordered.filter((source) => ids.includes(source.id)))
    .sort((a, b) => byPath(a[0], b[0]))
    .map((own, index) => {
      const sourceIds = own.map((source) => source.id).sort((a, b) => a - b);
      return { label: `s${index + 1}`, ...describeServer(own, zoneOption), sourceIds };
    });
}

/** The order in which files were read must not show in the answer. */
function byPath(a: SourceSketch | undefined, b: SourceSketch | undefined): number {
  if (a === undefined || b === undefined || a.path === b.path) return (a?.id ?? 0) - (b?.id ?? 0);
  return a.path < b.path ? -1 : 1;
}

/** P4LOG sources of one server in time order, by content; see rotation-order.ts. */
export function rotationOrder(sources: readonly SourceSketch[]): SourceSketch[] {
  return inTimeOrder(sources.filter((source) => source.kind === "p4log"));
}

/** See overlap.ts. */
export function overlapOf(
  earlier: readonly LogKey[],
  later: readonly LogKey[],
  earlierBytes: number,
  allLaterBytes = 0,
): Overlap | null {
  return findOverlap(earlier, later, earlierBytes, allLaterBytes);
}
