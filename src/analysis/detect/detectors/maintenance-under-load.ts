import { z } from "zod";
import { classify, verbOf } from "../../../base/perforce-command.js";
import type { CommandFact } from "../../../contracts/case-reader.js";
import type { DetectContext, Detector, Signal } from "../../../contracts/signal.js";
import { fact, hostSignal } from "../host-signal.js";
import { harmOf, type Slowdown, slowdownDuring, slowdownFact } from "../slowdown.js";
import { quote, seconds } from "../words.js";

const whole = z.number().int().positive();
const settingsSchema = z.strictObject({
  runMs: whole.default(60_000).describe("a job that ran at least this long"),
  users: whole.default(5).describe("users whose transfers it slowed down"),
  sigmas: z.number().positive().default(4).describe("standard errors that more of them are slow than without it"),
});
type Settings = z.infer<typeof settingsSchema>;

/** Jobs that read or move whole archives; `dbverify` and `dbstat` read the database instead. */
const JOBS = ["user-verify", "user-storage", "user-archive", "user-snap"];
const MOST_JOBS = 200;

/** Reads every archive file while others want theirs: the disk of the archives serves both. */
export const maintenanceUnderLoad: Detector<Settings> = {
  id: "maintenance-under-load",
  title: "Verify or storage job under load",
  question: "Did a verify, storage, archive or snap job slow down what others read from the archives?",
  needs: ["command-start", "command-completion"],
  settings: settingsSchema,
  falseAlarms:
    "Another load on the archives' disk that began and ended with the job. Never counted: a job while others were as quick as without it, which is every night's; jobs as long as the log, as there is nothing to compare with.",
  source:
    "Administrator's guide on p4 monitor pause (long verify jobs); p4 help verify: it reads every revision. Taxonomy 19: off-peak, on a replica.",
  *detect(context, serverId, settings) {
    let toldUntilMs = Number.NEGATIVE_INFINITY;
    for (const job of jobsOf(context, serverId, settings)) {
      if (job.startMs < toldUntilMs) continue; // of several at once the longest stands for all
      const found = harmDuring(context, serverId, job);
      if (found === null || found.users < settings.users || found.sigmas < settings.sigmas) continue;
      toldUntilMs = endOf(context, serverId, job);
      yield signalOf(context, serverId, job, found);
    }
  },
};

/** In order of time; of those that began together the longest first. */
function jobsOf(context: DetectContext, serverId: number, { runMs }: Settings): CommandFact[] {
  return context.reader
    .commandsNamed(serverId, JOBS, MOST_JOBS)
    .filter((job) => classify(job.cmd, job.args) === "verify" && endOf(context, serverId, job) - job.startMs >= runMs)
    .sort((a, b) => a.startMs - b.startMs || endOf(context, serverId, b) - endOf(context, serverId, a));
}

function endOf({ reader }: DetectContext, serverId: number, { startMs, endMs }: CommandFact): number {
  return endMs ?? reader.window(serverId)?.lastMs ?? startMs;
}

/** What everybody's transfers took meanwhile against what they take without it. */
function harmDuring(context: DetectContext, serverId: number, job: CommandFact): Slowdown | null {
  const stretch = { fromMs: job.startMs, toMs: endOf(context, serverId, job) };
  return slowdownDuring(context.reader, serverId, stretch, (command) => !readsArchives(command));
}

function readsArchives({ cmd, args }: CommandFact): boolean {
  return classify(cmd, args) === "transfer" || ["annotate", "diff", "diff2", "grep"].includes(verbOf(cmd));
}

function signalOf(context: DetectContext, serverId: number, job: CommandFact, found: Slowdown): Signal {
  const stretch = { fromMs: job.startMs, toMs: endOf(context, serverId, job) };
  const runs = seconds(stretch.toMs - stretch.fromMs);
  const words = `${quote(`${verbOf(job.cmd)} ${job.args}`, 80)} of ${quote(job.user, 40)} (pid ${job.pid}) ran for ${runs}`;
  return hostSignal({
    detector: "maintenance-under-load",
    serverId,
    category: "slow-command",
    kind: "job",
    ...stretch,
    resource: { kind: "client", name: job.workspace },
    facts: [fact(words, stretch.toMs - stretch.fromMs, "ms", job.endRef ?? job.ref), ...slowdownFact(found, stretch)],
    severity: null,
    subject: job,
    harmed: harmOf(found.slow),
  });
}
