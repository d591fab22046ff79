import { cleanTitle } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import { type DocumentFormat, type FileReading, type KnowledgeDocument, NO_FACETS } from "./document.js";
import { type Annotation, annotatedSchema, type PastIncident } from "./incident-file.js";
import { maskOf, withoutArguments } from "./mask-incident.js";
import type { NameMask } from "./mask-names.js";
import { SectionBuilder } from "./section-builder.js";

/** An analysis document of p4rca as it was saved, alone or with what experts said of it; names are replaced by tokens. */
export const pastIncident: DocumentFormat = {
  id: "incident",
  title: "past incident",
  claims: ({ path, bytes }) => (path.endsWith(".json") && looksLikeAnalysis(bytes) ? 1 : 0),
  read: async ({ path, bytes }) => readIncidents(path, decodeText(bytes).text),
};

/** "schemaVersion" and the tool's name stand among the first members, also below "analysis". */
function looksLikeAnalysis(bytes: Uint8Array): boolean {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 65_536));
  return head.includes('"schemaVersion"') && /"name"\s*:\s*"p4rca"/.test(head); // "name": "p4rca"
}

const FACTS_OF_INTEREST = 8;

function readIncidents(path: string, json: string): FileReading {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    return { documents: [], warnings: [`${path} is damaged JSON: save the analysis again with --json`] };
  }
  const read = annotatedSchema.safeParse(raw);
  if (!read.success) return { documents: [], warnings: [`${path} is no analysis document that this version reads`] };
  const { analysis, annotations } = read.data;
  const mask = maskOf(analysis);
  const documents = analysis.incidents.map((incident, index) =>
    documentOf(path, incident, index === 0 ? analysis.headline : "", annotations, mask),
  );
  return { documents, warnings: documents.length === 0 ? [`${path} has no incident`] : [] };
}

function documentOf(
  path: string,
  incident: PastIncident,
  headline: string,
  annotations: readonly Annotation[],
  mask: NameMask,
): KnowledgeDocument {
  const { id, category, cause, window, resource, suspect, prevention, actions } = incident;
  const said = annotations.find((annotation) => annotation.incident === id);
  const builder = new SectionBuilder();
  const add = (heading: string, lines: readonly string[]) => {
    if (lines.every((line) => line.trim() === "")) return;
    builder.heading(2, heading);
    for (const line of lines) builder.add("prose", mask.apply(withoutArguments(line)));
  };
  add("What happened", [headline, ...factsOf(incident)]);
  add("What experts said", said === undefined ? ["Not annotated."] : verdictOf(said));
  add(
    "What was to be done",
    actions.map((action) => `[${action.risk}] ${action.text}`),
  );
  add(
    "How to prevent it",
    prevention.map((step) => step.text),
  );
  return {
    id: `${path}::${id}`,
    title: cleanTitle(
      `Past incident of ${window.start.slice(0, 10)}: ${mask.apply(said?.actualCause ?? cause ?? category)}`,
    ),
    kind: "incident",
    source: path,
    version: null,
    trust: "site",
    facets: {
      ...NO_FACETS,
      tables: resource.kind === "table" ? [resource.name] : [],
      commands: suspect === null || suspect.cmd === "" ? [] : [suspect.cmd],
      categories: [said?.actualCategory ?? category],
    },
    sections: builder.sections(),
  };
}

/** What is told without a word of anybody's: evidence names whoever waited, and stays out. */
function factsOf({ category, cause, severity, resource, suspect, impact, chain }: PastIncident): string[] {
  const waitedFor = [...new Set(chain.map((link) => resourceShape(link.resource)))].slice(0, FACTS_OF_INTEREST);
  return [
    `Category ${category}, cause ${cause ?? "not determined"}, severity ${severity}.`,
    `Resource: ${resource.kind} ${resourceShape(resource.name)}.`,
    suspect === null
      ? ""
      : `Command: ${[suspect.cmd, argumentShape(suspect.args)].join(" ").trim()} with ${suspect.app}.`,
    impact === null
      ? ""
      : `${impact.blockedCommands} commands of ${impact.blockedUsers} users blocked ${impact.blockedSeconds} s.`,
    waitedFor.length === 0 ? "" : `Waited for: ${waitedFor.join(", ")}.`,
  ];
}

/** `clients/ada-ws` -> `clients/*`: whose it is does not matter. */
function resourceShape(name: string): string {
  return name.replace(/^(clients|clientEntity|label|change)\/.*$/s, "$1/*"); // clients/ada-ws
}

/** `-d "branch for release 6" //depot/main/...` -> `-d //depot/main/...`: flags and paths, whose names are masked. */
function argumentShape(args: string): string {
  const kept = args.split(/\s+/).filter((one) => /^-[A-Za-z]{1,2}$/.test(one) || one.startsWith("//")); // -d
  return kept.slice(0, FACTS_OF_INTEREST).join(" ");
}

function verdictOf({ verdict, actualCategory, actualCause, notes, resolvedAt }: Annotation): string[] {
  return [
    `The diagnosis was ${verdict || "not judged"}.`,
    actualCause == null ? "" : `Actual cause: ${actualCause}.`,
    actualCategory == null ? "" : `Actual category: ${actualCategory}.`,
    notes,
    resolvedAt == null ? "" : `Resolved at ${resolvedAt}.`,
  ];
}
