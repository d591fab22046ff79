import { z } from "zod";

const name = z.string().optional().catch(undefined);
/** One entry of an export. What isn't read may be anything. */
export const messageSchema = z.object({
  ts: z.string().regex(/^\d{1,11}(?:\.\d{1,9})?$/), // 1709647623.000100
  text: z.string().catch(""),
  thread_ts: name,
  user: name,
  username: name,
  subtype: name,
  bot_id: name,
  user_profile: z.object({ real_name: name, display_name: name, name }).optional().catch(undefined),
  files: z.array(z.object({ name, title: name })).catch([]),
});
export type Message = z.infer<typeof messageSchema>;

/** Messages that say nothing of what was talked about. */
const NOISE = new Set([
  ...["channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive"],
  ...["group_join", "group_leave", "bot_add", "bot_remove", "pinned_item", "reminder_add", "tombstone"],
]);
/** Messages without a thread belong together until a pause as long as this. */
const PAUSE_S = 1800;

/** False for comings and goings, and for what bots say where nobody answers: an alert that people talk about stays. */
export function worthReading({ subtype, bot_id, text, files, ts, thread_ts }: Message): boolean {
  if (NOISE.has(subtype ?? "") || (text.trim() === "" && files.length === 0)) return false;
  const isBot = subtype === "bot_message" || bot_id !== undefined;
  return !isBot || ts === thread_ts;
}

/** Threads, and what was said outside of them by the pauses between; in the order of their first messages. */
export function conversations(messages: readonly Message[]): Message[][] {
  const starts = new Set(messages.flatMap(({ thread_ts }) => thread_ts ?? []));
  const threads = new Map<string, Message[]>();
  const found: Message[][] = [];
  let loose: Message[] = [];
  for (const message of messages) {
    const key = message.thread_ts ?? (starts.has(message.ts) ? message.ts : null);
    const pause = Number(message.ts) - Number(loose.at(-1)?.ts ?? 0);
    if (key === null && pause > PAUSE_S) loose = [];
    const group = key === null ? loose : (threads.get(key) ?? []);
    if (group.length === 0) found.push(group);
    if (key !== null) threads.set(key, group);
    group.push(message);
  }
  return found;
}
