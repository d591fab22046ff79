import type { Difference, Json } from "./compare-records.js";

/** What the records of a log say about it. */
export interface LogFacts {
  /** The log was read with `--no.completion.records`. */
  readonly isStartsOnly: boolean;
  /** Commands whose line the reference cut. */
  readonly cutLines: ReadonlySet<unknown>;
}

/** A difference that is meant. `situation`: the row of docs/log2sql-differences.md that says so. */
interface KnownDifference {
  readonly situation: string;
  readonly covers: (difference: Difference, facts: LogFacts) => boolean;
}

const CUT = "...";

export function factsOf(records: readonly Json[], server: 1 | 3): LogFacts {
  const cut = records.filter(({ args }) => String(args).length > 4000 && String(args).endsWith(CUT));
  return { isStartsOnly: server === 1, cutLines: new Set(cut.map(({ lineNo }) => lineNo)) };
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    situation: "lines over 5,000 bytes",
    covers: ({ lineNo, table, field, ours, theirs }, { cutLines }) => {
      if (!cutLines.has(lineNo)) return false;
      if (field === null) return String(table).startsWith("trigger_") && ours === true;
      return field === "args" && String(ours).startsWith(String(theirs).slice(0, -CUT.length));
    },
  },
  {
    situation: "byte sizes, lapses",
    covers: ({ field, ours, theirs }) =>
      /^lbr.*Bytes$/.test(String(field)) && Math.abs(Number(ours) - Number(theirs)) <= 1,
  },
  {
    situation: "`running`, log of starts only",
    covers: ({ field, ours, theirs }, { isStartsOnly }) =>
      isStartsOnly && field === "running" && Number(ours) >= Number(theirs),
  },
  { situation: "highest number of threads", covers: ({ field }) => /Threads?Max$/.test(String(field)) },
  {
    situation: "threads between the server's own counts",
    covers: ({ field, ours, theirs }) =>
      /^(active|paused)Threads$/.test(String(field)) && Number(ours) > Number(theirs),
  },
];

/**
 * A trigger of 0 ms makes the reference report its command twice, the second time with the line number behind its key
 * and with all that came later. Put together again, that is the record it should have been.
 */
export const SPLIT_SITUATION = "trigger that took 0 ms";

export function mergeSplit(records: readonly Json[]): Json[] {
  const byKey = new Map<string, Json>();
  const merged: Json[] = [];
  for (const record of [...records].sort((a, b) => Number(a.lineNo) - Number(b.lineNo))) {
    const [key = "", suffix] = String(record.processKey ?? "").split(".");
    const first = suffix === undefined ? undefined : byKey.get(key);
    if (first === undefined) {
      const own = { ...record };
      byKey.set(key, own);
      merged.push(own);
    } else addTo(first, record);
  }
  return merged;
}

function addTo(first: Json, later: Json): void {
  const { running, lineNo } = first;
  const tables = [...(first.tables as Json[]), ...(later.tables as Json[])];
  for (const [field, value] of Object.entries(later)) if (value) first[field] = value;
  Object.assign(first, { running, lineNo, tables });
}
