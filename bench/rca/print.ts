import type { ScoredCase } from "./run-case.js";
import type { Scorecard } from "./scorecard.js";
import type { Share } from "./statistics.js";

const percent = (value: number) => (Number.isNaN(value) ? "  -  " : `${(value * 100).toFixed(1)} %`);

function shareLine(name: string, share: Share): string {
  const interval = share.of === 0 ? "" : `  [${percent(share.low)} .. ${percent(share.high)}]`;
  return `${name.padEnd(34)} ${`${share.right}/${share.of}`.padStart(9)} ${percent(share.share).padStart(8)}${interval}`;
}

/** The scorecard as plain text of at most 120 columns. */
export function scorecardText(card: Scorecard): string {
  const lines = [
    shareLine("verdict right", card.verdict),
    shareLine("category right", card.category),
    `${"macro-F1 of category".padEnd(34)} ${card.macroF1.toFixed(3).padStart(18)}`,
    shareLine("cause right", card.cause),
    shareLine("root right", card.root),
    shareLine("table or resource right", card.resource),
    shareLine("window overlaps by half or more", card.window),
    `${"mean overlap of windows".padEnd(34)} ${card.meanOverlap.toFixed(3).padStart(18)}`,
    shareLine("false positives (no-fault)", card.falsePositives),
    shareLine("false negatives (fault)", card.falseNegatives),
    shareLine("abstains (insufficient)", card.abstention),
    shareLine("faults with an incident too many", card.extraIncidents),
    "",
    "confidence    said    right",
    ...card.calibration.map(
      (b) =>
        `${b.from.toFixed(1)} - ${b.to.toFixed(1)}   ${percent(b.said).padStart(7)} ${shareLine("", b.right).trimStart()}`,
    ),
    `expected calibration error ${percent(card.calibrationError)}`,
    "",
    "expected -> answered",
    ...confusionLines(card),
    "",
    `${"kind".padEnd(36)} cases right verdict category cause root`,
    ...Object.entries(card.byKind).map(
      ([kind, k]) =>
        `${kind.padEnd(36)} ${cell(k.cases, 5)} ${cell(k.right, 5)} ${cell(k.verdict, 7)} ${cell(k.category, 8)} ${cell(k.cause, 5)} ${cell(k.root, 4)}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function cell(value: number, width: number): string {
  return String(value).padStart(width);
}

function confusionLines(card: Scorecard): string[] {
  return Object.entries(card.confusion).map(([expected, row]) => {
    const answers = Object.entries(row).sort((a, b) => b[1] - a[1]);
    return `${expected.padEnd(24)} ${answers.map(([answered, count]) => `${answered === expected ? "right" : answered} ${count}`).join(", ")}`;
  });
}

/** One case for a person who asks what went wrong with it. */
export function caseText(one: ScoredCase, seed: number): string {
  const { judgement, label } = one;
  const wanted = label.incidents.map((incident) => {
    const roots =
      incident.roots === undefined ? "anybody" : `pid ${incident.roots.map((root) => root ?? "nobody").join(" or ")}`;
    return `${[incident.category, ...(incident.orCategories ?? [])].join(" or ")}/${incident.causes.map((cause) => cause ?? "-").join(" or ")} by ${roots} on ${incident.resources?.join(" ") ?? "anything"}`;
  });
  const got = [
    ...judgement.incidents.map((j) => `${j.answer}${j.overlap === null ? "" : `, overlap ${j.overlap.toFixed(2)}`}`),
    ...judgement.extra.map((extra) => `too many: ${extra}`),
  ];
  return [
    `${one.id}  ${one.variant}`,
    `  expected ${[label.verdict, ...wanted].join("; ")}`,
    `  answered ${[judgement.verdict, ...got].join("; ")}`,
    `  "${one.headline}"`,
    `  npm run bench:rca -- --seed ${seed} --only ${one.id} --show --keep DIR`,
    "",
  ].join("\n");
}
