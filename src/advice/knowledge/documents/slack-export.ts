import { basename, dirname } from "node:path";
import { z } from "zod";
import { cleanTitle } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import {
  type DocumentFormat,
  type FileReading,
  type KnowledgeDocument,
  type KnowledgeFile,
  NO_FACETS,
} from "./document.js";
import { NameMask } from "./mask-names.js";
import { SectionBuilder } from "./section-builder.js";
import { conversations, type Message, messageSchema, worthReading } from "./slack-messages.js";

/** A day of a channel as Slack exports it (CHANNEL/2024-03-05.json): a document a thread, without the persons. */
export const slackExport: DocumentFormat = {
  id: "chat",
  title: "Slack export",
  claims: ({ path, bytes }) => {
    const head = new TextDecoder("latin1").decode(bytes.subarray(0, 16_384));
    return path.endsWith(".json") && /^[^[{"]{0,64}\[/.test(head) && /"ts"\s{0,9}:\s{0,9}"\d+\.\d+"/.test(head)
      ? 0.95
      : 0; // [{"ts": "1709647623.000100"
  },
  read: async (file) => readExport(file),
};

function readExport({ path, bytes }: KnowledgeFile): FileReading {
  let raw: unknown;
  try {
    raw = JSON.parse(decodeText(bytes).text);
  } catch {
    return { documents: [], warnings: [`${path} is damaged JSON: export the channel again`] };
  }
  const read = z
    .array(z.unknown())
    .catch([])
    .parse(raw)
    .map((entry) => messageSchema.safeParse(entry));
  const all = read.flatMap((one) => (one.success ? [one.data] : []));
  const odd = read.length - all.length;
  const warnings = odd === 0 ? [] : [`${path}: ${odd} of ${read.length} entries are no messages`];
  const mask = maskOf(all);
  const messages = all.filter(worthReading).sort((a, b) => Number(a.ts) - Number(b.ts));
  const documents = conversations(messages).map((thread) => documentOf(path, thread, mask));
  return { documents, warnings: documents.length === 0 ? [...warnings, `${path} has no messages`] : warnings };
}

/** Everybody who wrote or is spoken to; the id of a person and the names are one. */
function maskOf(messages: readonly Message[]): NameMask {
  const mask = new NameMask();
  for (const { user, user_profile, username } of messages) {
    const { real_name, display_name, name } = user_profile ?? {};
    mask.person(...[user, real_name, display_name, name].flatMap((one) => one ?? []));
    mask.name("bot", username ?? "");
  }
  for (const { text } of messages) for (const [, id = "", name = ""] of text.matchAll(MENTION)) mask.person(id, name);
  return mask;
}

function documentOf(path: string, thread: readonly Message[], mask: NameMask): KnowledgeDocument {
  const builder = new SectionBuilder();
  const texts = thread.map(({ text, files }) =>
    mask.apply([plainText(text), ...files.map(attached)].join("\n\n").trim()),
  );
  thread.forEach(({ user, username }, index) => {
    const who = user ?? username;
    const text = `${who === undefined ? "somebody" : mask.apply(who)}: ${texts[index] ?? ""}`;
    builder.addParts(text.split("```"));
  });
  const first = thread[0]?.ts ?? "0";
  const day = new Date(Number(first) * 1000).toISOString().slice(0, 10);
  return {
    id: `${path}::${first}`,
    title: cleanTitle(`${channelOf(path)}, ${day}: ${(texts[0] ?? "").slice(0, 70)}`),
    kind: "chat",
    source: path,
    version: null,
    trust: "untrusted",
    facets: NO_FACETS,
    sections: builder.sections(),
  };
}

/** `export/p4-ops/2024-03-05.json` -> `#p4-ops`; a file without a folder is called as the channel. */
function channelOf(path: string): string {
  const folder = basename(dirname(path));
  return `#${folder === "" || folder === "." ? basename(path, ".json") : folder}`;
}

function attached({ name, title }: Message["files"][number]): string {
  return `(file: ${name || title || "without a name"})`;
}

const MENTION = /<@(\w{1,64})(?:\|([^<>]{0,200}))?>/g; // <@U024BE7LH|ada>

/** `<@U024BE7LH> see <https://x.example/y|the page> &amp; <#C1|ops>` -> `U024BE7LH see the page (https://x.example/y) & #ops` */
function plainText(text: string): string {
  return text
    .replaceAll(MENTION, "$1")
    .replaceAll(/<#\w{1,64}\|([^<>]{0,200})>/g, "#$1") // <#C1|ops>
    .replaceAll(/<!(?:subteam\^\w{1,64}\|)?([^<>]{1,200})>/g, "@$1") // <!here>
    .replaceAll(/<mailto:([^<>|]{1,300})(?:\|[^<>]{0,300})?>/g, "$1") // <mailto:ada@example.com|ada@example.com>
    .replaceAll(/<(https?:[^<>|]{1,2000})\|([^<>]{0,2000})>/g, "$2 ($1)") // <https://x.example/y|the page>
    .replaceAll(/<(https?:[^<>|]{1,2000})>/g, "$1") // <https://x.example/y>
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
