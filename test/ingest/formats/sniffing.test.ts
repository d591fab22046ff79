import { describe, expect, it } from "vitest";
import type { EvidenceKind } from "../../../src/contracts/evidence.js";
import { recognise } from "../../../src/ingest/formats/recognise.js";
import { FORMATS } from "../../../src/ingest/formats/registry.js";
import { SAMPLES } from "../../support/evidence-samples.js";

/** Names that lie: of other kinds, of rotations, without any meaning. */
const NAMES = [
  "log",
  "errors.csv",
  "monitor.txt",
  "lslocks-1.json",
  "syslog.1",
  "p4_1.vars",
  "manifest.txt",
  "x.db",
].concat(["captures/df-k.txt", "2024-03-05_14-07-36", "Neues Dokument (3).txt"]);
/** What people and tools put in front of a capture. */
const FRAMES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => `\ufeff${text}`,
  (text) => `# taken 2024-03-05T14:07:36Z\n# command: something -x\n${text}`,
];
/** Of a head this long at least a file is known; a kind that has fewer lines than this is known whole only. */
const FEWEST_LINES = 4;
const CUTS = 6;

interface Judged {
  readonly kind: EvidenceKind;
  readonly found: string;
  readonly bytes: number;
}

/** All variants of a sample: every name, frame and cut, the cuts in the middle of lines too. */
function judge(kind: EvidenceKind, sample: string): Judged[] {
  return FRAMES.flatMap((frame, index) => {
    // The collector's manifest and p4d's JSON are known by their first line.
    const text = index === 3 && kind === "manifest" ? sample : frame(sample);
    const lines = text.split("\n");
    const least = lines.slice(0, FEWEST_LINES + (index === 3 ? 2 : 0)).join("\n").length;
    return Array.from(
      { length: CUTS },
      (_, cut) => least + Math.floor(((text.length - least) * cut) / (CUTS - 1)),
    ).flatMap((bytes) =>
      NAMES.map((name) => {
        const head = new Uint8Array(Buffer.from(text).subarray(0, bytes));
        return { kind, bytes, found: recognise(head, name, FORMATS)?.id ?? "unknown" };
      }),
    );
  });
}

describe("recognising renamed and truncated files", () => {
  it("has a sample of every kind that is read from text", () => {
    const known = new Set(SAMPLES.map(([kind]) => kind));
    const missing = FORMATS.filter(({ id }) => !known.has(id)).map(({ id }) => id);
    expect(missing).toEqual(["log2sql-db"]);
  });

  it("misjudges at most one file in 200", () => {
    const judged = SAMPLES.flatMap(([kind, sample]) => judge(kind, sample));
    const wrong = judged.filter(({ kind, found }) => kind !== found);
    expect(judged.length).toBeGreaterThan(200 * SAMPLES.length);
    expect(wrong.length * 200, JSON.stringify(wrong.slice(0, 5))).toBeLessThanOrEqual(judged.length);
  });

  it("takes nothing for evidence that is none", () => {
    const others = [
      "name,address,phone\nnina,1 Road,555\nbruno,2 Road,556\n",
      '{"name":"x","version":"1.0.0","scripts":{"test":"vitest"}}\n',
      "# Runbook\n\nRun `p4 monitor show -al`, then `lslocks -o +BLOCKER`.\nWrite: nothing.\nP4ROOT (see below)\n",
      "export PATH=/usr/bin\nexport EDITOR=vi\nalias ll='ls -l'\n",
      "<html><body><h1>Perforce proxy info</h1></body></html>\n",
      "2024-03-05 14:07:36,123 INFO [main] com.example.Server - started in 3.1 s\n".repeat(4),
      "SQLite format 3\0 but nothing of log2sql",
    ];
    const found = others.map(
      (text) => recognise(new Uint8Array(Buffer.from(text)), "log.txt", FORMATS)?.id ?? "unknown",
    );
    expect(found).toEqual(others.map(() => "unknown"));
  });
});
