import { cleanText, cleanTitle } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import {
  type DocumentFormat,
  type FileReading,
  type KnowledgeDocument,
  type KnowledgeFile,
  NO_FACETS,
} from "./document.js";
import { SectionBuilder } from "./section-builder.js";
import { sourceOf, statedAddress } from "./source-address.js";

/** Saved output of `p4 help`, one topic or many one after the other: a document a topic. */
export const p4Help: DocumentFormat = {
  id: "p4-help",
  title: "p4 help output",
  claims: ({ bytes }) => {
    const lines = new TextDecoder("latin1").decode(bytes.subarray(0, 16_384)).split(/\r?\n/);
    const begins = lines.some((line) => TOPIC.test(line)) && lines.some((line) => /^ {4}p4 \S/.test(line)); //     p4 monitor show
    return begins || lines.some((line) => LIST.test(line)) ? 0.8 : 0;
  },
  read: async (file) => readHelp(file),
};

const TOPIC = /^ {4}([a-z][\w-]{0,40}|Perforce|Helix Core|P4)(?: \([\w -]{1,60}\))? -- (\S.*)$/; //     monitor -- Display server process information
const LIST = /^ {4}(Most common )?(?:Perforce|Helix Core|P4) (?:client )?commands:\s*$/; //     Perforce client commands:
const ENTRY = /^\s{1,8}([a-z][\w-]{1,40})\s{2,40}(\S.*)$/; // 	add         Open a new file to add it to the depot

interface Topic {
  /** All names that the command has: one may be a synonym of the other. */
  readonly names: string[];
  readonly words: string;
  readonly lines: string[];
}

function readHelp({ path, bytes }: KnowledgeFile): FileReading {
  const decoded = decodeText(bytes);
  const text = cleanText(decoded.text);
  const source = sourceOf(statedAddress(text), path);
  const documents = topicsOf(text.split("\n"))
    .filter(({ lines }) => lines.some((line) => line.trim() !== ""))
    .map((topic) => ({ ...documentOf(path, topic), ...source }));
  const warnings = decoded.warning === null ? [] : [`${path}: ${decoded.warning}`];
  return { documents, warnings: documents.length === 0 ? [...warnings, `${path} explains no command`] : warnings };
}

function topicsOf(lines: readonly string[]): Topic[] {
  const topics: Topic[] = [];
  for (const line of lines) {
    const last = topics.at(-1);
    const [, name, words = ""] = TOPIC.exec(line) ?? [];
    const list = LIST.exec(line);
    if (list !== null) topics.push({ names: [list[1] === undefined ? "commands" : "simple"], words: "", lines: [] });
    // "workspace -- Synonym for 'client'" stands right below "client -- ..."
    else if (name !== undefined && last?.lines.length === 0) last.names.push(name);
    else if (name !== undefined) topics.push({ names: [/^[a-z]/.test(name) ? name : "help"], words, lines: [] });
    else last?.lines.push(line);
  }
  return topics;
}

function documentOf(path: string, { names, words, lines }: Topic): Omit<KnowledgeDocument, "source" | "trust"> {
  const [name = ""] = names;
  const isCommand = !["help", "commands", "simple"].includes(name);
  const builder = new SectionBuilder();
  if (isCommand) addExplanation(lines, builder);
  else for (const line of lines) builder.add("list", entryOf(line));
  const also = names.length > 1 ? ` (also ${names.slice(1).join(", ")})` : "";
  return {
    id: `${path}::${name}`,
    title: cleanTitle(`p4 help ${name}${also}${words === "" ? "" : `: ${words}`}`),
    kind: "p4-help",
    version: null,
    facets: { ...NO_FACETS, commands: isCommand ? names.map((one) => `user-${one}`) : [] },
    sections: builder.sections(),
  };
}

/** `	add         Open a new file` -> `p4 add: Open a new file` */
function entryOf(line: string): string {
  const [, name, words] = ENTRY.exec(line) ?? [];
  return name === undefined ? line : `p4 ${name}: ${words}`;
}

function addExplanation(lines: readonly string[], builder: SectionBuilder): void {
  let paragraph: string[] = [];
  const flush = () => {
    // The synopsis stands at four blanks, text behind a tab.
    const isSynopsis = paragraph.some((line) => /^ {4}(?:p4 |\[)/.test(line)); //     p4 monitor show [-a]
    builder.add(isSynopsis ? "code" : "prose", paragraph.join(isSynopsis ? "\n" : " "));
    paragraph = [];
  };
  for (const line of lines) {
    if (line.trim() === "") flush();
    else paragraph.push(line);
  }
  flush();
}
