import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { seekTime } from "../../../src/ingest/window/seek.js";
import { WindowSieve } from "../../../src/ingest/window/sieve.js";
import { accounted, ingest, scratchFolder } from "../recording-sink.js";

const folder = scratchFolder();
afterAll(() => folder.remove());

const at = (clock: string, day = "05") => `2024/03/${day} ${clock}`;
const seconds = (clock: string, day = "05") => Date.parse(`2024-03-${day}T${clock}Z`) / 1000;
const start = (clock: string, pid: number, day = "05") =>
  `Perforce server info:\n\t${at(clock, day)} pid ${pid} bruno@ws 10.0.0.1 [p4/v93] 'user-sync //depot/${pid}/...'\n\n`;
const end = (clock: string, pid: number, day = "05") =>
  `Perforce server info:\n\t${at(clock, day)} pid ${pid} completed 1.00s 1+1us 0+0io 0+0net 1k 0pf\n\n`;
const track = (clock: string, pid: number) =>
  `${start(clock, pid).trimEnd()}\n--- lapse 1.00s\n--- db.have\n---   total lock wait+held read/write 5ms+7ms/0ms+0ms\n\n`;

const LOG =
  start("09:00:00", 1) + // over long before
  end("09:00:01", 1) +
  start("09:10:00", 2) + // open at the front edge, ends within
  start("09:20:00", 3) + // open at the front edge, never ends
  start("10:00:10", 4) + // within
  end("10:00:20", 4) +
  end("10:00:30", 2) +
  start("10:20:00", 5) + // open at the rear edge
  start("10:40:00", 6) + // behind
  end("10:50:00", 5) +
  track("10:20:00", 5) +
  end("10:50:01", 6) +
  track("10:40:00", 6);

const window = { fromS: seconds("10:00:00"), toS: seconds("10:30:00") };

function lineOf(text: string): number {
  const before = LOG.slice(0, LOG.indexOf(text));
  return before.split("\n").length;
}

describe("--from and --to on a P4LOG", () => {
  it("keeps the commands open at either edge, and their places in the file", async () => {
    writeFileSync(folder.at("log"), LOG);
    const { files, rows } = await ingest([folder.at("log")], { window });
    const commands = new Map(rows.filter((row) => row.table === "command").map((row) => [row.pid, row]));
    expect([...commands.keys()].sort()).toEqual([2, 3, 4, 5]);
    for (const pid of [2, 3, 4, 5]) {
      const text = `pid ${pid} bruno`;
      expect(commands.get(pid)?.line_no).toBe(lineOf(text));
      expect(LOG.slice(Number(commands.get(pid)?.byte_offset)).slice(0, 60)).toContain(text);
    }
    expect(commands.get(2)?.end_s).toBe(seconds("10:00:30"));
    expect(commands.get(3)?.end_s).toBeNull();
    expect(commands.get(5)?.end_s).toBe(seconds("10:50:00"));
    const use = rows.find((row) => row.table === "table_use");
    expect(use?.line_no).toBe(lineOf("--- db.have"));
    const summary = files[0]?.summary;
    expect(summary && accounted(summary)).toBe(LOG.length);
    expect(summary?.account.skipped).toBeGreaterThan(0);
    expect(summary?.notes).toEqual([expect.stringContaining("outside --from/--to")]);
  });

  it("keeps what was started days before and logged nothing since, however much lies between", async () => {
    const days = ["02", "03", "04"];
    const between = days.flatMap((day) =>
      Array.from({ length: 2000 }, (_, i) => start("12:00:00", 100 + i, day) + end("12:00:01", 100 + i, day)),
    );
    const fake = "Perforce server info:\n\t2024/03/05 10:10:00 pid 9 completed 1s\n\n"; // a clock that was wrong once
    const log = start("08:00:00", 77, "02") + fake + between.join("") + LOG;
    writeFileSync(folder.at("days"), log);
    const { rows } = await ingest([folder.at("days")], { window });
    const commands = rows.filter((row) => row.table === "command");
    expect(commands.map((row) => row.pid).sort()).toEqual([2, 3, 4, 5, 77]);
    expect(commands.find((row) => row.pid === 77)).toMatchObject({ start_s: seconds("08:00:00", "02"), line_no: 2 });
  });

  it("does the same with a compressed log, which can't be sought", async () => {
    writeFileSync(folder.at("log.gz"), gzipSync(LOG));
    const plain = await ingest([folder.at("log")], { window });
    const packed = await ingest([folder.at("log.gz")], { window });
    expect(packed.rows).toEqual(plain.rows);
    expect(packed.files[0]?.summary.account).toEqual(plain.files[0]?.summary.account);
  });

  it("does not bound captures", async () => {
    writeFileSync(folder.at("m.txt"), "# taken 2024-03-05T20:00:00Z\n4548 R bruno      00:11:09 sync //...\n");
    const { rows } = await ingest([folder.at("m.txt")], { window });
    expect(rows.some((row) => row.table === "monitor_row")).toBe(true);
  });

  it("stops soon behind the window, and is not fooled by one late time in a user's text", async () => {
    const fake = "Perforce server info:\n\t2099/01/01 00:00:00 pid 9 completed 1s\n\n";
    const rest = Array.from({ length: 4000 }, (_, i) => start("15:00:00", 1000 + i)).join("");
    writeFileSync(folder.at("tail"), fake + LOG + rest);
    const { files, rows } = await ingest([folder.at("tail")], { window: { fromS: null, toS: window.toS } });
    const pids = rows.filter((row) => row.table === "command").map((row) => row.pid);
    expect(pids).toContain(4);
    expect(pids.every((pid) => Number(pid) < 1000)).toBe(true);
    const summary = files[0]?.summary;
    expect(summary && accounted(summary)).toBe(fake.length + LOG.length + rest.length);
  });

  it("bisects to a place before the wanted time", async () => {
    const clock = (i: number) => new Date(i * 1000).toISOString().slice(11, 19);
    const long = Array.from({ length: 40_000 }, (_, i) => start(clock(i * 2), i)).join("");
    writeFileSync(folder.at("long"), long);
    const offset = await seekTime(folder.at("long"), long.length, seconds("12:00:00"));
    const first = long.indexOf(`\t${at("12:00:00")}`);
    expect(offset).toBeLessThanOrEqual(first);
    expect(offset).toBeGreaterThan(first - 1_000_000);
  });
});

describe("a front that lies far before the window", () => {
  const block = (time: string, pid: number, rest: string) =>
    `Perforce server info:\n\t2024/03/05 ${time} pid ${pid} ${rest}\n\n`;
  const start = "ann@ws 10.1.2.3 [p4/v92] 'user-sync //...'";
  const blocks = [
    block("06:00:00", 1, start),
    block("08:50:00", 2, start),
    block("10:10:00", 3, start),
    block("10:11:00", 1, "completed 15060s"),
  ];
  const log = Buffer.from(blocks.join(""));
  const localS = (time: string) => Date.parse(`2024-03-05T${time}Z`) / 1000;

  it.each([log.length, 7])("is counted and not looked at, in chunks of %i bytes", (chunkBytes) => {
    const given: [string, number, number][] = [];
    const front = (blocks[0] as string).length;
    const window = { fromS: localS("10:05:00"), toS: null };
    const sieve = new WindowSieve(window, front, front, (bytes, lineNo, byteOffset) => {
      given.push([bytes.toString(), lineNo, byteOffset]);
    });
    for (let at = 0; at < log.length; at += chunkBytes) sieve.push(log.subarray(at, at + chunkBytes));
    sieve.end();
    const offset = (index: number) => blocks.slice(0, index).join("").length;
    expect(given).toEqual([1, 2, 3].map((index) => [blocks[index], 1 + 3 * index, offset(index)]));
    expect(sieve.skippedBytes).toBe(front);
  });
});
