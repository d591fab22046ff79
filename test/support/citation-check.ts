import type { AnalysisDocument, Evidence, Incident } from "../../src/contracts/analysis.js";

/** Lines of one input file, by input number. */
export type LinesOf = (input: number) => readonly string[];

/**
 * What a document's evidence gets wrong about the files it cites; empty when every item quotes its line as it stands, and
 * every number of its sentence is in that line or follows from it in one of these ways:
 *
 * - `111.4 s` is `111363ms` or `111s`, or the sum of a `user+system` pair; `8,103 MB` the sum of both directions;
 * - the pid of a line of a track block is in the start line above it;
 * - the moment of a row of a capture is the capture's, and its sentence may name the other process of the row;
 * - `N s later` is counted to the last line of the logs; `of its N s` is the lapse of the command, on its completion line;
 * - `N commands were open at ...` counts the log's commands at an instant, its line starts the oldest of those stuck;
 * - `N commands waited ... in all` is the sum over the incident, its line is the longest of the waits.
 */
export function citationFaults(document: AnalysisDocument, linesOf: LinesOf): string[] {
  return document.incidents.flatMap((incident) =>
    incident.evidence.flatMap((item) =>
      faultsOf(item, incident, document, linesOf).map((fault) => `${incident.id} ${item.id} "${item.fact}": ${fault}`),
    ),
  );
}

function faultsOf(item: Evidence, incident: Incident, document: AnalysisDocument, linesOf: LinesOf): string[] {
  const { input, line, text } = item.source;
  const lines = linesOf(input);
  const actual = lines[line - 1];
  if (actual === undefined) return [`input ${input} has no line ${line}`];
  if (!sameText(text, actual)) return [`line ${line} is ${JSON.stringify(actual)}, quoted as ${JSON.stringify(text)}`];
  const lineAt = lines.slice(0, line - 1).reduce((sum, one) => sum + Buffer.byteLength(one) + 1, 0);
  const faults = lineAt === item.source.byteOffset ? [] : [`begins at byte ${lineAt}, not ${item.source.byteOffset}`];
  if (/^[\d,]+ commands were open at/.test(item.fact)) {
    const counted = Number(/^[\d,]+/.exec(item.fact)?.[0]?.replaceAll(",", ""));
    return counted <= incident.impact.peakRunning ? faults : [...faults, `${counted} is more than ever were open`];
  }
  const named = pidAbove(item, document, linesOf);
  const known = [...numbersOf(actual), ...derived(item, incident, document), ...(named === null ? [] : [named])];
  for (const number of claims(item.fact, actual)) {
    if (!known.some((one) => fits(number, one)))
      faults.push(`${number.text} does not follow from ${JSON.stringify(actual)}`);
  }
  return faults;
}

/** Very long lines are quoted in part, and of `lslocks -J` the one object. */
function sameText(quoted: string, actual: string): boolean {
  if (quoted.startsWith("{") && actual.includes(quoted)) return true;
  const [head = "", tail = ""] = quoted.includes("…") && quoted.length >= 1000 ? quoted.split("…") : [quoted, ""];
  return quoted === actual || (quoted.length >= 1000 && actual.startsWith(head) && actual.endsWith(tail));
}

interface Claim {
  readonly text: string;
  readonly value: number;
  /** Half of the last digit shown. */
  readonly tolerance: number;
}

const COMMAND = /pid (\d+) \(.*?\)(?= (?:waited|held|holding|waiting|started|itself|ended|fits|took|had|,)|[,;:]|$)/g; // pid 7 (ann, user-sync //a/...) waited
const CLOCK = /\b\d\d:\d\d:\d\d\b/g; // 14:07:03
const NUMBER = /(?<![\w.@#/-])(\d[\d,]*(?:\.\d+)?)(?: (ms|s|min|h)\b)?(?![\w@#/])/g; // 111.4 s, 9,354,560, 36 ms

/** The numbers a sentence claims. What names a command (user, function, arguments) is of its start line. */
function claims(fact: string, line: string): Claim[] {
  const isRow = !line.startsWith("---") && !line.startsWith("\t") && !line.startsWith("lapse ");
  const named = fact.replace(COMMAND, "pid $1").replace(/^\S+ ran .* at (?=\d\d:)| to or from \S+$/g, ""); // ann ran files //a/... at 10:17:03 (pid 7)
  const found = [...named.replace(CLOCK, "").matchAll(NUMBER)].map(([text, digits = "", unit = ""]): Claim => {
    const factor = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 }[unit] ?? 1;
    const decimals = digits.split(".")[1]?.length ?? 0;
    return { text, value: Number(digits.replaceAll(",", "")) * factor, tolerance: (factor / 10 ** decimals) * 0.51 };
  });
  const clocks = isRow ? [] : [...named.matchAll(CLOCK)].map(([text]) => text).filter((text) => !line.includes(text));
  return [...found, ...clocks.map((text) => ({ text, value: Number.NaN, tolerance: 0 }))];
}

function fits(claim: Claim, known: number): boolean {
  return Math.abs(claim.value - known) <= (claim.tolerance > 0.6 ? claim.tolerance : 0);
}

/** Every number of a line, seconds as ms too, and the sums of pairs (`116623+14577us`, `92616+3/8103mb+0mb`). */
function numbersOf(line: string): number[] {
  const plain = [...line.matchAll(/\d*\.?\d+/g)].map(([text]) => Number(text));
  const times = [...line.matchAll(/(\d*\.?\d+)s\b/g)].map(([, text]) => Number(text) * 1000); // .648s
  const pairs = [...line.matchAll(/(\d+)(?:mb)?\+(\d+)/g)].map(([, a, b]) => Number(a) + Number(b)); // 8103mb+0mb
  return [...plain, ...times, ...pairs];
}

function derived(item: Evidence, incident: Incident, document: AnalysisDocument): number[] {
  const { suspect, impact } = incident;
  const numbers: number[] = [];
  const windowEnd = Date.parse(document.case.window?.end ?? "");
  if (/ later$/.test(item.fact) && typeof item.value === "number") {
    const at = /(\d\d):(\d\d):(\d\d)/.exec(item.fact) ?? [];
    const startS = Number(at[1]) * 3600 + Number(at[2]) * 60 + Number(at[3]);
    const openMs = (((windowEnd / 1000 - startS) % 900) + 900) % 900; // zones differ by quarters of an hour
    if (openMs === (item.value / 1000) % 900) numbers.push(item.value);
  }
  if (item.fact.includes(" of its ") && suspect?.endTime != null && suspect.startTime !== null) {
    const lapseMs = Date.parse(suspect.endTime) - Date.parse(suspect.startTime);
    const said = Number(/ of its ([\d.]+) s$/.exec(item.fact)?.[1] ?? Number.NaN) * 1000;
    if (Math.abs(said - lapseMs) <= 1500) numbers.push(said);
  }
  if (/^[\d,]+ commands? (?:waited|were)/.test(item.fact))
    numbers.push(impact.blockedCommands, impact.blockedSeconds * 1000);
  return numbers;
}

/** Of a line of a track block: the pid of the start line above it, in this file or at the end of the one before. */
function pidAbove(item: Evidence, document: AnalysisDocument, linesOf: LinesOf): number | null {
  const { input, line, text } = item.source;
  if (!text.startsWith("---") && !text.startsWith("lapse ")) return null;
  const inputs = document.case.inputs.filter((one) => one.kind === "p4log" && one.id <= input);
  const before = inputs.at(-2);
  const lines = [...(before === undefined ? [] : linesOf(before.id)), ...linesOf(input).slice(0, line)];
  const start = lines.findLast((one) => /^\t\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d pid \d+ \S+@/.test(one)); // \t2024/04/16 10:17:03 pid 7 ann@ws
  return Number(/ pid (\d+) /.exec(start ?? "")?.[1] ?? Number.NaN);
}
