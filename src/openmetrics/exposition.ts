/**
 * The OpenMetrics 1.0 text format, as far as a history of counters and gauges needs it. What it demands and Prometheus'
 * own format does not: timestamps in seconds, points of one series together and in order, families never interleaved,
 * `_total` on counters, and `# EOF` as the last line.
 */
export interface FamilyHead {
  /** Without `_total`; ends with the unit where there is one. */
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly unit: "seconds" | null;
  readonly help: string;
}

export type Labels = Readonly<Record<string, string>>;

export function familyHead({ name, type, unit, help }: FamilyHead): string {
  const unitLine = unit === null ? "" : `# UNIT ${name} ${unit}\n`;
  return `# TYPE ${name} ${type}\n${unitLine}# HELP ${name} ${escaped(help)}\n`;
}

/** `p4rca_commands_started_total{server="edge-1",cmd="user-sync"}`: what stands before the values of a series. */
export function seriesName({ name, type }: FamilyHead, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return `${name}${type === "counter" ? "_total" : ""}{${pairs.join(",")}}`;
}

/** `atS`: seconds since 1970, UTC. */
export function point(series: string, value: number, atS: number): string {
  return `${series} ${value} ${atS}\n`;
}

export const END_OF_FILE = "# EOF\n";

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
