import type { Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { beforeText, doubtAbout, knowledgeOf, memoryText } from "../view/knowledge-words.js";
import { list, paragraph } from "./blocks.js";
import type { Page } from "./columns.js";
import type { Block } from "./screen.js";

/** Whether it was seen before, where anything is remembered; and what to read, which gives way to all else. */
export function knowledgeBlocks(model: ReportModel, incident: Incident, page: Page): Block[] {
  const knowledge = knowledgeOf(model, incident);
  if (knowledge === null) return [];
  const { before, passages } = knowledge;
  const memory = memoryText(incident, knowledge);
  const best = before[0];
  const seen = memory === null ? [] : [best === undefined ? memory : `${beforeText(best)}; ${memory}`];
  const titles = passages.map((passage) => {
    const doubt = doubtAbout(passage);
    return doubt === null ? passage.title : `${passage.title} (${doubt})`;
  });
  return [
    ...seen.map((text) => paragraph("Before", text, page, { least: 1, rank: 5.2 })),
    list("Read", [...new Set(titles)], page, { least: 0, rank: 13 }),
  ];
}
