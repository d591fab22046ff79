import { z } from "zod";

/** What is read of an analysis document: what is told again, and what names have to be masked. The rest may be anything. */
const text = z.string().catch("");
const figure = z.number().catch(0);

const incidentSchema = z.object({
  id: z.string(),
  category: text,
  cause: z.string().nullable().catch(null),
  severity: text,
  window: z.object({ start: text }).catch({ start: "" }),
  resource: z.object({ kind: text, name: text }).catch({ kind: "", name: "" }),
  suspect: z.object({ cmd: text, args: text, user: text, workspace: text, ip: text, app: text }).nullable().catch(null),
  impact: z.object({ blockedCommands: figure, blockedUsers: figure, blockedSeconds: figure }).nullable().catch(null),
  chain: z.array(z.object({ resource: text })).catch([]),
  evidence: z.array(z.object({ fact: text, source: z.object({ text }).catch({ text: "" }) })).catch([]),
  actions: z.array(z.object({ text, risk: text })).catch([]),
  prevention: z.array(z.object({ text })).catch([]),
});

const serverSchema = z.object({
  serverId: z.string().nullable().catch(null),
  instance: z.string().nullable().catch(null),
});

const analysisSchema = z.object({
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.literal("p4rca") }),
  headline: text,
  case: z.object({ servers: z.array(serverSchema).catch([]) }).catch({ servers: [] }),
  incidents: z.array(incidentSchema),
});

const annotationSchema = z.object({
  incident: z.string(),
  verdict: text,
  actualCategory: z.string().nullish().catch(null),
  actualCause: z.string().nullish().catch(null),
  notes: text,
  resolvedAt: z.string().nullish().catch(null),
});

/** An analysis document alone, or with what experts said of its incidents. */
export const annotatedSchema = z.union([
  z.object({ analysis: analysisSchema, annotations: z.array(annotationSchema).catch([]) }),
  analysisSchema.transform((analysis) => ({ analysis, annotations: [] })),
]);

export type Analysis = z.infer<typeof analysisSchema>;
export type PastIncident = z.infer<typeof incidentSchema>;
export type Annotation = z.infer<typeof annotationSchema>;
