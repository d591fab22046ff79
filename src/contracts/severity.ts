/** Worst first. Apart from the schema, so that `--help` need not load it. */
export const SEVERITIES = ["critical", "major", "warning", "info"] as const;

export type Severity = (typeof SEVERITIES)[number];
