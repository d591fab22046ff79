import { z } from "zod";
import { analysisSchema, type Incident } from "../../../contracts/analysis.js";
import type { Verdict } from "./incident-signature.js";

const annotationSchema = z.object({
  incident: z.string(),
  verdict: z.enum(["correct", "incorrect", "partial"]),
  actualCategory: z.string().nullish(),
  actualCause: z.string().nullish(),
});

const fileSchema = z.union([
  z.object({ analysis: analysisSchema, annotations: z.array(annotationSchema).default([]) }),
  analysisSchema.transform((analysis) => ({ analysis, annotations: [] })),
]);

/** Incidents of an analysis document, alone or with annotations; nothing where the file is something else. */
export function incidentsIn(bytes: Uint8Array): { incident: Incident; verdict: Verdict | null }[] {
  const read = fileSchema.safeParse(jsonOf(bytes));
  if (!read.success) return [];
  const { analysis, annotations } = read.data;
  return analysis.incidents.map((incident) => {
    const said = annotations.find((annotation) => annotation.incident === incident.id);
    if (said === undefined) return { incident, verdict: null };
    const { verdict, actualCategory, actualCause } = said;
    return {
      incident,
      verdict: { verdict, actualCategory: actualCategory ?? null, actualCause: actualCause ?? null },
    };
  });
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
