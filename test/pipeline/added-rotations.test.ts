import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DEFAULT_MIX, generateLog } from "../../bench/generate-log.js";
import { openCase } from "../../src/casedb/casedb.js";
import { fillCase } from "../../src/pipeline/fill-case.js";
import { start, track } from "../ingest/formats/p4d-text/sample-log.js";
import { caseOf, differences, FILL, knowledge, rotationNames, writeLogs } from "./fill.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-added-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const log = Buffer.from([...generateLog({ ...DEFAULT_MIX, seed: 11, bytes: 150_000 })].join(""));
/** Inside a track block, inside a line, and between two lines. */
const cuts = [log.indexOf("\n--- db.", 40_000) + 1, 80_003, log.indexOf("\n\n", 110_000) + 1];
const parts = [0, ...cuts].map((from, index) => log.subarray(from, cuts[index] ?? log.length));

function written(name: string) {
  const names = rotationNames(parts.length, 1);
  return writeLogs(
    join(folder, name),
    parts.map((bytes, index) => ({ name: names[index] ?? "log", bytes })),
  );
}

describe("rotations added to a case that is joined already", () => {
  it.each([
    ["one after the other", [[0], [1], [2], [3]]],
    ["the newest first", [[3], [2], [1], [0]]],
    ["the middle last", [[0, 3], [2], [1]]],
  ])("end in the case of the whole log: %s", async (name, rounds) => {
    const whole = await caseOf(writeLogs(join(folder, `whole-${rounds.length}`), [{ name: "log", bytes: log }]));
    const paths = written(name);
    const caseDb = openCase(join(folder, `${name}.sqlite`));
    for (const round of rounds) {
      const added = round.map((index) => paths[index] as string);
      await fillCase(caseDb, added, FILL);
    }
    expect(differences(knowledge(caseDb), knowledge(whole))).toEqual([]);
    expect(caseDb.sources().map(({ account }) => account.unknown)).toEqual([0, 0, 0, 0]);
    caseDb.close();
    whole.close();
  });

  it("change nothing when they are added once more, under the same name or another", async () => {
    const paths = written("again");
    const caseDb = await caseOf(paths);
    const before = { knowledge: caseDb.canonicalDump(), sources: caseDb.sources() };
    await fillCase(caseDb, paths, FILL);
    expect({ knowledge: caseDb.canonicalDump(), sources: caseDb.sources() }).toEqual(before);
    await fillCase(caseDb, writeLogs(join(folder, "copy"), [{ name: "copied.log", bytes: parts[1] as Buffer }]), FILL);
    expect(caseDb.canonicalDump()).toEqual(before.knowledge);
    expect(caseDb.sources().at(-1)).toMatchObject({ path: "copied.log", state: "duplicate" });
    caseDb.close();
  });

  it("count what two of them both contain once", async () => {
    const whole = await caseOf(writeLogs(join(folder, "single"), [{ name: "log", bytes: log }]));
    // A copy of the live log, taken in mid-block, beside the rotation that it became later, and the log since.
    const end = cuts[2] as number;
    const files = [
      { name: "log.2024-03-05_00-00-00", bytes: log.subarray(0, 90_001) },
      { name: "log.2024-03-05_01-00-00", bytes: log.subarray(log.indexOf("\nPerforce server info", 30_000) + 1, end) },
      { name: "log", bytes: log.subarray(end) },
    ];
    const caseDb = await caseOf(writeLogs(join(folder, "overlap"), files));
    const commands = (lines: string[]) =>
      lines.filter((line) => line.startsWith('["command"')).map((line) => line.replace(/"running":-?\d+,/, ""));
    expect(differences(commands(knowledge(caseDb)), commands(knowledge(whole)))).toEqual([]);
    for (const { bytes, account } of caseDb.sources()) {
      expect(account.parsed + account.noise + account.unknown + account.skipped).toBe(bytes);
    }
    caseDb.close();
    whole.close();
  });
});

describe("two rotations of one command", () => {
  const slow = { time: "14:07:03", pid: 4101 };
  const block = (held: number) =>
    track(slow, "lapse 2.00s", "db.rev", `  total lock wait+held read/write 0ms+${held}ms/0ms+0ms`);

  it("make one record of a track block that stands in both", async () => {
    const paths = writeLogs(join(folder, "twice"), [
      { name: "log.1", bytes: Buffer.from(start(slow) + block(900) + start({ time: "14:07:05", pid: 4102 })) },
      { name: "log", bytes: Buffer.from(start({ time: "14:07:05", pid: 4103 }) + block(1500)) },
    ]);
    const caseDb = await caseOf(paths);
    const sql = `SELECT total_read_held_ms FROM table_use JOIN command ON command.id = table_use.id / 4096 WHERE pid = 4101`;
    expect([...caseDb.query(sql).rows]).toEqual([[1500]]);
    caseDb.close();
  });

  it("mark a pid that begins something else in the later one as taken over", async () => {
    const paths = writeLogs(join(folder, "pids"), [
      { name: "log.1", bytes: Buffer.from(start(slow) + start({ time: "14:07:05", pid: 4102 })) },
      { name: "log", bytes: Buffer.from(`${start({ time: "14:09:05", pid: 4101 })}\n`) },
    ]);
    const caseDb = await caseOf(paths);
    const rows = [...caseDb.query("SELECT pid, flags & 1024 FROM command ORDER BY start_s").rows];
    expect(rows).toEqual([
      [4101, 1024],
      [4102, 0],
      [4101, 0],
    ]);
    caseDb.close();
  });
});
