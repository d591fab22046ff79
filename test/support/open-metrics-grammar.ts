/**
 * A reader of OpenMetrics 1.0 text, as strict as the standard where it says MUST for what stands in a history of
 * counters and gauges: every line, the order of lines, and what a series may do. It shares nothing with the writer.
 */
export interface Sample {
  readonly family: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly atS: number;
}

interface Family {
  readonly name: string;
  type: string | null;
  unit: string | null;
  help: string | null;
  readonly series: Map<string, { lastS: number; lastValue: number }>;
  current: string | null;
}

const METRIC_NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
/** # TYPE p4rca_commands_started counter */
const META = new RegExp(`^# (TYPE|UNIT|HELP) (${METRIC_NAME}) (.*)$`);
/** p4rca_commands_started_total{server="s1",cmd="user-sync"} 3 1709629680 */
const SAMPLE = new RegExp(
  `^(${METRIC_NAME})(\\{[^\\n]*\\})? (-?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:e[+-]?[0-9]+)?) (-?[0-9]+(?:\\.[0-9]+)?)$`,
);
/** server="s1" */
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = { counter: ["_total", "_created"], gauge: [""] };

/** All samples, or an Error that names the first line that breaks a rule. */
export function readOpenMetrics(text: string): Sample[] {
  if (!text.endsWith("# EOF\n")) throw new Error("the last line is not # EOF");
  const lines = text.slice(0, -"# EOF\n".length).split("\n");
  if (lines.pop() !== "") throw new Error("the line before # EOF does not end");
  const families = new Map<string, Family>();
  const samples: Sample[] = [];
  let family: Family | null = null;
  for (const [index, line] of lines.entries()) {
    const problem = (what: string) => new Error(`line ${index + 1}: ${what}: ${line.slice(0, 200)}`);
    if (line.startsWith("#")) {
      family = readMeta(line, family, families, problem);
      continue;
    }
    if (family === null) throw problem("a sample without its TYPE");
    samples.push(readSample(line, family, problem));
  }
  return samples;
}

type Problem = (what: string) => Error;

function readMeta(line: string, current: Family | null, families: Map<string, Family>, problem: Problem): Family {
  const [, kind = "", name = "", rest = ""] = META.exec(line) ?? [];
  if (kind === "") throw problem("no metadata");
  const family = current?.name === name ? current : startFamily(name, families, problem);
  if (family.series.size > 0) throw problem("metadata behind the samples of its family");
  if (kind === "TYPE") {
    if (family.type !== null || SUFFIXES[rest] === undefined) throw problem("TYPE");
    family.type = rest;
  } else if (kind === "UNIT") {
    if (family.unit !== null || !name.endsWith(`_${rest}`)) throw problem("the name does not end with the unit");
    family.unit = rest;
  } else {
    if (family.help !== null || /(?:^|[^\\])(?:\\\\)*\\(?![\\n"])/.test(rest)) throw problem("HELP");
    family.help = rest;
  }
  return family;
}

function startFamily(name: string, families: Map<string, Family>, problem: Problem): Family {
  if (families.has(name)) throw problem("a family comes back");
  if (/_(?:total|created|count|sum|bucket|info)$/.test(name)) throw problem("the name ends with a suffix of samples");
  const family: Family = { name, type: null, unit: null, help: null, series: new Map(), current: null };
  families.set(name, family);
  return family;
}

function readSample(line: string, family: Family, problem: Problem): Sample {
  const [, name = "", braces = "", value = "", timestamp = ""] = SAMPLE.exec(line) ?? [];
  if (name === "") throw problem("no sample");
  if (!(SUFFIXES[family.type ?? ""] ?? []).some((suffix) => name === family.name + suffix)) {
    throw problem("a sample of another family, or without the suffix of its type");
  }
  const labels = readLabels(braces, problem);
  const sample = { family: family.name, name, labels, value: Number(value), atS: Number(timestamp) };
  checkSeries(family, `${name}${JSON.stringify(Object.entries(labels).sort())}`, sample, problem);
  return sample;
}

function readLabels(braces: string, problem: Problem): Record<string, string> {
  const text = braces.slice(1, -1);
  const labels: Record<string, string> = {};
  for (let at = 0; at < text.length; ) {
    LABEL.lastIndex = at;
    const [all = "", name = "", value = "", comma] = LABEL.exec(text) ?? [];
    if (all === "" || name in labels || (comma === "," && LABEL.lastIndex === text.length)) throw problem("labels");
    labels[name] = value.replace(/\\(["\\n])/g, (_, char) => (char === "n" ? "\n" : char));
    at = LABEL.lastIndex;
  }
  return labels;
}

/** Points of a series stand together, go forward in time, and a counter neither falls nor is negative. */
function checkSeries(family: Family, id: string, { value, atS }: Sample, problem: Problem): void {
  const known = family.series.get(id);
  if (known !== undefined && family.current !== id) throw problem("series are interleaved");
  if (known !== undefined && atS <= known.lastS) throw problem("time does not go forward");
  if (family.type === "counter" && !(value >= (known?.lastValue ?? 0))) throw problem("a counter falls");
  family.series.set(id, { lastS: atS, lastValue: value });
  family.current = id;
}
