import type { AnalysisDocument } from "../../contracts/analysis.js";
import { bytesText, countText } from "./amounts.js";

/** What the evidence holds and lacks, in words; the same sentences in every report. */
export interface EvidenceBalance {
  /** `command starts`, `track output`, `2 lslocks` ... */
  readonly present: readonly string[];
  readonly absent: readonly string[];
}

export function evidenceBalance(document: AnalysisDocument): EvidenceBalance {
  const { commandStart, completion, track, monitor, lslocks, lsof, syslog } = document.case.coverage;
  const kinds: readonly (readonly [string, boolean | number])[] = [
    ["starts", commandStart],
    ["completions", completion],
    ["track", track],
    ["monitor", monitor],
    ["lslocks", lslocks],
    ["lsof", lsof],
    ["syslog", syslog],
  ];
  const present = kinds.filter(([, has]) => has !== false && has !== 0);
  return {
    present: present.map(([name, has]) => (typeof has === "number" ? `${has} ${name}` : name)),
    absent: kinds.filter(([, has]) => has === false || has === 0).map(([name]) => name),
  };
}

export interface ByteTotals {
  readonly files: number;
  readonly bytes: number;
  readonly parsed: number;
  readonly noise: number;
  readonly unknown: number;
  readonly skipped: number;
}

export function byteTotals(document: AnalysisDocument): ByteTotals {
  const totals = { files: 0, bytes: 0, parsed: 0, noise: 0, unknown: 0, skipped: 0 };
  for (const { bytes, bytesBy } of document.case.inputs) {
    totals.files += 1;
    totals.bytes += bytes;
    totals.parsed += bytesBy.parsed;
    totals.noise += bytesBy.noise;
    totals.unknown += bytesBy.unknown;
    totals.skipped += bytesBy.skipped;
  }
  return totals;
}

/** Sentences about what was not read or not understood; empty when nothing was lost. */
export function lossTexts(document: AnalysisDocument): string[] {
  const totals = byteTotals(document);
  const losses: string[] = [];
  if (totals.skipped > 0) losses.push(`${bytesText(totals.skipped)} of ${bytesText(totals.bytes)} not read`);
  if (totals.unknown > 0) losses.push(`${bytesText(totals.unknown)} of ${bytesText(totals.bytes)} not understood`);
  for (const { path, notes } of document.case.inputs) for (const note of notes) losses.push(`${path}: ${note}`);
  return losses;
}

export function readText(document: AnalysisDocument): string {
  const totals = byteTotals(document);
  return `${bytesText(totals.bytes)} in ${countText(totals.files, "file")}`;
}
