import { epochToLocalMs } from "../base/time.js";
import type { Settings } from "../contracts/settings.js";
import type { IngestRequest } from "../pipeline/fill-case.js";
import { parseInstant } from "./instant.js";

interface Flags {
  readonly from?: string;
  readonly to?: string;
  readonly maxEntries?: number;
  readonly maxDepth?: number;
  readonly maxFileBytes?: number;
  readonly maxTotalBytes?: number;
  readonly maxRatio?: number;
  readonly maxLineBytes?: number;
}

/** Flags and settings about reading evidence, as the pipeline takes them. */
export function ingestOptions(paths: readonly string[], flags: Flags, settings: Settings): IngestRequest {
  const toLocalS = (epochS: number) => epochToLocalMs(epochS * 1000, settings.tz ?? "UTC") / 1000;
  const limits = settings.limits ?? {};
  return {
    stdin: paths.includes("-") ? process.stdin : null,
    fromS: flags.from === undefined ? null : parseInstant(flags.from, toLocalS),
    toS: flags.to === undefined ? null : parseInstant(flags.to, toLocalS),
    limits: definedOnly({
      maxEntries: flags.maxEntries ?? limits.maxEntries,
      maxDepth: flags.maxDepth ?? limits.maxDepth,
      maxFileBytes: flags.maxFileBytes ?? limits.maxFileBytes,
      maxTotalBytes: flags.maxTotalBytes ?? limits.maxTotalBytes,
      maxRatio: flags.maxRatio ?? limits.maxRatio,
      maxLineBytes: flags.maxLineBytes ?? limits.maxLineBytes,
    }),
  };
}

function definedOnly<T extends Record<string, number | undefined>>(values: T): Partial<Record<keyof T, number>> {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Partial<Record<keyof T, number>>;
}
