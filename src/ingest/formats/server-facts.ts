import type { Line } from "../source/split-lines.js";
import type { LineContext } from "./line-parser.js";

/** Adds one `server_fact` row: what `p4 info`, `p4 configure show` or the collector said about the server. */
export function emitFact(
  context: LineContext,
  line: Line,
  fact: { readonly kind: string; readonly name: string; readonly value: string; readonly origin: string | null },
): void {
  context.emit("server_fact", line, { ...fact });
}
