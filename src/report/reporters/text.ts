import { pageFor } from "../text/columns.js";
import { firstScreen } from "../text/first-screen.js";
import { layOut, SCREEN_COLUMNS } from "../text/screen.js";
import type { OptionedReporter } from "./reporter.js";

const NARROWEST = 40;

/** The first screen: at most 24 lines of 80 columns, whatever the model holds. Narrower, never wider, on request. */
export const textReporter: OptionedReporter = {
  id: "text",
  mediaType: "text/plain; charset=utf-8",
  render(model, options = {}) {
    const width = Math.min(SCREEN_COLUMNS, Math.max(NARROWEST, Math.floor(options.width ?? SCREEN_COLUMNS)));
    const page = pageFor(width, options.ascii ?? false);
    return layOut(firstScreen(model, page), page, options.color ?? false);
  },
};
