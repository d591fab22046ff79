import { statSync } from "node:fs";
import { EXIT, OperatorError } from "../base/errors.js";
import type { Settings } from "../contracts/settings.js";
import type { IngestRequest } from "../pipeline/fill-case.js";
import type { Console } from "./console.js";
import { type Instant, parseInstant } from "./instant.js";
import { type Bounds, resolveBounds } from "./time-bounds.js";

interface Flags {
  readonly from?: string;
  readonly to?: string;
  readonly maxEntries?: number;
  readonly maxDepth?: number;
  readonly maxFileBytes?: number;
  readonly maxTotalBytes?: number;
  readonly maxRatio?: number;
  readonly maxLineBytes?: number;
  readonly verify?: boolean;
}

/** Flags and settings about reading evidence, as the pipeline takes them. */
export async function ingestRequest(
  console: Console,
  paths: readonly string[],
  flags: Flags,
  settings: Settings,
): Promise<IngestRequest> {
  const limits = limitsOf(flags, settings);
  const { fromS, toS, notes } = await bounds(console, paths, flags, { limits, zone: settings.tz ?? null });
  for (const note of notes) console.note(`p4rca: ${note}`);
  if (paths.includes("-") && process.stdin.isTTY)
    console.note("p4rca: reading a P4LOG from the terminal; Ctrl-D ends it");
  return { stdin: paths.includes("-") ? process.stdin : null, fromS, toS, limits, verify: flags.verify === true };
}

/** The order in which PATHs are given says nothing: sorted, they give the same document. stdin comes last. */
export function inOrder(paths: readonly string[]): string[] {
  const sortable = (path: string) => `${path === "-" ? "1" : "0"}${path}`;
  return [...new Set(paths)].sort((a, b) => (sortable(a) < sortable(b) ? -1 : 1));
}

interface Reading {
  readonly limits: Readonly<Record<string, number>>;
  readonly zone: string | null;
}

const UNKNOWN_SPAN = { firstS: Number.NEGATIVE_INFINITY, lastS: Number.POSITIVE_INFINITY };

/** Full times are understood as they stand; for others the logs are looked at first. */
async function bounds(
  console: Console,
  paths: readonly string[],
  flags: Flags,
  { limits, zone }: Reading,
): Promise<Bounds> {
  const from = flags.from === undefined ? null : parseInstant(flags.from);
  const to = flags.to === undefined ? null : parseInstant(flags.to);
  const dayless = isOn("time-of-day", from, to);
  const zoned = isOn("utc", from, to);
  const readOnce = paths.some((path) => path === "-" || statSync(path, { throwIfNoEntry: false })?.isFIFO());
  if (!dayless && (!zoned || zone !== null || readOnce)) {
    const guess = zoned && zone === null ? ["--from and --to are taken on a UTC log clock; --tz says another"] : [];
    const resolved = resolveBounds(from, to, { ...UNKNOWN_SPAN, zones: [zone ?? "UTC"] });
    return { ...resolved, notes: [...resolved.notes, ...guess] };
  }
  if (readOnce) throw noDayOnStdin();
  const { surveyLogs } = await import("../pipeline/survey-logs.js");
  const { checkpoint, progress } = console;
  const span = await surveyLogs(paths, { limits, zone, checkpoint, progress });
  return span === null ? { fromS: null, toS: null, notes: [] } : resolveBounds(from, to, span);
}

function isOn(clock: Instant["clock"], ...instants: (Instant | null)[]): boolean {
  return instants.some((instant) => instant?.clock === clock);
}

function noDayOnStdin(): OperatorError {
  return new OperatorError(
    "no-day",
    "a time without its day can't be used on a log that can be read only once",
    EXIT.usage,
    'Write the day too: --from "2024/03/05 10:05".',
  );
}

/** Bounds on reading that were asked for; the others take their defaults. */
function limitsOf(flags: Flags, settings: Settings): Readonly<Record<string, number>> {
  const limits = settings.limits ?? {};
  return definedOnly({
    maxEntries: flags.maxEntries ?? limits.maxEntries,
    maxDepth: flags.maxDepth ?? limits.maxDepth,
    maxFileBytes: flags.maxFileBytes ?? limits.maxFileBytes,
    maxTotalBytes: flags.maxTotalBytes ?? limits.maxTotalBytes,
    maxRatio: flags.maxRatio ?? limits.maxRatio,
    maxLineBytes: flags.maxLineBytes ?? limits.maxLineBytes,
  });
}

function definedOnly(values: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
