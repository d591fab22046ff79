import { describe, expect, it } from "vitest";
import { readOpenMetrics } from "../support/open-metrics-grammar.js";

const HEAD = "# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# HELP a_seconds Help.\n";

describe("the grammar that the history is held against", () => {
  it("reads what is right", () => {
    const text = `${HEAD}a_seconds_total{s="x\\"\\\\\\n,}",t=""} 0 1\na_seconds_total{s="x\\"\\\\\\n,}",t=""} 1.5e3 2\n# EOF\n`;
    expect(readOpenMetrics(text).at(-1)).toMatchObject({ labels: { s: 'x"\\\n,}', t: "" }, value: 1500, atS: 2 });
    expect(readOpenMetrics("# EOF\n")).toEqual([]);
  });

  it.each([
    ["no end", `${HEAD}a_seconds_total 1 1\n`],
    ["text behind the end", "# EOF\n\n"],
    ["no suffix", `${HEAD}a_seconds 1 1\n# EOF\n`],
    ["no type", "a_total 1 1\n# EOF\n"],
    ["a unit that is not in the name", "# TYPE a counter\n# UNIT a seconds\n# EOF\n"],
    ["a family named like a sample", "# TYPE a_total counter\n# EOF\n"],
    ["a blank line", `${HEAD}\n# EOF\n`],
    ["two blanks", `${HEAD}a_seconds_total  1 1\n# EOF\n`],
    ["a bare quote", `${HEAD}a_seconds_total{s="x"y"} 1 1\n# EOF\n`],
    ["an unknown escape", `${HEAD}a_seconds_total{s="\\t"} 1 1\n# EOF\n`],
    ["a label twice", `${HEAD}a_seconds_total{s="x",s="y"} 1 1\n# EOF\n`],
    ["a comma at the end of the labels", `${HEAD}a_seconds_total{s="x",} 1 1\n# EOF\n`],
    ["a counter that falls", `${HEAD}a_seconds_total 2 1\na_seconds_total 1 2\n# EOF\n`],
    ["a negative counter", `${HEAD}a_seconds_total -1 1\n# EOF\n`],
    ["time that stands still", `${HEAD}a_seconds_total 1 1\na_seconds_total 1 1\n# EOF\n`],
    [
      "interleaved series",
      `${HEAD}a_seconds_total{s="x"} 1 1\na_seconds_total{s="y"} 1 1\na_seconds_total{s="x"} 1 2\n# EOF\n`,
    ],
    ["a family that comes back", `${HEAD}# TYPE b gauge\nb 1 1\n# TYPE a_seconds counter\n# EOF\n`],
    ["metadata behind samples", "# TYPE b gauge\nb 1 1\n# HELP b Help.\n# EOF\n"],
    ["a lone backslash in a help text", "# TYPE b gauge\n# HELP b a\\tb\n# EOF\n"],
    ["no value", `${HEAD}a_seconds_total NaNa 1\n# EOF\n`],
  ])("refuses %s", (_, text) => expect(() => readOpenMetrics(text)).toThrow());
});
