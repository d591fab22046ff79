import { openKnowledge } from "../advice/knowledge/knowledge.js";
import type { Incident, Prevention } from "../contracts/analysis.js";
import type { IncidentKnowledge, KnowledgePlace, KnowledgeQuestion, Passage } from "../contracts/knowledge.js";
import type { ReportModel } from "../contracts/report-model.js";

/** Passages an incident gets. */
const PASSAGES = 5;
/** Lines of evidence that are quoted in the question, and characters of each. */
const QUOTED = { lines: 5, characters: 300 };

/**
 * Adds to every incident what the books say of it and which past incidents it resembles. Nothing that was found changes: only the
 * `knowledge` lists of the document are filled. Knowledge that can't be read is a note, never an error.
 */
export async function consultKnowledge(model: ReportModel, place: KnowledgePlace): Promise<ReportModel> {
  if (model.document.incidents.length === 0) return model;
  try {
    const base = await openKnowledge(place);
    try {
      const found = new Map<string, IncidentKnowledge>();
      const quotable = new Set(
        model.document.case.inputs.filter(({ kind }) => QUOTABLE.test(kind)).map(({ id }) => id),
      );
      for (const incident of model.document.incidents) {
        const { passages } = await base.search(questionOf(incident, quotable), PASSAGES);
        found.set(incident.id, { passages, ...base.recall(incident) });
      }
      return withKnowledge(model, found, base.notes);
    } finally {
      await base.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...model, notes: [...(model.notes ?? []), `No passages were looked up: ${reason}`] };
  }
}

/** Logs have texts of errors; lists of processes and locks have names and figures. */
const QUOTABLE = /log$/; // p4log, syslog

/** What an incident asks the books: its names, and the texts of errors that are its evidence, from the inputs given. */
export function questionOf(incident: Incident, quotable: ReadonlySet<number>): KnowledgeQuestion {
  const { category, cause, contributing, resource, suspect, evidence, actions, prevention } = incident;
  const named = resource.kind === "host" || resource.kind === "client" ? [] : [resource.name];
  const commands = [...actions, ...prevention].flatMap((step) => step.command ?? []);
  const configurables = commands.flatMap((command) => CONFIGURE.exec(command)?.[1] ?? []);
  const texts = evidence
    .filter(({ source }) => quotable.has(source.input))
    .map(({ source }) => source.text.trim())
    // Track lines and the lines of commands hold figures and arguments; what is left are errors.
    .filter((text) => text !== "" && !/^---|^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d pid /.test(text)) // 2024/03/05 14:07:03 pid 7432 ada@ws …
    .slice(0, QUOTED.lines)
    .map((text) => text.slice(0, QUOTED.characters));
  return {
    text: [(cause ?? category).replaceAll("-", " "), ...texts].join("\n"),
    names: [cause, category, ...contributing, ...named, suspect?.cmd, ...new Set(configurables)].filter(
      (name): name is string => Boolean(name),
    ),
  };
}

/** p4 configure set db.peeking=2 */
const CONFIGURE = /p4 configure set (?:[\w.-]+#)?([\w.]+)=/;

function withKnowledge(
  model: ReportModel,
  found: ReadonlyMap<string, IncidentKnowledge>,
  notes: readonly string[],
): ReportModel {
  const incidents = model.document.incidents.map((incident): Incident => {
    const knowledge = found.get(incident.id);
    if (knowledge === undefined) return incident;
    const { passages, before } = knowledge;
    return {
      ...incident,
      prevention: incident.prevention.map((step) => ({ ...step, knowledge: supporting(step, incident, passages) })),
      knowledge: [
        ...passages.map(({ id, title, sectionPath, score }) => ({
          id,
          title,
          section: sectionPath.join(" › "),
          score,
        })),
        ...before.slice(0, 3).map(({ documentId, title, same, similarity }) => ({
          id: documentId,
          title,
          section: `past incident: same ${same.join(", ")}`,
          score: similarity,
        })),
      ],
    };
  });
  return {
    ...model,
    document: { ...model.document, incidents },
    knowledge: Object.fromEntries(found),
    notes: [...(model.notes ?? []), ...notes],
  };
}

/** Passages to read before a step: those of the causes it comes from, and those that name what it sets. A pointer, no ground. */
function supporting(step: Prevention, incident: Incident, passages: readonly Passage[]): string[] {
  const configurable = CONFIGURE.exec(step.command ?? "")?.[1];
  const causes = new Set([incident.cause, ...incident.contributing]);
  return passages
    .filter(({ documentId, text }) => causes.has(documentId) || (configurable && text.includes(configurable)))
    .map(({ id }) => id);
}
