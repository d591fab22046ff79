import { describe, expect, it } from "vitest";
import { timeInLine, timeInName } from "../../../src/ingest/formats/capture-time.js";

const AT = Date.UTC(2024, 2, 5, 14, 7, 36) / 1000;

describe("the time a line tells", () => {
  it.each([
    ["# taken 2024-03-05T14:07:36Z", AT, true],
    ["2024-03-05T15:07:36.5+01:00", AT, true],
    ["=== Date: 2024/03/05 14:07:36 +0000 GMT ===", AT, true],
    ["2024-03-05 14:07:36", AT, false],
    ["Tue Mar  5 14:07:36 UTC 2024", AT, true],
    ["Tue Mar  5 14:07:36 CET 2024", AT, false],
    ["Tue Mar  5 02:07:36 PM CET 2024", AT, false],
    ["Tue 05 Mar 2024 02:07:36 PM UTC", AT, true],
    ["Tue, 5 Mar 2024 09:07:36 -0500", AT, true],
  ])("%s", (line, seconds, isUtc) => {
    expect(timeInLine(line)).toEqual({ seconds, isUtc });
  });

  it.each([
    "4548 R bruno 00:00:01 sync //...@2024/03/05:14:07:36",
    "2024-13-45 99:99:99",
    "log.2024-03-05T14:07:36Z.gz is here",
    "",
    `#${" ".repeat(100_000)}x`,
  ])("none: %.60s", (line) => {
    expect(timeInLine(line)).toBeNull();
  });
});

describe("the time a name tells", () => {
  it.each([
    ["monitor-20240305-140736.txt", AT, false],
    ["20240305T140736Z/monitor.txt", AT, true],
    ["x/lslocks_2024-03-05_14-07-36.json", AT, false],
    ["2024-03-05T14:07:36/m", AT, false],
    ["20240305140736", AT, false],
  ])("%s", (name, seconds, isUtc) => {
    expect(timeInName(name)).toEqual({ seconds, isUtc });
  });

  it.each(["log.20240305.gz", "monitor-1.txt", "build-120240305140736x", "20249905-140736"])("none: %s", (name) => {
    expect(timeInName(name)).toBeNull();
  });
});
