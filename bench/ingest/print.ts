import type { Measurement } from "./measure.js";
import type { Found } from "./reference.js";
import type { Form, Series, Trial } from "./trial.js";

const AIMS = "| aim | | ≤ 0.40 | ≤ 0.45 | ≤ 300 | ≤ 0.60 | ≤ 1.15 |";

/** What p4rca was measured against. */
export function referenceText(found: Found): string {
  if (found.reference === null) return `Reference: none, so there are no ratios (${found.reason})`;
  return `Reference: ${found.reference.about}; ratios are medians of the ratios of single runs`;
}

/** How p4rca stands to the reference, a line a log, with the aims above. */
export function summaryText(trials: readonly Trial[]): string {
  const head = [
    "| mix | GB | wall, of reference | CPU, of reference | peak MB | case / log | .gz / plain, wall |",
    "|---|---|---|---|---|---|---|",
    AIMS,
  ];
  return `${[...head, ...trials.map(summaryLine)].join("\n")}\n`;
}

function summaryLine(trial: Trial): string {
  const plain = seriesOf(trial, "p4rca", "plain");
  const gzipped = seriesOf(trial, "p4rca", ".gz");
  const others = trial.series.filter(({ program }) => program !== "p4rca");
  const both = (cost: (run: Measurement) => number) =>
    others.length === 0
      ? "–"
      : others.map((other) => ratio(seriesOf(trial, "p4rca", other.form), other, cost).toFixed(2)).join(" · .gz ");
  const peakMb = Math.max(...[plain, gzipped].map(({ runs }) => median(runs.map((run) => run.peakMb))));
  const cells = [
    trial.mixName,
    (trial.logBytes / 1e9).toFixed(2),
    both((run) => run.wallS),
    both(cpuS),
    peakMb.toFixed(0),
    (plain.databaseBytes / trial.logBytes).toFixed(2),
    ratio(gzipped, plain, (run) => run.wallS).toFixed(2),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Everything measured on one log. */
export function trialText(trial: Trial): string {
  const { physical, logBytes } = trial;
  const rate = (seconds: number) => `${(logBytes / 1e6 / seconds).toFixed(0)} MB/s`;
  const head = [
    `## ${trial.mixName}, ${(logBytes / 1e6).toFixed(0)} MB, ${(trial.gzippedBytes / 1e6).toFixed(0)} MB gzipped`,
    "",
    `Median of ${trial.series[0]?.runs.length ?? 0}. Reading the file ${rate(physical.readS)}, finding its line ends ${rate(physical.newlinesS)}, gunzip ${rate(physical.gunzipS)}.`,
    "",
    "| program | log | wall s | MB/s | user s | system s | peak MB | database MB | database / log | commands | table rows |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
  ];
  return `${[...head, ...trial.series.map((series) => seriesLine(series, logBytes))].join("\n")}\n`;
}

function seriesLine(series: Series, logBytes: number): string {
  const middle = (pick: (run: Measurement) => number) => median(series.runs.map(pick));
  const wallS = middle((run) => run.wallS);
  const cells = [
    series.program,
    series.form,
    wallS.toFixed(2),
    (logBytes / 1e6 / wallS).toFixed(0),
    middle((run) => run.userS).toFixed(2),
    middle((run) => run.systemS).toFixed(2),
    middle((run) => run.peakMb).toFixed(0),
    (series.databaseBytes / 1e6).toFixed(0),
    (series.databaseBytes / logBytes).toFixed(2),
    series.rows?.commands ?? "–",
    series.rows?.tableRows ?? "–",
  ];
  return `| ${cells.join(" | ")} |`;
}

function seriesOf(trial: Trial, program: string, form: Form): Series {
  const found = trial.series.find((series) => series.program === program && series.form === form);
  if (found === undefined) throw new Error(`${program} was not measured on ${form}`);
  return found;
}

/** Run by run, as both ran in the same minute; then the median. */
function ratio(one: Series, other: Series, cost: (run: Measurement) => number): number {
  return median(one.runs.map((run, i) => cost(run) / cost(other.runs[i] as Measurement)));
}

function cpuS({ userS, systemS }: Measurement): number {
  return userS + systemS;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
