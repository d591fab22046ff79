import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readQuestions } from "../../../../src/advice/knowledge/evaluate/questions.js";
import { evaluateKnowledge } from "../../../../src/advice/knowledge/knowledge.js";

const FOLDER = fileURLToPath(new URL("../../../../eval/knowledge/", import.meta.url));
const CORPUS = fileURLToPath(new URL("../../../../corpus/", import.meta.url));
const QUESTIONS = readQuestions(FOLDER);

describe("the graded questions", () => {
  it("are at least 300, in the parts that were decided on", () => {
    const part = (kind: string) => QUESTIONS.filter((one) => one.kind === kind).length / QUESTIONS.length;
    expect(QUESTIONS.length).toBeGreaterThanOrEqual(300);
    const parts = { identifier: 0.3, symptom: 0.3, incident: 0.2, typo: 0.1, unanswerable: 0.1 };
    for (const [kind, wanted] of Object.entries(parts)) expect(part(kind)).toBeCloseTo(wanted, 1);
    expect(new Set(QUESTIONS.map(({ id }) => id)).size).toBe(QUESTIONS.length);
  });

  it("are graded by articles that exist", () => {
    const articles = new Set(
      readdirSync(CORPUS, { recursive: true, encoding: "utf8" }).map((path) =>
        path.split("/").at(-1)?.replace(/\.md$/, ""),
      ),
    );
    const unknown = QUESTIONS.flatMap(({ relevance }) => Object.keys(relevance)).filter((id) => !articles.has(id));
    expect(unknown).toEqual([]);
  });

  it("are answered by words alone as well as when this bar was set (2026-12-01: 0.91, 0.86, refused 0.89)", async () => {
    const [lexical] = await evaluateKnowledge({ path: null, site: "" }, FOLDER, "all");
    const score = (kind: string) => lexical?.result.scores.find((one) => one.kind === kind);
    expect(lexical?.arm).toBe("lexical");
    expect(score("answerable")?.recallAt5).toBeGreaterThanOrEqual(0.89);
    expect(score("answerable")?.ndcgAt10).toBeGreaterThanOrEqual(0.84);
    expect(score("identifier")?.recallAt5).toBeGreaterThanOrEqual(0.92);
    expect(score("unanswerable")?.refused).toBeGreaterThanOrEqual(0.8);
  });
});
