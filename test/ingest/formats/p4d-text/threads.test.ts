import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DEFAULT_MIX, generateLog } from "../../../../bench/generate-log.js";
import {
  type CommandBatch,
  RECORD_TABLES,
  type RecordBatch,
  rowStart,
  textAt,
} from "../../../../src/contracts/record-batch.js";
import type { EvidenceFormat, RecordOutlet } from "../../../../src/ingest/evidence-format.js";
import { p4dTextFormat } from "../../../../src/ingest/formats/p4d-text/p4d-text.js";
import { buffersOf, pack, unpack } from "../../../../src/ingest/formats/p4d-text/worker-wire.js";

const built = fileURLToPath(new URL("../../../../dist/ingest/formats/p4d-text/p4d-text.js", import.meta.url));
const isBuilt = existsSync(built) && existsSync(built.replace("p4d-text.js", "worker.js"));
const source = { sourceId: 1, path: "log", modifiedMs: null, maxLineBytes: 1 << 20 };

describe("batches between threads", () => {
  it("come out as they went in, and name the memory that may move", () => {
    const batch: RecordBatch = {
      table: "trigger_use",
      rowCount: 5,
      numbers: Float64Array.from([0, 1, 2, 3, Number.NaN, 1, 1, 3, 4, 5, ...new Array(15).fill(7)]),
      texts: ["check.style", null, "prüfen", "", "check.style"],
    };
    const packed = pack(batch);
    const moved = unpack(packed);
    expect(moved.numbers).toEqual(batch.numbers);
    expect(textsOf(moved)).toEqual(batch.texts);
    expect(buffersOf([packed])).toEqual([packed.numbers.buffer, packed.places.buffer, packed.ends.buffer]);
  });
});

// A thread needs compiled JavaScript: run from TypeScript alone there is none. `npm run check` builds first.
describe.skipIf(!isBuilt)("parsing in a thread", () => {
  const log = Buffer.from([...generateLog({ ...DEFAULT_MIX, bytes: 1_500_000 })].join(""));

  it("gives the same batches as parsing in place", async () => {
    const { p4dTextFormat: threaded } = (await import(built)) as { p4dTextFormat: EvidenceFormat };
    const [one, other] = [await collect(threaded, log), await collect(p4dTextFormat, log)];
    expect(one.outcome).toEqual(other.outcome);
    expect(one.commands.length).toBeGreaterThan(0);
    expect(one.commands).toEqual(other.commands);
    expect(one.rows).toEqual(other.rows);
  });

  it("passes on what the outlet throws", async () => {
    const { p4dTextFormat: threaded } = (await import(built)) as { p4dTextFormat: EvidenceFormat };
    const outlet: RecordOutlet = {
      commands: () => {
        throw new Error("disk full");
      },
      rows: () => {},
    };
    await expect(feed(threaded, log, outlet)).rejects.toThrow("disk full");
  });
});

async function collect(format: EvidenceFormat, log: Buffer) {
  const commands: unknown[] = [];
  const rows: unknown[] = [];
  const outlet = {
    commands: (batch: CommandBatch) => commands.push([rowsOf(batch.commands), batch.children.map(rowsOf)]),
    rows: (batch: RecordBatch) => rows.push(rowsOf(batch)),
  };
  return { outcome: await feed(format, log, outlet), commands, rows };
}

async function feed(format: EvidenceFormat, log: Buffer, outlet: RecordOutlet) {
  const parser = format.open(source, outlet);
  try {
    for (let at = 0; at < log.length; at += 100_000) await parser.push(new Uint8Array(log.subarray(at, at + 100_000)));
    return await parser.end();
  } catch (error) {
    parser.abort();
    throw error;
  }
}

/** All of a batch, in memory of its own. */
function rowsOf(batch: RecordBatch) {
  const numbers = Array.from({ length: batch.rowCount }, (_, row) =>
    Array.from(batch.numbers.subarray(rowStart(batch, row), rowStart(batch, row + 1))),
  );
  return { table: batch.table, numbers, texts: textsOf(batch) };
}

function textsOf(batch: RecordBatch): (string | null)[] {
  return Array.from({ length: batch.rowCount * RECORD_TABLES[batch.table].texts.length }, (_, i) => textAt(batch, i));
}
