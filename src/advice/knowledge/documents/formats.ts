import type { DocumentFormat } from "./document.js";
import { html } from "./html.js";
import { markdown } from "./markdown.js";
import { p4Help } from "./p4-help.js";
import { pastIncident } from "./past-incident.js";
import { pdf } from "./pdf.js";
import { plainText } from "./plain-text.js";
import { slackExport } from "./slack-export.js";
import { ticketCsv } from "./ticket-csv.js";

/** Every kind of document that can be read; the surest of a file reads it, the first of equally sure ones. */
export const FORMATS: readonly DocumentFormat[] = [
  pastIncident,
  slackExport,
  pdf,
  html,
  ticketCsv,
  markdown,
  p4Help,
  plainText,
];
