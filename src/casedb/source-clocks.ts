import type Database from "better-sqlite3";
import { epochToLocalMs } from "../base/time.js";
import type { ClockSkew } from "../contracts/case-reader.js";
import { judgeByProcessLines, judgeByRows, judgeByServerDate } from "./clock-evidence.js";
import type { ServerScope } from "./server-scope.js";

/** Whole seconds on both sides, and a capture takes a moment: less is no skew. */
const LEAST_SKEW_MS = 3000;

interface TimedSource {
  readonly source_id: number;
  readonly path: string;
  readonly taken_from: string;
}

/** How the clock of every file of a server stands to that of its log; instants are given on the log's clock. */
export class SourceClocks {
  private readonly known = new Map<number, ReadonlyMap<number, ClockSkew>>();

  constructor(
    private readonly db: Database.Database,
    private readonly scope: ServerScope,
  ) {}

  /** Sources whose clock is off, in order. */
  skews(serverId: number): ClockSkew[] {
    return [...this.bySource(serverId).values()].sort((a, b) => a.sourceId - b.sourceId);
  }

  /** Local ms of the log's clock for an instant of a file; null where the file has none. */
  localMs(serverId: number, sourceId: number, seconds: unknown, isUtc: unknown): number | null {
    if (typeof seconds !== "number") return null;
    const ownMs = isUtc === 1 ? epochToLocalMs(seconds * 1000, this.scope.zone(serverId)) : seconds * 1000;
    return ownMs - (this.bySource(serverId).get(sourceId)?.skewMs ?? 0);
  }

  private bySource(serverId: number): ReadonlyMap<number, ClockSkew> {
    let skews = this.known.get(serverId);
    if (skews === undefined) {
      skews = this.judge(serverId);
      this.known.set(serverId, skews);
    }
    return skews;
  }

  private judge(serverId: number): Map<number, ClockSkew> {
    const judged = new Map<number, ClockSkew>();
    for (const judge of [judgeByRows, judgeByServerDate, judgeByProcessLines]) {
      for (const skew of judge(this.db, this.scope, serverId)) {
        if (!judged.has(skew.sourceId)) judged.set(skew.sourceId, skew);
      }
    }
    const all = [...judged.values(), ...this.neighbours(serverId, judged)];
    return new Map(all.filter(({ skewMs }) => Math.abs(skewMs) >= LEAST_SKEW_MS).map((skew) => [skew.sourceId, skew]));
  }

  /** Captures that cannot be judged themselves were taken with the clock of the judged one nearest to them. */
  private neighbours(serverId: number, judged: ReadonlyMap<number, ClockSkew>): ClockSkew[] {
    const sources = this.timedSources(serverId);
    const models = sources.filter(({ source_id }) => judged.has(source_id));
    return sources
      .filter(({ source_id }) => !judged.has(source_id))
      .flatMap((source) => {
        const model = nearest(source, models);
        const skew = model === null ? undefined : judged.get(model.source_id);
        return skew === undefined ? [] : [{ ...skew, sourceId: source.source_id, by: "neighbour" as const }];
      });
  }

  /** Captures that tell their own time. Times of modification are each file's own matter. */
  private timedSources(serverId: number): TimedSource[] {
    const sql = `SELECT c.source_id, s.path, min(c.taken_from) AS taken_from FROM capture c
      JOIN source s ON s.id = c.source_id
      WHERE ${this.scope.in(serverId, "c.source_id")} AND c.taken_from IN ('content', 'name')
      GROUP BY c.source_id ORDER BY c.source_id`;
    return this.db.prepare(sql).all() as TimedSource[];
  }
}

/** Among those timed in the same way the one that shares most folders; at a tie the first. */
function nearest(source: TimedSource, models: readonly TimedSource[]): TimedSource | null {
  let best: TimedSource | null = null;
  let most = -1;
  for (const model of models) {
    const shared = sharedFolders(source.path, model.path);
    if (model.taken_from !== source.taken_from || shared <= most) continue;
    best = model;
    most = shared;
  }
  return best;
}

function sharedFolders(a: string, b: string): number {
  const left = a.split("/").slice(0, -1);
  const right = b.split("/").slice(0, -1);
  let shared = 0;
  while (shared < left.length && left[shared] === right[shared]) shared++;
  return shared;
}
