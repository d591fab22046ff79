import { z } from "zod";
import { cleanText } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import { type Block, type DocumentFormat, type FileReading, type KnowledgeDocument, NO_FACETS } from "./document.js";
import { NameMask } from "./mask-names.js";

/** An analysis document of p4rca as it was saved, alone or with what experts said of it; names are replaced by tokens. */
export const pastIncident: DocumentFormat = {
  id: "incident",
  title: "past incident",
  claims: ({ path, bytes }) => (path.endsWith(".json") && looksLikeAnalysis(bytes) ? 1 : 0),
  read: async ({ path, bytes }) => readIncidents(path, decodeText(bytes).text),
};

/** "schemaVersion" and the tool's name stand among the first members, also below "analysis". */
function looksLikeAnalysis(bytes: Uint8Array): boolean {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 4096));
  return head.includes('"schemaVersion"') && /"name"\s*:\s*"p4rca"/.test(head); // "name": "p4rca"
}

const text = z.string().catch("");
const incidentSchema = z.object({
  id: z.string(),
  category: text,
  cause: z.string().nullable().catch(null),
  severity: text,
  window: z.object({ start: text, end: text }).catch({ start: "", end: "" }),
  resource: z.object({ kind: text, name: text }).catch({ kind: "", name: "" }),
  suspect: z.object({ cmd: text, args: text, user: text, workspace: text, ip: text, app: text }).nullable().catch(null),
  impact: z
    .object({ blockedCommands: z.number(), blockedUsers: z.number(), blockedSeconds: z.number() })
    .nullable()
    .catch(null),
  evidence: z.array(z.object({ fact: text })).catch([]),
  actions: z.array(z.object({ text, risk: text })).catch([]),
  prevention: z.array(z.object({ text })).catch([]),
});
const analysisSchema = z.object({ headline: text, incidents: z.array(incidentSchema) });
const annotationSchema = z.object({
  incident: z.string(),
  verdict: text,
  actualCategory: z.string().nullish().catch(null),
  actualCause: z.string().nullish().catch(null),
  notes: text,
  resolvedAt: z.string().nullish().catch(null),
});
const fileSchema = z.union([
  z.object({ analysis: analysisSchema, annotations: z.array(annotationSchema).catch([]) }),
  analysisSchema.transform((analysis) => ({ analysis, annotations: [] })),
]);
type Incident = z.infer<typeof incidentSchema>;
type Annotation = z.infer<typeof annotationSchema>;

const FACTS = 12;

function readIncidents(path: string, json: string): FileReading {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    return { documents: [], warnings: [`${path} is damaged JSON: save the analysis again with --json`] };
  }
  const read = fileSchema.safeParse(raw);
  if (!read.success) return { documents: [], warnings: [`${path} is no analysis document that this version reads`] };
  const { analysis, annotations } = read.data;
  const mask = maskOf(analysis.incidents);
  const documents = analysis.incidents.map((incident, index) =>
    documentOf(path, incident, index === 0 ? analysis.headline : "", annotations, mask),
  );
  return { documents, warnings: documents.length === 0 ? [`${path} has no incident`] : [] };
}

function documentOf(
  path: string,
  incident: Incident,
  headline: string,
  annotations: readonly Annotation[],
  mask: NameMask,
): KnowledgeDocument {
  const { id, category, cause, window, resource, suspect, prevention, actions } = incident;
  const said = annotations.find((annotation) => annotation.incident === id);
  const known = said?.actualCause ?? cause ?? category;
  const blocks = (lines: readonly string[]): Block[] =>
    lines
      .map((line) => cleanText(mask.apply(line)).trim())
      .filter((line) => line !== "")
      .map((line) => ({ kind: "prose", text: line }));
  const isTable = resource.kind === "table";
  return {
    id: `${path}::${id}`,
    title: `Past incident of ${window.start.slice(0, 10)}: ${known}`,
    kind: "incident",
    source: path,
    version: null,
    trust: "site",
    facets: {
      ...NO_FACETS,
      tables: isTable ? [resource.name] : [],
      commands: suspect === null || suspect.cmd === "" ? [] : [suspect.cmd],
      categories: [said?.actualCategory ?? category],
    },
    sections: [
      { path: ["What happened"], blocks: blocks([headline, ...factsOf(incident)]) },
      { path: ["What experts said"], blocks: blocks(said === undefined ? ["Not annotated."] : verdictOf(said)) },
      { path: ["What was to be done"], blocks: blocks(actions.map((action) => `[${action.risk}] ${action.text}`)) },
      { path: ["How to prevent it"], blocks: blocks(prevention.map((step) => step.text)) },
    ].filter((section) => section.blocks.length > 0),
  };
}

function factsOf({ category, cause, severity, resource, suspect, impact, evidence }: Incident): string[] {
  return [
    `Category ${category}, cause ${cause ?? "not determined"}, severity ${severity}.`,
    `Resource: ${resource.kind} ${resource.name}.`,
    suspect === null ? "" : `Command: ${suspect.cmd} ${suspect.args} with ${suspect.app}.`,
    impact === null
      ? ""
      : `${impact.blockedCommands} commands of ${impact.blockedUsers} users blocked ${impact.blockedSeconds} s.`,
    ...evidence.slice(0, FACTS).map(({ fact }) => fact),
  ];
}

function verdictOf({ verdict, actualCategory, actualCause, notes, resolvedAt }: Annotation): string[] {
  return [
    `The diagnosis was ${verdict}.`,
    actualCause == null ? "" : `Actual cause: ${actualCause}.`,
    actualCategory == null ? "" : `Actual category: ${actualCategory}.`,
    notes,
    resolvedAt == null ? "" : `Resolved at ${resolvedAt}.`,
  ];
}

/** Whoever and whatever the document names itself. */
function maskOf(incidents: readonly Incident[]): NameMask {
  const mask = new NameMask();
  for (const { suspect, resource } of incidents) {
    if (suspect !== null) {
      mask.name("workspace", suspect.workspace);
      mask.name("user", suspect.user);
      mask.name("address", suspect.ip);
    }
    const own = /^(?:clients|clientEntity|label|change)\/(.+)$/.exec(resource.name)?.[1]; // clients/ada-ws
    if (own !== undefined || resource.kind === "client") mask.name("workspace", own ?? resource.name);
    if (resource.kind === "host") mask.name("host", resource.name);
  }
  return mask;
}
