import type { CaseOverview } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { durationText } from "../view/amounts.js";
import { byteTotals, evidenceBalance, lossTexts, mendedTexts, readText } from "../view/evidence-balance.js";
import { localTime, serverName, shortTime, windowSeconds, zoneOf } from "../view/local-times.js";
import { clean, columnsOf, cutMiddle, type Page, wrap } from "./columns.js";
import { type Block, contentColumns, line, type Tone } from "./screen.js";

/** Blocks that every first screen has, whatever the verdict; coverage, losses and paths are never crowded out. */

/** A paragraph of running text. */
export function paragraph(label: string, text: string, page: Page, place: Placing): Block {
  const wide = place.wide === true;
  const columns = wide ? page.width : contentColumns(page);
  const lines = wrap(clean(text, page), columns, page).map((row) => line(row, place.tone));
  return { label, lines, least: place.least, rank: place.rank, wide };
}

export interface Placing {
  readonly least: number;
  readonly rank: number;
  readonly wide?: boolean;
  readonly tone?: Tone;
}

/** One line an item; what does not fit is counted. */
export function list(label: string, items: readonly string[], page: Page, place: Placing): Block {
  const lines = items.map((item) => line(cutMiddle(clean(item, page), contentColumns(page), page), place.tone));
  const heldBack = (count: number) => `+ ${count} more in the report`;
  return { label, lines, least: place.least, rank: place.rank, heldBack };
}

/** Sentences that may take more than a line each. */
export function bullets(label: string, items: readonly string[], page: Page, place: Placing): Block {
  const columns = contentColumns(page);
  const lines = items.flatMap((item) =>
    wrap(clean(item, page), columns - 2, page).map((row, index) =>
      line(`${index === 0 ? "- " : "  "}${row}`, place.tone),
    ),
  );
  return { label, lines, least: place.least, rank: place.rank };
}

export function whenBlock(
  model: ReportModel,
  window: CaseOverview["window"],
  server: string | null,
  page: Page,
): Block {
  const { case: overview } = model.document;
  const place = { least: 1, rank: 3 };
  if (window === null) return paragraph("When", "no line of the evidence carries a time", page, place);
  const zone = zoneOf(model, server);
  const from = localTime(window.start, zone);
  const to = shortTime(window.end, window.start, zone);
  const assumed = overview.timeZone.from === "default" ? " (zone assumed)" : "";
  const on = server === null ? "" : ` on ${serverName(overview.servers, server)}`;
  if (window.start === window.end) return paragraph("When", `${from} ${zone.label}${assumed}${on}`, page, place);
  const lasted = durationText(windowSeconds(window));
  return paragraph("When", `${from} ${page.signs.dash} ${to} ${zone.label}${assumed}, ${lasted}${on}`, page, place);
}

export function evidenceBlock(model: ReportModel, page: Page): Block {
  const { present, absent } = evidenceBalance(model.document);
  const has = present.length === 0 ? "nothing usable" : present.join(", ");
  const lacks = absent.length === 0 ? "" : `; no ${absent.join(", ")}`;
  return paragraph("Evidence", `${has}${lacks}`, page, { least: 1, rank: 1.2 });
}

/** What was lost is on the first screen even where it is nothing. */
export function lostBlock(model: ReportModel, page: Page): Block {
  const losses = lossTexts(model.document);
  const mended = mendedTexts(model.document);
  if (losses.length === 0) {
    const all = [`nothing: all of ${readText(model.document)} was read`, ...mended].join("; ");
    return paragraph("Lost", all, page, { least: 1, rank: 1.3 });
  }
  // A few unknown lines in a large log are worth saying, not worth alarm.
  const { unknown, skipped, bytes } = byteTotals(model.document);
  const alarm = skipped > 0 || losses.length > 1 || unknown * 1000 > bytes;
  return paragraph("Lost", [...losses, ...mended].join("; "), page, {
    least: 1,
    rank: 1.3,
    tone: alarm ? "warn" : "plain",
  });
}

export function missingBlock(model: ReportModel, page: Page, place: Placing): Block {
  return list("Missing", model.document.case.missing, page, place);
}

/** Both paths on one line where they fit: the report to open, and the case to query. */
export function pathsBlock(model: ReportModel, page: Page): Block {
  const { reportPath, casePath } = model;
  const report = reportPath === null ? [] : [clean(reportPath, page)];
  const stored = casePath === null ? [] : [clean(`case ${casePath}`, page)];
  const together = [...report, ...stored].join("; ");
  const items = columnsOf(together) <= contentColumns(page) ? [together] : [...report, ...stored];
  const lines = items.filter((item) => item !== "").map((item) => line(cutMiddle(item, contentColumns(page), page)));
  return { label: reportPath === null ? "Stored" : "Report", lines, least: 1, rank: 1.1 };
}
