import type { AnalysisDocument } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { bytesText, percentText } from "../view/amounts.js";
import { evidenceBalance, lossTexts, mendedTexts, readText } from "../view/evidence-balance.js";
import { localTime, shortTime, zoneOf } from "../view/local-times.js";
import { bullets, code, table, text } from "./escape.js";

const VERDICT: Readonly<Record<AnalysisDocument["verdict"], string>> = {
  incident: "Incident",
  "no-incident": "No incident",
  "insufficient-evidence": "Cannot tell: the evidence does not suffice",
};

export function summarySections(model: ReportModel): string[] {
  const { document } = model;
  const first = document.verdict === "incident" ? document.incidents[0] : undefined;
  const sure = first === undefined ? "" : `, ${first.severity}, confidence ${percentText(first.confidence)}`;
  const window = document.case.window;
  const zone = zoneOf(model, null);
  const covered =
    window === null
      ? "No line of the evidence carries a time."
      : `Evidence from ${localTime(window.start, zone)} to ${shortTime(window.end, window.start, zone)} ${text(zone.label)}.`;
  return [`# ${VERDICT[document.verdict]}${sure}`, text(document.headline), covered];
}

/** Coverage, losses, files, checks and servers: on what the answer stands. */
export function caseSections(model: ReportModel): string[] {
  return [...coverage(model), ...inputs(model), ...detectors(model), ...servers(model)];
}

function coverage({ document }: ReportModel): string[] {
  const { present, absent } = evidenceBalance(document);
  const losses = lossTexts(document);
  const mended = mendedTexts(document);
  const { missing, timeZone } = document.case;
  return [
    "## What the evidence covers",
    bullets([
      `Present: ${present.length === 0 ? "nothing usable" : present.join(", ")}`,
      `Absent: ${absent.length === 0 ? "nothing" : absent.join(", ")}`,
      `Lost: ${losses.length === 0 ? `nothing, all of ${readText(document)} was read` : losses.map(text).join("; ")}`,
      ...(mended.length === 0 ? [] : [`Set right: ${mended.map(text).join("; ")}`]),
      `Would help: ${missing.length === 0 ? "nothing" : missing.map(text).join("; ")}`,
      `Time zone: ${text(timeZone.assumed)} (from: ${timeZone.from})`,
    ]),
  ];
}

function inputs({ document }: ReportModel): string[] {
  const rows = document.case.inputs.map(({ path, kind, server, bytes, records, bytesBy, notes }) => [
    code(path),
    text(kind),
    text(server ?? "–"),
    bytesText(bytes),
    String(records),
    ...[bytesBy.parsed, bytesBy.noise, bytesBy.unknown, bytesBy.skipped].map(bytesText),
    notes.map(text).join("; "),
  ]);
  const head = ["File", "Kind", "Server", "Size", "Records", "Parsed", "Noise", "Unknown", "Skipped", "Notes"];
  return ["## Files read", table(head, rows)];
}

function detectors({ document }: ReportModel): string[] {
  const rows = document.detectors.map(({ id, status, missing }) => [code(id), status, missing.map(text).join(", ")]);
  return ["## What was checked", table(["Detector", "Answer", "Lacked"], rows)];
}

function servers({ document }: ReportModel): string[] {
  const rows = document.case.servers.map(({ id, serverId, instance, role, version, configurables }) => [
    text(id),
    text(serverId ?? "–"),
    text(instance ?? "–"),
    role,
    text(version ?? "unknown"),
    Object.entries(configurables)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => code(`${name}=${value}`))
      .join(" "),
  ]);
  return ["## Servers", table(["Id", "Server", "Instance", "Role", "Version", "Configurables"], rows)];
}
