import { z } from "zod";
import type { Detector } from "../../../contracts/signal.js";
import { costStorms } from "../cost-storm.js";
import { rateStorms } from "../rate-storm.js";
import { retryStorms } from "../retry-storm.js";

const positive = z.number().positive();
const whole = z.number().int().positive();
const settingsSchema = z.strictObject({
  sigmas: positive.default(6).describe("starts this many standard deviations above the log's own median are a storm"),
  times: positive.default(4).describe("and at least this many times the median"),
  perSecond: positive.default(10).describe("and at least this many starts a second"),
  share: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.5)
    .describe("part of all commands, or of all work, that one signature has"),
  lastingMs: whole.default(30_000).describe("a storm lasts at least this long"),
  floodShare: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.8)
    .describe("with this part of all commands it is more than a remark, even where nobody else is seen to suffer"),
  floodCount: whole.default(1000).describe("and with this many commands"),
  costlyMs: whole.default(3000).describe("a question that costs this much in the middle is expensive"),
  costlyRuns: whole.default(10).describe("runs of an expensive question that make a storm"),
  costlyAtOnce: positive.default(2).describe("expensive questions that run at any time"),
  floodAtOnce: positive
    .default(3)
    .describe(
      "scans of a million rows at any time that are more than a remark, even where nobody else is seen to suffer",
    ),
  retries: whole.default(5).describe("commands asked for again while the earlier one still ran"),
  retriedMs: whole.default(30_000).describe("a command must run this long before asking again is impatience"),
});
type Settings = z.infer<typeof settingsSchema>;

/** One program asks too often: many cheap commands, a few expensive ones, or the same again before the answer came. */
export const pollingStorm: Detector<Settings> = {
  id: "polling-storm",
  title: "Polling storm",
  question: "Did one program's repeated commands make up most of what the server did, and did others suffer from it?",
  needs: ["command-start", "command-completion"],
  settings: settingsSchema,
  falseAlarms:
    "A storm in which no other command takes longer, and which is not nearly all that the server does, is told as info only. Two people who share a workspace and a script look like retries. Never counted: a steady rate however high, children of parallel syncs, open forms, background work.",
  source:
    "Perforce KB on scripts that loop over commands, reports of `changes -m1` polled by build systems and launchers; the taxonomy's rule that one signature dominates the rate. Spread: median absolute deviation, so the storm itself does not count as usual.",
  *detect(context, serverId, settings) {
    yield* rateStorms(context, serverId, settings);
    yield* costStorms(context, serverId, settings);
    yield* retryStorms(context, serverId, settings);
  },
};
