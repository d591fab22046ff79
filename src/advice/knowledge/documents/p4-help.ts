import { cleanText } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import {
  type DocumentFormat,
  type FileReading,
  type KnowledgeDocument,
  type KnowledgeFile,
  NO_FACETS,
} from "./document.js";
import { SectionBuilder } from "./section-builder.js";

/** Saved output of `p4 help`, one topic or many one after the other: a document a topic. */
export const p4Help: DocumentFormat = {
  id: "p4-help",
  title: "p4 help output",
  claims: ({ bytes }) => {
    const head = new TextDecoder("latin1").decode(bytes.subarray(0, 16_384));
    return TOPIC.test(head) && /^ {4}p4 \S/m.test(head) ? 0.8 : 0;
  },
  read: async (file) => readHelp(file),
};

/** `    monitor -- Display Helix Core Server process information` */
const TOPIC = /^ {4}([a-z][\w-]*(?: \([\w -]+\))?) -- (\S.*)$/m;

function readHelp({ path, bytes }: KnowledgeFile): FileReading {
  const decoded = decodeText(bytes);
  const documents: KnowledgeDocument[] = [];
  let topic: { name: string; title: string; lines: string[] } | null = null;
  const finish = () => {
    // A line of a list ("p4 help commands") names a topic without explaining it.
    if (topic?.lines.some((line) => line.trim() !== "")) documents.push(documentOf(path, topic));
  };
  for (const line of cleanText(decoded.text).split("\n")) {
    const [, name, words = ""] = TOPIC.exec(line) ?? [];
    if (name !== undefined) {
      finish();
      topic = { name: name.split(" ")[0] ?? name, title: words, lines: [] };
    } else topic?.lines.push(line);
  }
  finish();
  const warnings = decoded.warning === null ? [] : [`${path}: ${decoded.warning}`];
  return { documents, warnings: documents.length === 0 ? [...warnings, `${path} explains no command`] : warnings };
}

function documentOf(
  path: string,
  { name, title, lines }: { name: string; title: string; lines: readonly string[] },
): KnowledgeDocument {
  const builder = new SectionBuilder();
  let paragraph: string[] = [];
  const flush = () => {
    // The synopsis stands at four blanks, text behind a tab.
    const isSynopsis = paragraph.some((line) => /^ {4}(?:p4 |\[)/.test(line));
    builder.add(isSynopsis ? "code" : "prose", paragraph.join(isSynopsis ? "\n" : " "));
    paragraph = [];
  };
  for (const line of lines) {
    if (line.trim() === "") flush();
    else paragraph.push(line);
  }
  flush();
  return {
    ...{
      id: `${path}::${name}`,
      title: `p4 help ${name}: ${title.trim()}`,
      kind: "p4-help",
      source: `p4 help ${name}`,
    },
    ...{
      version: null,
      trust: "site",
      facets: { ...NO_FACETS, commands: [`user-${name}`] },
      sections: builder.sections(),
    },
  };
}
