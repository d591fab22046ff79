import { describe, expect, it } from "vitest";
import { generateLog, MIXES, mixNamed } from "../../bench/generate-log.js";

const text = (name: string, more: { seed?: number; bytes?: number } = {}) =>
  [...generateLog({ ...mixNamed(name), bytes: 400_000, ...more })].join("");

describe("generated logs", () => {
  it.each(Object.keys(MIXES))("%s depends on the seed and on nothing else", (name) => {
    expect(text(name)).toBe(text(name));
    expect(text(name, { seed: 2 })).not.toBe(text(name));
  });

  it("are what their names say", () => {
    const share = (name: string, part: RegExp) => (text(name).match(part) ?? []).length / text(name).split("\n").length;
    expect(share("track-heavy", /^--- db\./gm)).toBeGreaterThan(share("default", /^--- db\./gm));
    expect(text("server-1")).not.toMatch(/completed|^---/m);
    expect(
      text("huge-arguments")
        .split("\n")
        .some((line) => line.length > 10_000),
    ).toBe(true);
    const people = (name: string) => new Set(text(name).match(/ u\d+@/g)).size;
    expect(people("many-clients")).toBeGreaterThan(people("default"));
  });

  it.each([
    /^Perforce server error:/m,
    / exited unexpectedly, removed from monitor table\.$/m,
    /Server network estimates: /,
    /^--- lbr (Rcs|Binary|Compress|Uncompress)$/m,
    /^--- (meta\/db|storageup\/storagemasterup|rdb\.lbr|label)/m,
    /^--- paused /m,
    /^'$/m,
    /Server under resource pressure/,
  ])("the rarer lines have %s", (kind) => {
    expect(text("rare-lines", { bytes: 4e6 })).toMatch(kind);
    expect(text("default")).not.toMatch(kind);
  });

  it("has no mix of another name", () => {
    expect(() => mixNamed("nothing")).toThrow(/no mix nothing; there are default, /);
  });
});
