import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "tar-stream";
import { analyzeEvidence } from "../../src/pipeline/analyze-evidence.js";
import { deterministicGzip } from "../../test/support/fixture-scenarios/fixture-files.js";
import { type MadeCase, makeCase, type PlannedCase } from "../../test/support/incidents/plan-cases.js";
import { describeVariant } from "../../test/support/incidents/variant.js";
import { type AnsweredCase, type CaseJudgement, judge } from "./judge.js";

export interface ScoredCase {
  readonly id: string;
  readonly kind: string;
  readonly family: string;
  readonly variant: string;
  readonly label: MadeCase["label"];
  readonly judgement: CaseJudgement;
  readonly headline: string;
  readonly bytes: number;
  readonly makeMs: number;
  readonly analyzeMs: number;
}

/** Makes a case, runs it through the whole pipeline as an archive, and judges the document. */
export async function runCase(planned: PlannedCase, keep: string | null): Promise<ScoredCase> {
  const begin = Date.now();
  const made = makeCase(planned);
  const archive = await archiveOf(made);
  const bytes = made.files.reduce((sum, file) => sum + Buffer.byteLength(file.content), 0);
  const folder = mkdtempSync(join(tmpdir(), "p4rca-bench-"));
  try {
    const path = join(folder, "incident.tar.gz");
    writeFileSync(path, archive);
    const analyzeFrom = Date.now();
    const document = await answer(path, join(folder, "case.sqlite"));
    const judgement = judge(document, made.label);
    if (keep !== null) keepCase(join(keep, made.id), made, archive, document);
    return {
      ...{ id: made.id, kind: made.kind.id, family: made.kind.family, variant: describeVariant(made.variant) },
      ...{ label: made.label, judgement, headline: document.headline, bytes },
      ...{ makeMs: analyzeFrom - begin, analyzeMs: Date.now() - analyzeFrom },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The analysis document. An analysis that throws is an answer, too: a wrong one, and the other cases still count. */
async function answer(path: string, casePath: string): Promise<AnsweredCase> {
  try {
    const { document } = await analyzeEvidence([path], {
      casePath,
      keepCase: false,
      reportPath: null,
      settings: {},
      request: { stdin: null, fromS: null, toS: null, limits: {} },
      checkpoint: () => {},
      progress: () => {},
      version: "bench",
    });
    return document;
  } catch (error) {
    const headline = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { verdict: "failed", headline, case: { timeZone: { assumed: "UTC" } }, incidents: [] };
  }
}

async function archiveOf(made: MadeCase): Promise<Buffer> {
  const tar = pack();
  for (const file of made.files) {
    const mtime = new Date(Math.floor(file.modifiedMs / 1000) * 1000);
    tar.entry({ name: `${made.folder}/${file.path}`, mtime, mode: 0o600, uid: 0, gid: 0 }, file.content);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return deterministicGzip(Buffer.concat(chunks));
}

function keepCase(folder: string, made: MadeCase, archive: Buffer, document: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "incident.tar.gz"), archive);
  writeFileSync(join(folder, "label.json"), `${JSON.stringify({ variant: made.variant, ...made.label }, null, 2)}\n`);
  writeFileSync(join(folder, "analysis.json"), `${JSON.stringify(document, null, 2)}\n`);
}
