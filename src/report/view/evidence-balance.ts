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
  const unread = totals.skipped - savedTwice(document);
  if (unread > 0) losses.push(`${bytesText(unread)} of ${bytesText(totals.bytes)} not read`);
  if (totals.unknown > 0) losses.push(`${bytesText(totals.unknown)} of ${bytesText(totals.bytes)} not understood`);
  losses.push(
    ...notesOf(document).flatMap(({ path, note }) => (isClock(note) || isTwice(note) ? [] : [`${path}: ${note}`])),
  );
  return losses;
}

/** Clocks that were off and were set right, lines that were saved twice and count once: nothing is lost by that. */
export function mendedTexts(document: AnalysisDocument): string[] {
  return notesOf(document).flatMap(({ path, note }) => (isClock(note) || isTwice(note) ? [`${path}: ${note}`] : []));
}

/** Bytes that another file of the case has, too. */
function savedTwice(document: AnalysisDocument): number {
  return document.case.inputs.reduce((sum, { notes, bytesBy }) => {
    const overlap = notes
      .flatMap((note) => OVERLAP.exec(note)?.[1] ?? [])
      .reduce((all, bytes) => all + Number(bytes), 0);
    return sum + (notes.some((note) => note.startsWith(SAME)) ? bytesBy.skipped : Math.min(overlap, bytesBy.skipped));
  }, 0);
}

/** `the first 57408 bytes also end logs/log.1 and count once` */
const OVERLAP = /^the first (\d{1,15}) bytes also end /;
/** `same content as logs/log.1: not counted again` */
const SAME = "same content as ";

function isTwice(note: string): boolean {
  return OVERLAP.test(note) || note.startsWith(SAME);
}

function notesOf(document: AnalysisDocument): { path: string; note: string }[] {
  return document.case.inputs.flatMap(({ path, notes }) => notes.map((note) => ({ path, note })));
}

/** `clock 37 s ahead of the log's, judged by 12 monitor rows; corrected` */
function isClock(note: string): boolean {
  return note.startsWith("clock ") || note.startsWith("taken ");
}

export function readText(document: AnalysisDocument): string {
  const totals = byteTotals(document);
  return `${bytesText(totals.bytes)} in ${countText(totals.files, "file")}`;
}
