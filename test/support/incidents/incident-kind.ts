import type { Random } from "../fixture-scenarios/random.js";

/**
 * Labelled incidents in quantity: what `npm run bench:rca` makes and scores.
 *
 * HOW TO ADD A KIND. Put it into a file under kinds/, export a list of kinds, and add that list to registry.ts:
 *
 *   const slowTrigger: IncidentKind = {
 *     id: "trigger-slow",                        // kebab-case, unique; `--only trigger-slow` runs it alone
 *     family: "fault",                           // fault | no-fault | insufficient: decides how many are made
 *     never: ["no-track"],                       // variants under which the label would not be true
 *     build(random, variant) {
 *       const scene = new Scene(random, variant);          // 18 to 28 minutes of an invented server, everyday traffic in it
 *       const server = scene.server;                       // scene.addServer({ role: "edge-server", ... }) for more
 *       const begin = scene.moment(0.45);                  // local ms; 0 = begin of the log, 1 = its end
 *       server.reshape(begin, begin + 240_000, (plan) =>   // what becomes of everyday commands: slow them, refuse them
 *         plan.cmd === "user-login" ? { ...plan, steps: [{ idle: 30_000 }, ...plan.steps] } : plan);
 *       server.delay(begin, begin + 90_000, (run, step) => ("work" in step ? step.work * 40 : 0)); // a disk that hangs
 *       server.kill(begin + 5000, (run) => run.plan.ip.startsWith("10.22."));                      // a network that breaks
 *       server.down(begin, begin + 60_000);                                                        // nobody gets in
 *       const pid = server.run(begin, server.guest({ user: "nightly" }), [errand]);                // a command of its own
 *       server.log(begin, (log) => log.error(begin, pid, "user-sync", ["TCP receive failed."]));   // P4LogWriter, any block
 *       server.syslog(begin, "kernel", "nvme nvme0: I/O 113 QID 4 timeout, aborting");             // journald, short-iso
 *       server.systemFile(begin + 60_000, "iostat", "iostat -xt 1 2", "...");                      // system/NAME.txt
 *       server.lookAt(begin + 60_000);                     // monitor, lslocks and lsof at that instant (the variant may drop some)
 *       return scene.finish({ verdict: "incident", incidents: [{ category: "trigger-stall", causes: ["trigger-hang-or-slow"],
 *         roots: [null], resources: ["swarm.change-content"], window: { fromMs: begin, toMs: begin + 240_000 } }] });
 *     },
 *   };
 *
 * Draw every choice from `random` (user, time, size, order), so that two cases of a kind are never alike. Write from the
 * domain's documents how a real server behaves, never from the thresholds of a detector: nothing here may import src/
 * (an architecture rule checks it). Red herrings are put into every case by `Scene.finish`. The log of a case stays under
 * about 3 MB, the whole case under 5 MB.
 */
export interface IncidentKind {
  readonly id: string;
  readonly family: "fault" | "no-fault" | "insufficient";
  /** Variants under which the label would not hold, because the evidence that tells it is then missing. */
  readonly never?: readonly VariantTrait[];
  build(random: Random, variant: Variant): IncidentCase;
}

/** Traits a kind can exclude. */
export type VariantTrait =
  /** No `p4 monitor show`, lslocks, lsof. */
  | "no-captures"
  /** Monitor but no lslocks or lsof. */
  | "no-lock-captures"
  /** No syslog, iostat, df and the like; what `systemFile` and `syslog` wrote is left out. */
  | "no-host-evidence"
  /** Track level 4 or 5: read holds and waits under 5 s, write holds under 0.5 s leave no trace. */
  | "coarse-track"
  /** Some minutes of the log are lost at a random place away from the incident. */
  | "log-hole"
  /** A healthy second server lies in the same archive. */
  | "second-server"
  /** The captures' clock runs off the server's by up to 90 s. */
  | "skewed-clock"
  /** p4d before 2022.2. */
  | "old-version";

/** How the evidence of a case was saved. Drawn per case; a kind may read it, e.g. to leave out what an old p4d can't log. */
export interface Variant {
  readonly trackLevel: 1 | 2 | 3 | 4 | 5;
  /** `2015.1` to `2024.2` */
  readonly version: string;
  readonly captures: "none" | "monitor" | "locks" | "all";
  /** lslocks as JSON, or as text with or without readable paths. */
  readonly locksForm: "json" | "old-json" | "text";
  readonly hostEvidence: boolean;
  readonly layout: "collector" | "sdp" | "flat";
  readonly rotation: "none" | "cut" | "torn" | "gz" | "overlap" | "short-gz";
  /** `p4 info` and `p4 configure show` are there. */
  readonly serverFacts: boolean;
  readonly offsetMinutes: number;
  readonly skewMs: number;
  readonly secondServer: boolean;
  readonly logHole: boolean;
}

export interface CaseFile {
  readonly path: string;
  readonly content: string | Buffer;
  readonly modifiedMs: number;
}

/** One thing that went wrong. Instants are ms of the server's wall clock, as if UTC. */
export interface LabelledIncident {
  readonly category: string;
  /** Other categories that are as true, e.g. where the taxonomy leaves a choice. */
  readonly orCategories?: readonly string[];
  /** Acceptable ids of the taxonomy; null among them where naming none is right, too. */
  readonly causes: readonly (string | null)[];
  /** Pids of which one must be the suspect; null among them where naming nobody is right, too. Absent: not judged. */
  readonly roots?: readonly (number | null)[];
  /** Acceptable `resource.name`s; absent: not judged. */
  readonly resources?: readonly string[];
  /** From the first hurt to the last; absent: not judged. */
  readonly window?: { readonly fromMs: number; readonly toMs: number };
}

export interface IncidentLabel {
  readonly verdict: "incident" | "no-incident" | "insufficient-evidence";
  /** Everything of severity warning or above, in any order. */
  readonly incidents: readonly LabelledIncident[];
  /** Categories of further incidents that may be reported, too: true side effects of what is labelled. */
  readonly alsoTrue?: readonly string[];
  readonly servers: readonly string[];
}

export interface IncidentCase {
  /** Folder in the archive. */
  readonly folder: string;
  readonly files: readonly CaseFile[];
  readonly label: IncidentLabel;
  /** As it was saved in the end; a kind may have overruled what was drawn. */
  readonly variant: Variant;
}
