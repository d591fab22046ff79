import type { ReportModel } from "../contracts/report-model.js";
import { htmlReporter } from "./reporters/html.js";
import { jsonReporter } from "./reporters/json.js";
import { markdownReporter } from "./reporters/markdown.js";
import type { OptionedReporter, RenderOptions } from "./reporters/reporter.js";
import { textReporter } from "./reporters/text.js";

const REPORTERS = {
  text: textReporter,
  md: markdownReporter,
  html: htmlReporter,
  json: jsonReporter,
} as const satisfies Record<string, OptionedReporter>;

/**
 * The whole report as one text, made from the model alone: no clock, no I/O, the same model gives the same bytes.
 * `text` is the first screen (at most 24 lines of 80 columns); `html` is one self-contained page; `json` the document.
 */
export function renderReport(id: keyof typeof REPORTERS, model: ReportModel, options: RenderOptions = {}): string {
  return REPORTERS[id].render(model, options);
}
