import type { Random } from "../../fixture-scenarios/random.js";
import type { CaseFile, IncidentKind, Variant } from "../incident-kind.js";
import { nothingWrong } from "../labels.js";
import { Scene } from "../scene.js";

/** The evidence looks odd, the server was well (taxonomy 46). */
export const TELEMETRY_ARTEFACTS: readonly IncidentKind[] = [
  {
    id: "clock-jump",
    family: "no-fault",
    never: ["second-server"],
    build: (random, variant) => clock(random, variant, 60_000 * random.between(3, 40)),
  },
  {
    id: "clock-set-back",
    family: "no-fault",
    never: ["second-server"],
    build: (random, variant) => clock(random, variant, -1000 * random.between(20, 400)),
  },
  {
    id: "summer-time-ends",
    family: "no-fault",
    never: ["second-server"],
    build: (random, variant) => clock(random, variant, -3_600_000),
  },
  {
    id: "summer-time-begins",
    family: "no-fault",
    never: ["second-server"],
    build: (random, variant) => clock(random, variant, 3_600_000),
  },
  { id: "rotation-gap", family: "no-fault", build: rotationGap },
  { id: "log-saved-twice", family: "no-fault", build: savedTwice },
];

/** From one instant on the server's clock shows another time. Everything later is written with it. */
function clock(random: Random, variant: Variant, byMs: number) {
  const scene = new Scene(random, {
    ...variant,
    captures: "none",
    rotation: "none",
    hostEvidence: false,
    serverFacts: false,
    logHole: false,
    secondServer: false,
  });
  const fromMs = scene.moment(random.between(35, 65) / 100);
  return scene.finish(nothingWrong, (files) =>
    files.map((file) =>
      typeof file.content === "string" ? { ...file, content: shifted(file.content, fromMs, byMs) } : file,
    ),
  );
}

/** Every `2024/03/05 14:07:03` at or behind `fromMs` moved. */
function shifted(text: string, fromMs: number, byMs: number): string {
  return text.replace(/\b(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)/g, (whole, year, month, day, time) => {
    const atMs = Date.parse(`${year}-${month}-${day}T${time}Z`);
    if (atMs < fromMs) return whole;
    return new Date(atMs + byMs).toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
  });
}

/** One of the rotated parts was not saved: minutes are missing, nobody was missing. */
function rotationGap(random: Random, variant: Variant) {
  const scene = new Scene(random, { ...variant, rotation: random.pick(["cut", "gz"]), logHole: false });
  scene.server.lookTwice(scene.moment(0.93));
  return scene.finish(nothingWrong, (files) => {
    const parts = files.filter((file) => /(^|\/)log\.\d{4}/.test(file.path)); // logs/log.2024-03-05_14-07-03.gz
    const lost = parts.length > 1 ? parts[1] : undefined;
    return files.filter((file) => file !== lost);
  });
}

/** The same rotated part lies in the archive twice, under two names. */
function savedTwice(random: Random, variant: Variant) {
  const scene = new Scene(random, { ...variant, rotation: "cut", logHole: false });
  return scene.finish(nothingWrong, (files) => {
    const part = files.find((file) => /(^|\/)log\.\d{4}/.test(file.path)); // logs/log.2024-03-05_14-07-03
    if (part === undefined) return files;
    const copy: CaseFile = { ...part, path: part.path.replace(/log\.[^/]*$/, "log.old") };
    return [...files, copy];
  });
}
