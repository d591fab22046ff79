import type { RecordParser } from "./evidence-format.js";
import type { GrownLog } from "./known-logs.js";
import { type Problem, sizeText } from "./source/limits.js";
import { reasonOf } from "./source/list-disk.js";

/**
 * Feeds what was appended to a log, and before it the region that was not finished when the log ended. Returns size and
 * digest of the whole file.
 */
export async function feedGrown(
  { known, resumption, file, sizeBytes, hash }: GrownLog,
  parser: RecordParser,
  problems: Problem[],
  onRead: (bytes: number) => void,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  let at = resumption.byteOffset;
  for await (const chunk of file.chunks(at, sizeBytes)) {
    const newFrom = Math.min(chunk.length, Math.max(0, known.bytes - at));
    hash.update(chunk.subarray(newFrom));
    at += chunk.length;
    const read = chunk.length - newFrom;
    await parser.push(chunk);
    onRead(read);
  }
  if (file.failure !== null)
    problems.push({ code: "read-error", text: `${reasonOf(file.failure)} after ${sizeText(at)}` });
  return { bytes: Math.max(at, known.bytes), sha256: hash.digest("hex") };
}
