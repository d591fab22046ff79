import { caseSections, summarySections } from "../markdown/case-sections.js";
import { text } from "../markdown/escape.js";
import { incidentSections } from "../markdown/incident-sections.js";
import type { OptionedReporter } from "./reporter.js";

/** The complete report for a ticket or a wiki. */
export const markdownReporter: OptionedReporter = {
  id: "md",
  mediaType: "text/markdown; charset=utf-8",
  render(model) {
    const { incidents, verdict, tool } = model.document;
    const [first, ...others] = incidents;
    const leads = verdict === "incident" && first !== undefined;
    const rest = leads ? others : incidents;
    const blocks = [
      ...summarySections(model),
      ...(leads ? incidentSections(model, first, "##") : []),
      ...rest.flatMap((incident) => [
        `## Also: ${text(incident.id)}, ${incident.severity}, ${text(incident.cause ?? incident.category)}`,
        ...incidentSections(model, incident, "###"),
      ]),
      ...caseSections(model),
      `p4rca ${text(tool.version)}`,
    ];
    return `${blocks.join("\n\n")}\n`;
  },
};
