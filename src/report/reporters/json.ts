import { type AnalysisDocument, analysisSchema } from "../../contracts/analysis.js";
import type { OptionedReporter } from "./reporter.js";

/** The document itself: keys in the order of the schema, two blanks of indentation, a newline at the end. */
export const jsonReporter: OptionedReporter = {
  id: "json",
  mediaType: "application/json",
  render(model) {
    return `${visible(JSON.stringify(inSchemaOrder(model.document), null, 2))}\n`;
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

/**
 * JSON leaves DEL, the C1 controls and bidirectional overrides as they are, and a terminal would obey them: they are
 * escaped, which changes nothing for a parser. U+009B -> "\u009b"
 */
function visible(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
