import type { Random } from "../fixture-scenarios/random.js";
import type { IncidentKind, Variant, VariantTrait } from "./incident-kind.js";

const VERSIONS = ["2015.1", "2017.2", "2019.1", "2021.2", "2022.2", "2023.2", "2023.2", "2024.1", "2024.2"];
const ZONES = [0, 0, 0, 60, 120, -300, -480, 330, 540, 570];

/** Draws how a case's evidence was saved, within what the kind allows. */
export function drawVariant(random: Random, kind: Pick<IncidentKind, "never">): Variant {
  const may = (trait: VariantTrait) => kind.never?.includes(trait) !== true;
  const chance = (share: number) => random.next() < share;
  return {
    trackLevel: drawTrack(random, may("coarse-track")),
    version: may("old-version") ? random.pick(VERSIONS) : random.pick(VERSIONS.slice(4)),
    captures: drawCaptures(random, may),
    locksForm: random.pick(["json", "json", "text", "text", "old-json"]),
    hostEvidence: !may("no-host-evidence") || chance(0.6),
    layout: random.pick(["collector", "collector", "sdp", "flat"]),
    // Cutting off a compressed file loses some of the log, as a hole does.
    rotation: random.pick([
      "none",
      "cut",
      "torn",
      "gz",
      "gz",
      "overlap",
      ...(may("log-hole") ? (["short-gz"] as const) : []),
    ]),
    serverFacts: chance(0.75),
    offsetMinutes: random.pick(ZONES),
    skewMs: may("skewed-clock") && chance(0.2) ? random.between(-90, 90) * 1000 : 0,
    secondServer: may("second-server") && chance(0.15),
    logHole: may("log-hole") && chance(0.1),
  };
}

function drawTrack(random: Random, coarse: boolean): Variant["trackLevel"] {
  return random.pick(coarse ? [1, 1, 2, 3, 3, 4, 5] : [1, 1, 1, 2, 3, 3]);
}

function drawCaptures(random: Random, may: (trait: VariantTrait) => boolean): Variant["captures"] {
  if (!may("no-lock-captures")) return random.pick(["locks", "all"]);
  if (!may("no-captures")) return random.pick(["monitor", "locks", "all", "all"]);
  return random.pick(["none", "none", "monitor", "locks", "all", "all"]);
}

/** One line for `--show`. */
export function describeVariant(variant: Variant): string {
  const words = [`track=${variant.trackLevel}`, variant.version, `captures:${variant.captures}`, variant.layout];
  if (variant.rotation !== "none") words.push(`rotation:${variant.rotation}`);
  if (!variant.hostEvidence) words.push("no host evidence");
  if (!variant.serverFacts) words.push("no info");
  if (variant.offsetMinutes !== 0)
    words.push(`utc${variant.offsetMinutes < 0 ? "" : "+"}${variant.offsetMinutes / 60}h`);
  if (variant.skewMs !== 0) words.push(`skew ${variant.skewMs / 1000} s`);
  if (variant.secondServer) words.push("second server");
  if (variant.logHole) words.push("hole in the log");
  return words.join(", ");
}
