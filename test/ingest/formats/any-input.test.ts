import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recognise } from "../../../src/ingest/formats/recognise.js";
import { FORMATS } from "../../../src/ingest/formats/registry.js";
import { accounted, parseWith } from "../recording-sink.js";

const CAPTURES = FORMATS.filter((format) => format.id !== "p4log");

/** Pieces of all formats, so that soup gets behind the first checks. */
const PIECES = [
  "1 R a 00:00:01 sync\n",
  "      [db.rev(R),",
  "... id 5\n",
  "... Name x\n",
  '{"locks":[{',
  '"pid":1,"mode":"READ"}',
  "}",
  "COMMAND PID TYPE SIZE MODE M START END PATH BLOCKER\n",
  "p4d 107 FLOCK 16K READ* 0 0 0 /r/db.config 105\n",
  "COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n",
  "p4d 4548 perforce 12uW REG 253,2 1 4194 /r/db.rev\n",
  "Mar  5 14:07:36 h a[1]: x\n",
  '{"__REALTIME_TIMESTAMP":"1","MESSAGE":"x"}\n',
  "Server version: P4D/X\n",
  "monitor=1 (configure)\n",
  "p4rca-collect manifest 1\n",
  "# taken 2024-03-05T14:07:36Z\n",
  "\r\n",
];

const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 40 }),
    ),
    { maxLength: 25 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

describe.each(CAPTURES.map((format) => [format.id, format] as const))("%s with any input", (_, format) => {
  it("throws nothing, accounts for every byte, and points into the file", async () => {
    await fc.assert(
      fc.asyncProperty(
        soup,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 8, max: 200 }),
        async (bytes, pieceBytes, maxLineBytes) => {
          const score = format.sniff(bytes, "x");
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          const { rows, outcome } = await parseWith(format, bytes, { pieceBytes, maxLineBytes });
          expect(accounted(outcome)).toBe(bytes.length);
          for (const row of rows) {
            expect(row.byte_offset).toBeLessThan(bytes.length);
            const before = Buffer.from(bytes.subarray(0, Number(row.byte_offset)));
            expect(before.filter((byte) => byte === 10).length + 1).toBe(row.line_no);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("does not hang on one very long line", async () => {
    for (const unit of [" R a ", "(R),", "p4 ", "{", '"', " /", "=(", "PID ", "a: ", "A"]) {
      const { outcome } = await parseWith(format, unit.repeat(30_000), { pieceBytes: 1 << 20 });
      expect(outcome.lines).toBe(1);
    }
  });
});

const shared = process.env.P4RCA_SHARED ?? fileURLToPath(new URL("../../../../shared", import.meta.url));
const captures = join(shared, "captures");

describe.skipIf(!existsSync(captures))("published captures (needs the shared folder)", () => {
  const kindOf = (name: string): string => {
    if (name.includes(".monitor.")) return "monitor";
    return name.includes(".lslocks.") ? "lslocks" : "other";
  };
  const names = existsSync(captures) ? readdirSync(captures) : [];
  it.each(names.filter((name) => kindOf(name) !== "other"))("recognises %s", (name) => {
    expect(recognise(readFileSync(join(captures, name)), "x", FORMATS)?.id).toBe(kindOf(name));
  });
  it.each(names.filter((name) => kindOf(name) === "other"))("takes %s for none of the capture formats", (name) => {
    expect(recognise(readFileSync(join(captures, name)), "x", CAPTURES)).toBeNull();
  });
});
