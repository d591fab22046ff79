import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logTime } from "../../src/base/time.js";
import { parseInstant } from "../../src/cli/instant.js";
import { resolveBounds } from "../../src/cli/time-bounds.js";
import { fixtureArchive } from "../support/expected-answer.js";
import { p4rca } from "./run-p4rca.js";

const at = (iso: string) => Date.parse(`${iso}Z`) / 1000;

describe("a time as an operator writes it", () => {
  it.each([
    ["2024/04/16 10:05:00", "local", at("2024-04-16T10:05:00")],
    ["2024/04/16:10:05:00", "local", at("2024-04-16T10:05:00")],
    ["2024-04-16T10:05", "local", at("2024-04-16T10:05:00")],
    [" 2024/04/16 ", "local", at("2024-04-16T00:00:00")],
    ["2024-04-16T10:05:00Z", "utc", at("2024-04-16T10:05:00")],
    ["2024-04-16T10:05:00.250Z", "utc", at("2024-04-16T10:05:00")],
    ["2024/04/16 10:05:00 UTC", "utc", at("2024-04-16T10:05:00")],
    ["2024-04-16T10:05:00+02:00", "utc", at("2024-04-16T08:05:00")],
    ["2024/04/16 10:05:00 -0530", "utc", at("2024-04-16T15:35:00")],
    ["10:05", "time-of-day", 36_300],
    ["9:05:07", "time-of-day", 32_707],
  ])("%s", (text, clock, s) => {
    expect(parseInstant(text)).toEqual({ clock, s });
  });

  it.each([
    "",
    "now",
    "25:00",
    "10:60",
    "2024/13/01",
    "2024-02-30 10:00",
    "2024/04-16",
    "2024/04/16 10",
    "16.04.2024",
    "10:05Z",
  ])("%j is none", (text) => {
    expect(() => parseInstant(text)).toThrow(/is not a time/);
  });
});

describe("a time without its day", () => {
  const bounds = (from: string | null, to: string | null, first: string, last: string, zones = ["UTC"]) => {
    const read = (text: string | null) => (text === null ? null : parseInstant(text));
    const { fromS, toS, notes } = resolveBounds(read(from), read(to), { firstS: at(first), lastS: at(last), zones });
    return [...[fromS, toS].map((s) => (s === null ? null : logTime(s * 1000))), ...notes];
  };
  const DAY = ["2024-04-16T09:00:00", "2024-04-16T11:00:00"] as const;
  const DAYS = ["2024-04-14T09:00:00", "2024-04-16T10:00:00"] as const;

  it("is of the one day of the log, and nothing has to be said", () => {
    expect(bounds("10:05", "10:20", ...DAY)).toEqual(["2024/04/16 10:05:00", "2024/04/16 10:20:00"]);
    expect(bounds("08:00", "12:00", ...DAY)).toEqual(["2024/04/16 08:00:00", "2024/04/16 12:00:00"]);
    expect(bounds(null, "10:20", ...DAY)).toEqual([null, "2024/04/16 10:20:00"]);
  });

  it("is of the last day on which it fits, and that is said", () => {
    const note = (text: string) => expect.stringMatching(new RegExp(`several days.*taking ${text}`));
    expect(bounds("09:30", null, ...DAYS)).toEqual(["2024/04/16 09:30:00", null, note("--from as 2024/04/16")]);
    expect(bounds("10:05", null, ...DAYS)).toEqual(["2024/04/15 10:05:00", null, note("--from as 2024/04/15")]);
    expect(bounds(null, "10:05", ...DAYS)).toEqual([null, "2024/04/15 10:05:00", note("--to as 2024/04/15")]);
    expect(bounds("09:50", "10:20", ...DAYS).slice(0, 2)).toEqual(["2024/04/16 09:50:00", "2024/04/16 10:20:00"]);
    expect(bounds("11:00", "12:00", ...DAYS).slice(0, 2)).toEqual(["2024/04/15 11:00:00", "2024/04/15 12:00:00"]);
  });

  it("may pass midnight", () => {
    expect(bounds("23:50", "00:10", ...DAYS).slice(0, 2)).toEqual(["2024/04/15 23:50:00", "2024/04/16 00:10:00"]);
  });

  it("goes with a bound that has its day", () => {
    expect(bounds("11:00", "2024/04/15 12:00", ...DAYS).slice(0, 2)).toEqual([
      "2024/04/15 11:00:00",
      "2024/04/15 12:00:00",
    ]);
    expect(bounds("2024/04/14 10:00", "23:00", ...DAYS).slice(0, 2)).toEqual([
      "2024/04/14 10:00:00",
      "2024/04/15 23:00:00",
    ]);
  });

  it("that leaves nothing is refused, and so are bounds the wrong way round", () => {
    expect(() => bounds("12:00", "12:30", ...DAY)).toThrow(/covers 2024\/04\/16 09:00:00 to 2024\/04\/16 11:00:00/);
    expect(() => bounds("2024/04/16 10:20", "2024/04/16 10:05", ...DAY)).toThrow(/lies behind/);
  });

  it("a zoned time goes to the servers' clock, wide enough for all of them", () => {
    expect(bounds("2024-04-16T08:05Z", "2024-04-16T08:20Z", ...DAY, ["+02:00"])).toEqual([
      "2024/04/16 10:05:00",
      "2024/04/16 10:20:00",
    ]);
    const [from, to, note] = bounds("2024-04-16T08:05Z", "2024-04-16T08:20Z", ...DAY, ["+01:00", "+02:00"]);
    expect([from, to]).toEqual(["2024/04/16 09:05:00", "2024/04/16 10:20:00"]);
    expect(note).toContain("+01:00, +02:00");
  });
});

describe("--from and --to of the real binary", () => {
  let cwd: string;
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), "p4rca-time-"));
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));
  const wedge = fixtureArchive("002-birch");

  async function analyze(...args: string[]): Promise<string> {
    const result = await p4rca(["analyze", ...args, "--json"], { cwd });
    expect([result.exitCode, result.stderr]).toEqual([0, ""]);
    return result.stdout;
  }

  it("mean the same in every form", async () => {
    const full = await analyze(wedge, "--from", "2024/04/16 10:15:00", "--to", "2024/04/16 10:20:00");
    expect(JSON.parse(full).incidents[0].suspect.pid).toBe(11019);
    expect(await analyze(wedge, "--from", "10:15", "--to", "10:20")).toBe(full);
    expect(await analyze(wedge, "--from", "2024-04-16T10:15:00Z", "--to", "2024-04-16T12:20:00+02:00")).toBe(full);
  });

  it("on a clock that only a capture tells", async () => {
    const log = ["2024/03/05 10:00:00", "2024/03/05 11:00:00"].flatMap((time, n) =>
      ["ida@ida_ws 10.0.0.9 [p4/v90] 'user-info'", "completed .002s"].map(
        (rest) => `Perforce server info:\n\t${time} pid ${n + 7} ${rest}\n`,
      ),
    );
    writeFileSync(join(cwd, "log"), log.join(""));
    writeFileSync(
      join(cwd, "info.txt"),
      "User name: ida\nServer address: p4:1666\nServer date: 2024/03/05 12:00:00 +0200 CEST\n",
    );
    const document = JSON.parse(await analyze("log", "info.txt", "--from", "2024-03-05T08:30:00Z"));
    expect(document.case.timeZone).toEqual({ assumed: "+02:00", from: "capture" });
    expect(document.case.window.start).toBe("2024-03-05T09:00:00Z");
  });

  it.each([
    [["--from", "10:20", "--to", "2024/04/16 10:05"], /leaves anything of the log/],
    [["--from", "2024/04/16 11:00", "--to", "2024/04/16 10:05"], /lies behind/],
    [["--from", "23:00"], /covers 2024\/04\/16/],
    [["--from", "2024/02/31"], /is not a time/],
  ])("2 for %j", async (args, message) => {
    const result = await p4rca(["analyze", wedge, ...args], { cwd });
    expect([result.exitCode, result.stdout]).toEqual([2, ""]);
    expect(result.stderr).toMatch(message);
  });

  it("a log on stdin can't be looked at first", async () => {
    const result = await p4rca(["analyze", "-", "--from", "10:05"], { cwd, input: "" });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("read only once");
  });
});
