import { basename, dirname } from "node:path";
import { z } from "zod";
import { cleanText } from "./clean-text.js";
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

/** A day of a channel as Slack exports it (CHANNEL/2024-03-05.json): a document a thread, without the persons. */
export const slackExport: DocumentFormat = {
  id: "chat",
  title: "Slack export",
  claims: ({ path, bytes }) => {
    const head = new TextDecoder("latin1").decode(bytes.subarray(0, 8192));
    return path.endsWith(".json") && /^\s*\[/.test(head) && /"ts"\s*:\s*"\d+\.\d+"/.test(head) ? 0.95 : 0; // "ts": "1709647623.000100"
  },
  read: async (file) => readExport(file),
};

const messageSchema = z.object({
  ts: z.string(),
  text: z.string().catch(""),
  thread_ts: z.string().optional().catch(undefined),
  user: z.string().optional().catch(undefined),
  subtype: z.string().optional().catch(undefined),
  user_profile: z
    .object({ real_name: z.string().catch(""), name: z.string().catch("") })
    .optional()
    .catch(undefined),
});
type Message = z.infer<typeof messageSchema>;

/** Messages that say nothing of what was talked about. */
const NOISE = new Set([
  "channel_join",
  "channel_leave",
  "channel_topic",
  "channel_purpose",
  "channel_name",
  "bot_add",
  "bot_remove",
  "pinned_item",
  "reminder_add",
]);
/** Messages without a thread belong together until a pause as long as this. */
const PAUSE_S = 1800;

function readExport({ path, bytes }: KnowledgeFile): FileReading {
  let raw: unknown;
  try {
    raw = JSON.parse(decodeText(bytes).text);
  } catch {
    return { documents: [], warnings: [`${path} is damaged JSON: export the channel again`] };
  }
  const entries = Array.isArray(raw) ? raw : [];
  const read = entries.map((entry) => messageSchema.safeParse(entry));
  const messages = read
    .flatMap((one) => (one.success ? [one.data] : []))
    .filter(({ subtype, text }) => !NOISE.has(subtype ?? "") && text.trim() !== "")
    .sort((a, b) => Number(a.ts) - Number(b.ts));
  const odd = read.filter((one) => !one.success).length;
  const warnings = odd === 0 ? [] : [`${path}: ${odd} of ${entries.length} entries are no messages`];
  const mask = maskOf(messages);
  const documents = conversations(messages).map((thread) => documentOf(path, thread, mask));
  return { documents, warnings: documents.length === 0 ? [...warnings, `${path} has no messages`] : warnings };
}

/** Threads, and what was said outside of them by the pauses between; in the order of their first messages. */
function conversations(messages: readonly Message[]): Message[][] {
  const starts = new Set(messages.flatMap(({ thread_ts }) => thread_ts ?? []));
  const threads = new Map<string, Message[]>();
  let loose: Message[] = [];
  const found: Message[][] = [];
  for (const message of messages) {
    const key = message.thread_ts ?? (starts.has(message.ts) ? message.ts : null);
    if (key !== null) {
      const thread = threads.get(key);
      if (thread === undefined) {
        threads.set(key, [message]);
        found.push(threads.get(key) ?? []);
      } else thread.push(message);
      continue;
    }
    if (loose.length === 0 || Number(message.ts) - Number(loose.at(-1)?.ts) > PAUSE_S) {
      loose = [];
      found.push(loose);
    }
    loose.push(message);
  }
  return found;
}

function maskOf(messages: readonly Message[]): NameMask {
  const mask = new NameMask();
  for (const { user, user_profile } of messages) {
    if (user !== undefined) mask.name("person", user);
    for (const name of [user_profile?.real_name, user_profile?.name]) if (name) mask.name("person", name);
  }
  return mask;
}

function documentOf(path: string, thread: readonly Message[], mask: NameMask): KnowledgeDocument {
  const builder = new SectionBuilder();
  const texts = thread.map(({ text }) => plainText(text, mask));
  thread.forEach(({ user }, index) => {
    const who = user === undefined ? "somebody" : mask.apply(user);
    for (const [part, paragraph] of (texts[index] ?? "").split(/\n{2,}/).entries())
      builder.add("prose", part === 0 ? `${who}: ${paragraph}` : paragraph);
  });
  const first = thread[0]?.ts ?? "0";
  const day = new Date(Number(first) * 1000).toISOString().slice(0, 10);
  const words = (texts[0] ?? "").replaceAll(/\s+/g, " ").slice(0, 70);
  const channel = basename(dirname(path)) || basename(path, ".json");
  return {
    ...{ id: `${path}::${first}`, title: `#${channel}, ${day}: ${words}`, kind: "chat", source: path },
    ...{ version: null, trust: "untrusted", facets: NO_FACETS, sections: builder.sections() },
  };
}

/** `<@U024BE7LH> see <https://x.example/y|the page> &amp; <#C1|ops>` -> `person-1 see the page (https://x.example/y) & #ops` */
function plainText(text: string, mask: NameMask): string {
  const shown = text
    .replaceAll(/<@(\w+)(?:\|[^>]*)?>/g, (_, user: string) => {
      mask.name("person", user);
      return user;
    })
    .replaceAll(/<#\w+\|([^>]*)>/g, "#$1")
    .replaceAll(/<(https?:[^|>]+)\|([^>]*)>/g, "$2 ($1)")
    .replaceAll(/<(https?:[^>]+)>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
  return cleanText(mask.apply(shown));
}
