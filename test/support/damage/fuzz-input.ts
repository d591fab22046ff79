import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { tarOf, zipOf } from "../../ingest/archive-builders.js";
import { randomLog } from "../../ingest/formats/p4d-text/sample-log.js";
import { SAMPLE_BZ2, SAMPLE_XZ, SAMPLE_ZST } from "../../ingest/source/compressed-samples.js";
import { SAMPLES } from "../evidence-samples.js";
import { type InputFile, wholeLog } from "./damaged-input.js";
import { type Edit, edits, mutated } from "./mutate.js";

/** Evidence of every kind, before anything is done to it. */
const CORPUS: readonly Buffer[] = [
  // P4LOGs several times: most of what is read is one.
  ...[1, 2, 3].map((seed) => wholeLog(seed, 12_000)),
  ...[1, 2, 3, 4].map((seed) => Buffer.from(randomLog(seed, 40))),
  ...SAMPLES.map(([, text]) => Buffer.from(text)),
  ...[SAMPLE_BZ2, SAMPLE_XZ, SAMPLE_ZST].map((bytes) => Buffer.from(bytes)),
];

type Wrapping = "plain" | "gzip" | "tar" | "tar.gz" | "zip" | "stored-zip" | "zip-in-tar";
const WRAPPINGS: readonly Wrapping[] = ["plain", "plain", "gzip", "tar", "tar.gz", "zip", "stored-zip", "zip-in-tar"];

interface FuzzPlan {
  readonly base: number;
  readonly other: number;
  readonly inner: readonly Edit[];
  readonly wrapping: Wrapping;
  readonly outer: readonly Edit[];
}

const plan: fc.Arbitrary<FuzzPlan> = fc.record({
  base: fc.nat(CORPUS.length - 1),
  other: fc.nat(CORPUS.length - 1),
  inner: edits,
  wrapping: fc.constantFrom(...WRAPPINGS),
  outer: fc.oneof(fc.constant([]), edits),
});

/** One or two files: two may be rotations of one log. */
export const fuzzPlans: fc.Arbitrary<readonly FuzzPlan[]> = fc.array(plan, { minLength: 1, maxLength: 2 });

export function fuzzFiles(plans: readonly FuzzPlan[]): Promise<InputFile[]> {
  return Promise.all(
    plans.map(async (one, index) => ({ name: index === 0 ? "log" : `log.${index}`, bytes: await bytesOf(one) })),
  );
}

async function bytesOf({ base, other, inner, wrapping, outer }: FuzzPlan): Promise<Buffer> {
  const spare = CORPUS[other] as Buffer;
  const content = mutated(CORPUS[base] as Buffer, spare, inner);
  return mutated(await wrapped(content, spare, wrapping), spare, outer);
}

async function wrapped(content: Buffer, spare: Buffer, wrapping: Wrapping): Promise<Buffer> {
  const members = [
    { name: "logs/log", content },
    { name: "logs/other.txt", content: spare },
  ];
  switch (wrapping) {
    case "plain":
      return content;
    case "gzip":
      return gzipSync(content);
    case "tar":
      return tarOf(...members);
    case "tar.gz":
      return gzipSync(await tarOf(...members));
    case "zip":
      return zipOf(...members);
    case "stored-zip":
      return zipOf(...members.map((member) => ({ ...member, stored: true })));
    case "zip-in-tar":
      return tarOf({ name: "a.zip", content: zipOf(...members) }, ...members);
  }
}
