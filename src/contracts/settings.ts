import { z } from "zod";
import { SEVERITIES } from "./severity.js";

const positive = z.number().positive();
const whole = z.number().int().positive();

/**
 * p4rca.yaml. Every key is optional; a flag or a P4RCA_... variable wins over the file. Detectors check their own part
 * with their own schema, see docs/detectors.md.
 */
export const settingsSchema = z.strictObject({
  /** Zone of log times: UTC, +01:00, Europe/Berlin. */
  tz: z.string().optional(),
  failOn: z.enum(SEVERITIES).optional(),
  limits: z
    .strictObject({
      maxEntries: whole.optional(),
      maxDepth: whole.optional(),
      maxFileBytes: whole.optional(),
      maxTotalBytes: whole.optional(),
      maxRatio: positive.optional(),
      maxLineBytes: whole.optional(),
    })
    .optional(),
  /** Settings of detectors by id, e.g. `db-wedge: { waitMs: 2000 }`. */
  detectors: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  severity: z
    .strictObject({
      criticalVictims: whole.optional(),
      criticalBlockedSeconds: positive.optional(),
      majorVictims: whole.optional(),
      majorBlockedSeconds: positive.optional(),
    })
    .optional(),
  /** What the books say; see docs/knowledge.md. */
  knowledge: z
    .strictObject({
      /** Knowledge database; default: p4rca/knowledge.sqlite in the cache folder. */
      file: z.string().optional(),
      /** Label of this site: its documents are found here and nowhere else. */
      site: z.string().optional(),
      /** Folder of a local embedding model; without one search is by words alone. */
      embedding: z.string().optional(),
      /** Folder of a local cross-encoder. */
      reranker: z.string().optional(),
      /** Address of a chroma server that keeps the vectors; without one they lie in the knowledge database. */
      chroma: z.string().optional(),
    })
    .optional(),
});

export type Settings = z.infer<typeof settingsSchema>;
