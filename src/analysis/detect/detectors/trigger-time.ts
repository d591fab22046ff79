import { z } from "zod";
import type { Detector } from "../../../contracts/signal.js";
import { failingTriggers } from "../trigger-failure.js";
import { hangingTriggers } from "../trigger-hang.js";
import { slowTriggers } from "../trigger-runs.js";

const whole = z.number().int().positive();
const settingsSchema = z.strictObject({
  runMs: whole.default(10_000).describe("a run this long is slow"),
  times: z.number().positive().default(3).describe("and at least this many times what the trigger's quick runs take"),
  share: z.number().min(0.1).max(1).default(0.7).describe("part of the command's lapse that the trigger took"),
  commands: whole.default(3).describe("commands that one trigger held up, or that hang without its line"),
  openMs: whole.default(60_000).describe("a command open this long at the end of the log, with a child process, hangs"),
  failures: whole.default(5).describe("failures of one trigger, always with the same words"),
  failedUsers: whole.default(3).describe("users it failed for"),
  apartMs: whole.default(600_000).describe("runs at most this far apart are one spell"),
});
type Settings = z.infer<typeof settingsSchema>;

/** A script of the site, not the server, decides how long a command takes, and whether it succeeds. */
export const triggerTime: Detector<Settings> = {
  id: "trigger-time",
  title: "Trigger time",
  question: "Did a trigger hold up several commands, never return, or fail for everybody?",
  needs: ["command-start", "command-completion"],
  settings: settingsSchema,
  falseAlarms:
    "A trigger that is meant to take long (a build before the submit). Without a process list a hanging trigger is inferred from commands that stay open without its usual line. Never counted: a refusal of one person's input, triggers of logins (authentication-time), one slow run.",
  source:
    "Trigger lines of the log (`lapse` after the script returns, none while it hangs); rule of the taxonomy: the same trigger with 70 % of the lapse of three commands. Message `'NAME' validation failed`.",
  *detect(context, serverId, settings) {
    yield* slowTriggers(context, serverId, settings);
    yield* hangingTriggers(context, serverId, settings);
    yield* failingTriggers(context, serverId, settings);
  },
};
