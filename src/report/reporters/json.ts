import { printableJson } from "../../base/printable.js";
import { type AnalysisDocument, analysisSchema } from "../../contracts/analysis.js";
import type { OptionedReporter } from "./reporter.js";

/** The document itself: keys in the order of the schema, two blanks of indentation, a newline at the end. */
export const jsonReporter: OptionedReporter = {
  id: "json",
  mediaType: "application/json",
  render(model) {
    return `${printableJson(JSON.stringify(inSchemaOrder(model.document), null, 2))}\n`;
  },
};

/** Reading the document through its schema puts the keys in order. A document that breaks it is still printed. */
function inSchemaOrder(document: AnalysisDocument): AnalysisDocument {
  const read = analysisSchema.safeParse(document);
  if (!read.success) return document;
  const servers = read.data.case.servers.map((server) => ({
    ...server,
    configurables: Object.fromEntries(Object.entries(server.configurables).sort(([a], [b]) => (a < b ? -1 : 1))),
  }));
  return { ...read.data, case: { ...read.data.case, servers } };
}
