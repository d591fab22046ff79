import { z } from "zod";
import { SEVERITIES } from "./severity.js";

/**
 * The analysis document: what `p4rca analyze --json` prints and every reporter renders.
 * Instants are ISO 8601 UTC, durations are seconds. A change here is a new schemaVersion.
 */
const count = z.number().int().nonnegative();
const instant = z.iso.datetime({ offset: false });
const seconds = z.number();

export const CATEGORIES = [
  "db-wedge",
  "checkpoint-under-load",
  "client-lock-contention",
  "slow-command",
  "connection-storm",
  "trigger-stall",
  "auth-stall",
  "storage-stall",
  "network-stall",
  "resource-pressure",
  "oom-kill",
  "disk-full",
  "replication-stall",
  "server-restart",
  "corruption",
  "license-or-certificate",
  "error-burst",
  "unknown",
] as const;
const categorySchema = z.enum(CATEGORIES);
export type Category = z.infer<typeof categorySchema>;

const severitySchema = z.enum(SEVERITIES);

const verdictSchema = z.enum(["incident", "no-incident", "insufficient-evidence"]);

const sourceRefSchema = z.strictObject({ input: count, line: count });

const evidenceSchema = z.strictObject({
  id: z.string(),
  fact: z.string(),
  value: z.union([z.number(), z.string(), z.null()]),
  unit: z.string().nullable(),
  source: z.strictObject({ input: count, line: count, byteOffset: count, text: z.string() }),
});

const commandRefSchema = z.strictObject({ pid: count, cmd: z.string() });

const chainSchema = z.strictObject({
  blocker: commandRefSchema,
  blocked: commandRefSchema,
  resource: z.string(),
  seconds,
  certainty: z.enum(["logged", "captured", "inferred"]),
  evidence: z.array(z.string()),
});

const suspectSchema = z.strictObject({
  pid: count,
  cmd: z.string(),
  args: z.string(),
  user: z.string(),
  workspace: z.string(),
  ip: z.string(),
  app: z.string(),
  startTime: instant.nullable(),
  endTime: instant.nullable(),
  inFlight: z.boolean(),
  source: sourceRefSchema.nullable(),
});

const impactSchema = z.strictObject({
  blockedCommands: count,
  blockedUsers: count,
  blockedSeconds: seconds,
  longestWaitSeconds: seconds,
  peakRunning: count,
  avoidableSeconds: seconds,
});

const hypothesisSchema = z.strictObject({
  category: categorySchema,
  cause: z.string().nullable(),
  score: z.number().min(0).max(1),
  for: z.array(z.string()),
  against: z.array(z.string()),
  missing: z.array(z.string()),
});

const actionSchema = z.strictObject({
  id: z.string(),
  risk: z.enum(["observe", "alert", "safe", "risky", "never"]),
  when: z.enum(["now", "was", "prevention"]),
  text: z.string(),
  command: z.string().nullable(),
  check: z.string(),
  why: z.string(),
  evidence: z.array(z.string()),
});

const preventionSchema = z.strictObject({
  text: z.string(),
  command: z.string().nullable(),
  knowledge: z.array(z.string()),
});

export const incidentSchema = z.strictObject({
  id: z.string(),
  server: z.string(),
  category: categorySchema,
  cause: z.string().nullable(),
  contributing: z.array(z.string()),
  severity: severitySchema,
  confidence: z.number().min(0).max(1),
  window: z.strictObject({ start: instant, end: instant }),
  resource: z.strictObject({
    kind: z.enum(["table", "lock", "trigger", "host", "client", "server"]),
    name: z.string(),
    mode: z.enum(["read", "write"]).nullable(),
  }),
  suspect: suspectSchema.nullable(),
  impact: impactSchema,
  chain: z.array(chainSchema),
  evidence: z.array(evidenceSchema),
  hypotheses: z.array(hypothesisSchema),
  actions: z.array(actionSchema),
  prevention: z.array(preventionSchema),
  knowledge: z.array(z.strictObject({ id: z.string(), title: z.string(), section: z.string(), score: z.number() })),
});

const serverSchema = z.strictObject({
  id: z.string(),
  serverId: z.string().nullable(),
  instance: z.string().nullable(),
  role: z.enum(["standard", "commit", "edge", "replica", "proxy", "broker", "unknown"]),
  version: z.string().nullable(),
  configurables: z.record(z.string(), z.string()),
});

const inputSchema = z.strictObject({
  id: count,
  path: z.string(),
  server: z.string().nullable(),
  kind: z.string(),
  sha256: z.string(),
  bytes: count,
  lines: count,
  records: count,
  bytesBy: z.strictObject({ parsed: count, noise: count, unknown: count, skipped: count }),
  notes: z.array(z.string()),
});

const caseSchema = z.strictObject({
  window: z.strictObject({ start: instant, end: instant }).nullable(),
  timeZone: z.strictObject({ assumed: z.string(), from: z.enum(["default", "option", "capture"]) }),
  servers: z.array(serverSchema),
  inputs: z.array(inputSchema),
  coverage: z.strictObject({
    commandStart: z.boolean(),
    completion: z.boolean(),
    track: z.boolean(),
    monitor: count,
    lslocks: count,
    lsof: count,
    syslog: count,
  }),
  missing: z.array(z.string()),
});

const detectorSchema = z.strictObject({
  id: z.string(),
  status: z.enum(["fired", "clear", "skipped", "failed"]),
  missing: z.array(z.string()),
});

export const analysisSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal("p4rca"), version: z.string() }),
  verdict: verdictSchema,
  headline: z.string(),
  case: caseSchema,
  incidents: z.array(incidentSchema),
  detectors: z.array(detectorSchema),
  /** Filled by the advisor room; null while no model was asked. */
  advisory: z.unknown().nullable(),
});

export type AnalysisDocument = z.infer<typeof analysisSchema>;
export type Incident = z.infer<typeof incidentSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type ChainLink = z.infer<typeof chainSchema>;
export type Action = z.infer<typeof actionSchema>;
export type Prevention = z.infer<typeof preventionSchema>;
export type Suspect = z.infer<typeof suspectSchema>;
export type CaseOverview = z.infer<typeof caseSchema>;
export type CaseInput = z.infer<typeof inputSchema>;
export type CaseServer = z.infer<typeof serverSchema>;
export type DetectorStatus = z.infer<typeof detectorSchema>;
