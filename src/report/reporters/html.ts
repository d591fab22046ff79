import { renderPage } from "../html/page.js";
import type { OptionedReporter } from "./reporter.js";

/** One file that opens anywhere: no network, no dependency, readable without JavaScript. */
export const htmlReporter: OptionedReporter = {
  id: "html",
  mediaType: "text/html; charset=utf-8",
  render: (model) => renderPage(model),
};
