import { printable } from "../base/printable.js";
import type { KnowledgeAnswer, Passage } from "../contracts/knowledge.js";

/** An answer of the knowledge base for the terminal. */
export function answerText(answer: KnowledgeAnswer, width: number): string {
  const blocks = answer.passages.map((passage, index) => passageText(passage, index + 1, width));
  const taken = answer.corrections.map(([typed, meant]) => `${typed} was read as ${meant}`);
  const head = taken.length === 0 ? [] : [printable(taken.join("; "))];
  if (answer.passages.length === 0) return `${[...head, "Nothing in the knowledge base speaks of that."].join("\n")}\n`;
  const doubt = "No passage answers that; these are the nearest:";
  return `${[...head, ...(answer.answered ? [] : [doubt]), ...blocks].join("\n\n")}\n`;
}

function passageText(passage: Passage, rank: number, width: number): string {
  const { title, sectionPath, source, version, trust, site, id } = passage;
  const doubt = trust === "untrusted" ? " (unverified source)" : site === null ? "" : ` (site ${site})`;
  const origin = [source, version === null ? null : `version ${version}`, id].filter((part) => part !== null);
  const lines = [
    ...wrapped(`${rank}. ${[title, ...sectionPath].join(" › ")}${doubt}`, width, ""),
    ...wrapped(passage.excerpt, width, "   "),
    ...wrapped(`[${origin.join(" · ")}]`, width, "   "),
  ];
  return lines.join("\n");
}

function wrapped(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of printable(text).split(/\s+/)) {
    if (line.trim() !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}
