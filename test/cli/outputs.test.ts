import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixtureArchive } from "../support/expected-answer.js";
import { writeLongLog } from "./long-log.js";
import { p4rca, whyNotNobody } from "./run-p4rca.js";

let cwd: string;
const wedge = fixtureArchive("002-birch");

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "p4rca-out-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function unpack(): void {
  expect(spawnSync("tar", ["xzf", wedge, "-C", cwd, "--strip-components=1"]).status).toBe(0);
}

describe("where results go", () => {
  it("an analysis that fails leaves no folder behind", async () => {
    writeFileSync(join(cwd, "notes.txt"), "milk\n");
    for (const path of ["nowhere.tar.gz", "notes.txt"]) await p4rca(["analyze", path], { cwd });
    expect(readdirSync(cwd)).toEqual(["notes.txt"]);
  });

  it("two archives of one name do not mix: the second starts over", async () => {
    for (const [folder, fixture] of [
      ["a", "002-birch"],
      ["b", "001-alder"],
    ] as const) {
      mkdirSync(join(cwd, folder));
      copyFileSync(fixtureArchive(fixture), join(cwd, folder, "incident.tar.gz"));
    }
    await p4rca(["analyze", "a/incident.tar.gz"], { cwd });
    const second = await p4rca(["analyze", "b/incident.tar.gz"], { cwd });
    expect(second.stdout).toMatch(/^NO INCIDENT/);
  });

  it("--output takes what would be printed, --json --output leaves stdout empty", async () => {
    const result = await p4rca(["analyze", wedge, "--json", "--output", "deep/er/d.json"], { cwd });
    expect([result.exitCode, result.stdout]).toEqual([0, ""]);
    expect(JSON.parse(readFileSync(join(cwd, "deep/er/d.json"), "utf8")).verdict).toBe("incident");
    expect(readdirSync(cwd).sort()).toEqual(["deep", "p4rca"]);
  });

  it("a device is written to, not replaced, and a link stays a link", async () => {
    symlinkSync("real.json", join(cwd, "link.json"));
    writeFileSync(join(cwd, "real.json"), "old");
    await p4rca(["analyze", wedge, "--json", "--output", "/dev/null"], { cwd });
    await p4rca(["analyze", wedge, "--json", "--output", "link.json"], { cwd });
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    expect(readFileSync(join(cwd, "real.json"), "utf8")).toContain('"verdict"');
  });

  it.each(["--output", "--md", "--html", "--case"])(
    "evidence is never overwritten: %s on an input is refused",
    async (option) => {
      unpack();
      symlinkSync("logs/log", join(cwd, "alias"));
      const before = readFileSync(join(cwd, "logs/log"));
      const result = await p4rca(["analyze", "logs/log", option, "alias"], { cwd });
      expect(result.exitCode).toBe(2);
      expect(result.stderr).toContain("evidence");
      expect(readFileSync(join(cwd, "logs/log")).equals(before)).toBe(true);
    },
  );
});

describe("the order in which inputs are given", () => {
  it("does not change the document", async () => {
    unpack();
    const paths = ["captures/monitor-1.txt", "logs/log", "captures/lslocks-2.txt", "captures/info.txt"];
    paths.push(
      ...readdirSync(join(cwd, "logs"))
        .filter((name) => name !== "log")
        .map((name) => `logs/${name}`),
    );
    const shuffled = [...paths.slice(3), ...paths.slice(0, 3).reverse()];
    const first = await p4rca(["analyze", ...paths, "--json"], { cwd });
    expect(JSON.parse(first.stdout).verdict).toBe("incident");
    for (const order of [shuffled, [...paths].reverse(), [...paths, "logs/log"]]) {
      expect((await p4rca(["analyze", ...order, "--json"], { cwd })).stdout).toBe(first.stdout);
    }
  });
});

const rootOnly = whyNotNobody();
const unlessNobody = rootOnly === null ? describe : describe.skip;

unlessNobody(`as a user without permission${rootOnly === null ? "" : ` (skipped: ${rootOnly})`}`, () => {
  beforeEach(() => chmodSync(cwd, 0o755));
  const nobody = { asNobody: true } as const;

  it("3 for a folder that may not be read, naming it", async () => {
    mkdirSync(join(cwd, "secret"), { mode: 0o700 });
    mkdirSync(join(cwd, "cache"));
    chmodSync(join(cwd, "cache"), 0o777);
    const env = { XDG_CACHE_HOME: join(cwd, "cache") };
    if (rootOnly === null && process.getuid?.() !== 0) chmodSync(join(cwd, "secret"), 0);
    const result = await p4rca(["analyze", "secret", "--json"], { cwd, env, ...nobody });
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain("secret: permission denied");
  });

  it("reads what may be read and lists the rest with its reason", async () => {
    unpack();
    expect(spawnSync("chmod", ["-R", "a+rX", join(cwd, "logs")]).status).toBe(0);
    chmodSync(join(cwd, "logs/log"), 0);
    mkdirSync(join(cwd, "cache"));
    chmodSync(join(cwd, "cache"), 0o777);
    const result = await p4rca(["analyze", "logs", "--json"], {
      cwd,
      env: { XDG_CACHE_HOME: join(cwd, "cache") },
      ...nobody,
    });
    expect(result.exitCode).toBe(0);
    const { inputs } = JSON.parse(result.stdout).case as { inputs: { path: string; notes: string[] }[] };
    expect(inputs.find(({ path }) => path === "log")?.notes).toEqual(["permission denied"]);
    expect(inputs.length).toBeGreaterThan(1);
  });

  it.each([
    ["the folder of the run", ["analyze", wedge], "p4rca-incident"],
    ["a cache folder", ["analyze", wedge, "--json"], "p4rca"],
    ["a case", ["ingest", wedge, "--case", "c.sqlite"], "c.sqlite"],
  ])("2 where %s can't be made, naming it", async (_, args, named) => {
    chmodSync(cwd, 0o555);
    const result = await p4rca(args, { cwd, ...nobody });
    chmodSync(cwd, 0o755);
    expect([result.exitCode, result.stdout]).toEqual([2, ""]);
    expect(result.stderr).toContain(named);
    expect(result.stderr).not.toContain("internal error");
  });
});

describe("a disk that is full", () => {
  it("2 with a clear message, whatever fills it up first", async (test) => {
    const disk = join(cwd, "disk");
    mkdirSync(disk);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=600k", "tmpfs", disk]).status === 0;
    if (!mounted) return test.skip("no tmpfs can be mounted here");
    try {
      writeLongLog(join(cwd, "long.log"), 3);
      for (const args of [
        ["analyze", "../long.log"],
        ["analyze", "../long.log", "--case", "c.sqlite"],
        ["analyze", "../long.log", "--json"],
      ]) {
        const result = await p4rca(args, { cwd: disk });
        expect([result.exitCode, result.stdout]).toEqual([2, ""]);
        expect(result.stderr).toMatch(/no space left/);
        for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true });
      }
      const big = await p4rca(["analyze", wedge, "--json", "--output", "d.json"], {
        cwd: disk,
        env: { XDG_CACHE_HOME: cwd },
      });
      expect(existsSync(join(disk, "d.json"))).toBe(big.exitCode === 0);
      writeFileSync(join(disk, "filler"), Buffer.alloc(500e3));
      const report = await p4rca(["analyze", wedge, "--json", "--html", "r.html"], {
        cwd: disk,
        env: { XDG_CACHE_HOME: cwd },
      });
      expect(report.exitCode).toBe(2);
      expect(report.stderr).toContain("cannot write r.html: no space left");
      expect(readdirSync(disk).filter((name) => name.startsWith("r.html"))).toEqual([]);
    } finally {
      spawnSync("umount", [disk]);
    }
  });
});
