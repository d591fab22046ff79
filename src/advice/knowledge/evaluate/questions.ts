import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, OperatorError } from "../../../base/errors.js";
import type { KnowledgeQuestion } from "../../../contracts/knowledge.js";
import type { Relevance } from "./metrics.js";

export const QUESTION_KINDS = ["identifier", "symptom", "incident", "typo", "unanswerable"] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

/** A question whose good answers are known. */
export interface GradedQuestion {
  readonly id: string;
  readonly kind: QuestionKind;
  readonly question: KnowledgeQuestion;
  readonly relevance: Relevance;
  /** Not looked at when weights and thresholds are chosen. */
  readonly heldOut: boolean;
}

/**
 * Questions of every .tsv file in a folder; a line: id, kind, question, names by comma, `article:grade` by space. Lines
 * that begin with # are remarks.
 *
 * @throws OperatorError (usage) with file and line where a line is none of that, or the folder has no questions
 */
export function readQuestions(folder: string): GradedQuestion[] {
  const questions = filesOf(folder).flatMap((name) =>
    readFileSync(join(folder, name), "utf8")
      .split("\n")
      .flatMap((line, index) =>
        line === "" || line.startsWith("#") ? [] : [questionOf(line, `${name}:${index + 1}`)],
      ),
  );
  if (questions.length === 0) throw wrong(`no questions in ${folder}`);
  return questions;
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".tsv"))
      .sort();
  } catch {
    throw wrong(`no folder ${folder}`);
  }
}

/** i1⇥identifier⇥db.rev write lock⇥⇥table-db-rev:3 db-write-lock-wedge:2 */
function questionOf(line: string, place: string): GradedQuestion {
  const [id = "", kind = "", text = "", names = "", relevant = ""] = line.split("\t");
  if (!isKind(kind)) throw wrong(`${place}: "${kind}" is no kind of question`);
  const relevance = Object.fromEntries(
    relevant
      .split(" ")
      .filter((one) => one !== "")
      .map((one) => {
        const [, article = "", grade = ""] = /^([\w-]+):([123])$/.exec(one) ?? []; // table-db-rev:3
        if (article === "") throw wrong(`${place}: "${one}" is no article:grade`);
        return [article, Number(grade)];
      }),
  );
  if ((kind === "unanswerable") !== (relevant === "")) throw wrong(`${place}: an answer is graded where there is one`);
  const number = Number(/\d+$/.exec(id)?.[0] ?? Number.NaN);
  if (Number.isNaN(number)) throw wrong(`${place}: an id ends with a number`);
  const question = { text, names: names.split(",").filter((name) => name !== "") };
  return { id, kind, question, relevance, heldOut: number % 2 === 0 };
}

function isKind(kind: string): kind is QuestionKind {
  return (QUESTION_KINDS as readonly string[]).includes(kind);
}

function wrong(message: string): OperatorError {
  return new OperatorError("bad-questions", message, EXIT.usage, "See eval/knowledge/README.md for the format.");
}
