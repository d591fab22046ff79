import type { ReportModel } from "../contracts/report-model.js";
import { renderReport as render } from "../report/report.js";

export interface RenderOptions {
  readonly width?: number;
  readonly color?: boolean;
  readonly ascii?: boolean;
}

/** One format of a report; see report/report.ts. */
export function renderReport(
  format: "text" | "md" | "html" | "json",
  model: ReportModel,
  options: RenderOptions,
): string {
  return render(format, model, options);
}
