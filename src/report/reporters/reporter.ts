import type { Reporter, ReportModel } from "../../contracts/report-model.js";

export interface RenderOptions {
  /** Columns of the terminal; text only, 40 to 80. */
  readonly width?: number;
  /** ANSI colours; text only. */
  readonly color?: boolean;
  /** No character beyond ASCII; text only. */
  readonly ascii?: boolean;
}

export interface OptionedReporter extends Reporter {
  render(model: ReportModel, options?: RenderOptions): string;
}
