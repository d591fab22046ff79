import type { Random } from "../../fixture-scenarios/random.js";
import type { CaseFile, IncidentCase, IncidentKind, Variant } from "../incident-kind.js";
import { bigPopulate } from "../lock-errands.js";
import { Scene, type SceneOptions } from "../scene.js";

/** Evidence that can't tell whether anything was wrong, let alone what. In about half of them something was. */
export const UNANSWERABLE: readonly IncidentKind[] = [
  kind("no-track", { tracks: false }, { captures: "none" }, "mild"),
  kind("server-1", { tracks: false, completions: false, computeEnds: false }, { captures: "none" }, "mild"),
  kind("no-completions", { completions: false, computeEnds: false }, { captures: "none" }, "never"),
  kind("track-only", { starts: false, completions: false, computeEnds: false }, { captures: "none" }, "never"),
  kind("torn-log", {}, { captures: "none", rotation: "none" }, "maybe", tear),
  kind("monitor-only", {}, { captures: "monitor" }, "maybe", withoutLog),
  kind("log-ends-before", {}, { captures: "monitor", rotation: "none" }, "after-log"),
];

/** `mild`: everybody stands still for some seconds, which alone says nothing about why. */
type Trouble = "maybe" | "mild" | "never" | "after-log";

function kind(
  id: string,
  options: SceneOptions,
  forced: Partial<Variant>,
  trouble: Trouble = "maybe",
  damage: (files: CaseFile[], random: Random) => CaseFile[] = (files) => files,
): IncidentKind {
  return {
    id: `unanswerable-${id}`,
    family: "insufficient",
    never: ["second-server", "log-hole", "skewed-clock"],
    build(random, drawn): IncidentCase {
      const scene = new Scene(random, { ...drawn, hostEvidence: false, ...forced }, options);
      const { server } = scene;
      let hurts = scene.moment(0.4 + 0.3 * random.next());
      if (trouble === "after-log") {
        // The log was rotated away; what was saved ends long before anybody complained.
        server.logEndsMs = scene.moment(0.45);
        hurts = scene.moment(0.75);
      }
      const troubled = trouble === "after-log" || (trouble !== "never" && random.next() < 0.5);
      if (troubled)
        server.run(hurts, server.guest(), [
          bigPopulate(random, trouble === "mild" ? random.between(4000, 14_000) : random.between(30_000, 120_000)),
        ]);
      server.lookTwice(hurts + 25_000);
      return scene.finish({ verdict: "insufficient-evidence", incidents: [] }, (files) => damage(files, random));
    },
  };
}

function isLog(file: CaseFile): boolean {
  return /(^|\/)log(\.|$)/.test(file.path); // logs/log.2024-03-05_14-00-00.gz
}

function withoutLog(files: CaseFile[]): CaseFile[] {
  return files.filter((file) => !isLog(file));
}

/** A disk was rescued: scraps of a few hundred bytes with nothing between them, some of it rubbish. */
function tear(files: CaseFile[], random: Random): CaseFile[] {
  return files.map((file) => (isLog(file) ? { ...file, content: scraps(Buffer.from(file.content), random) } : file));
}

function scraps(whole: Buffer, random: Random): Buffer {
  const kept: Buffer[] = [];
  for (let at = random.between(0, 3000); at < whole.length; at += random.between(1500, 14_000)) {
    const length = random.between(80, 520);
    kept.push(whole.subarray(at, at + length));
    at += length;
    if (random.next() < 0.3)
      kept.push(Buffer.from(Array.from({ length: random.between(20, 400) }, () => random.between(0, 255))));
  }
  return Buffer.concat(kept);
}
