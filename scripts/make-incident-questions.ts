/**
 * Writes eval/knowledge/incident-questions.tsv: what simulated incidents ask the knowledge base, with the true cause of
 * each as the page to open. The cause that p4rca found is left out of the question, so that it isn't given away:
 *
 *   npx tsx scripts/make-incident-questions.ts --seed 4242 --count 70
 */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Incident } from "../src/contracts/analysis.js";
import { analyzeEvidence } from "../src/pipeline/analyze-evidence.js";
import { makeCase, type PlannedCase, planCases } from "../test/support/incidents/plan-cases.js";

const { values } = parseArgs({ options: { seed: { type: "string" }, count: { type: "string", default: "70" } } });
if (values.seed === undefined) throw new Error("--seed N is needed");

const kinds = [...new Set(planCases(Number(values.seed), 500).map(({ kind }) => kind))];
const faults = planCases(Number(values.seed), Number(values.count) * 2, kinds);
const rows: string[] = [];
for (const planned of faults) {
  if (rows.length >= Number(values.count)) break;
  const row = await questionRow(planned, rows.length + 1);
  if (row !== null) rows.push(row);
}
const head =
  "# Made by scripts/make-incident-questions.ts from simulated incidents: id, kind, question, names, relevant articles.";
const target = fileURLToPath(new URL("../eval/knowledge/incident-questions.tsv", import.meta.url));
writeFileSync(target, `${[head, ...rows].join("\n")}\n`);

/** Null where nothing is to be found, or nothing was. */
async function questionRow(planned: PlannedCase, number: number): Promise<string | null> {
  const made = makeCase(planned);
  // With two faults at once it isn't said which one the document begins with.
  const [label, second] = made.label.incidents;
  const causes = second === undefined ? (label?.causes ?? []).filter((cause) => cause !== null) : [];
  if (causes.length === 0) return null;
  const folder = mkdtempSync(join(tmpdir(), "p4rca-questions-"));
  try {
    for (const file of made.files) {
      const path = join(folder, made.folder, file.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, file.content);
      utimesSync(path, file.modifiedMs / 1000, file.modifiedMs / 1000);
    }
    const { document } = await analyzeEvidence([join(folder, made.folder)], {
      casePath: join(folder, "case.sqlite"),
      keepCase: false,
      reportPath: null,
      settings: {},
      request: { stdin: null, fromS: null, toS: null, limits: {} },
      checkpoint: () => {},
      progress: () => {},
      version: "eval",
    });
    const [incident] = document.incidents;
    if (document.verdict !== "incident" || incident === undefined) return null;
    // What else would pass for the cause is worth knowing.
    const relevant = causes.map((cause, index) => `${cause}:${index === 0 ? 3 : 1}`).join(" ");
    return [`n${number}`, "incident", document.headline, namesOf(incident).join(","), relevant].join("\t");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function namesOf({ category, resource, suspect }: Incident): string[] {
  const named = resource.kind === "host" || resource.kind === "client" ? [] : [resource.name];
  return [category, ...named, suspect?.cmd ?? ""].filter((name) => name !== "");
}
