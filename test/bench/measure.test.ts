import { describe, expect, it } from "vitest";
import { measure } from "../../bench/ingest/measure.js";

/** Spends `cpuMs` of processor time and holds `mb` of memory while it does. */
const spend = (cpuMs: number, mb: number) =>
  `const held = Buffer.alloc(${mb}e6, 1); while (process.cpuUsage().user < ${cpuMs}e3); held.at(0);`;

const node = (script: string) => [process.execPath, "-e", script];

describe("measuring a program", () => {
  it("counts what its children spend, and their memory together with its own", async () => {
    const child = JSON.stringify(node(spend(600, 120)));
    const parent = `const [bin, ...args] = ${child}; require("child_process").spawn(bin, args); ${spend(600, 120)}`;
    const { userS, peakMb, wallS } = await measure(node(parent));
    expect(userS).toBeGreaterThanOrEqual(1.15);
    expect(peakMb).toBeGreaterThan(240);
    expect(wallS).toBeGreaterThan(0);
  });

  it("says what a failing program complained about", async () => {
    await expect(measure(node("console.error('no such table'); process.exit(3)"))).rejects.toThrow(
      /ended with 3: no such table/,
    );
  });
});
