import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { longLineFaults } from "../support/damage/long-line.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-long-line-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a single line of 50 MB", () => {
  it("is cut, counted with its place, and what follows is read, whatever the file", async () => {
    expect(await longLineFaults(join(folder, "one"))).toEqual([]);
  });
});
