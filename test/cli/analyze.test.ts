import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { analysisSchema } from "../../src/contracts/analysis.js";
import { fixtureArchive } from "../support/expected-answer.js";
import { p4rca } from "./run-p4rca.js";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "p4rca-cli-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const wedge = fixtureArchive("002-birch");
const healthy = fixtureArchive("001-alder");

describe("p4rca analyze, as a person runs it", () => {
  it("prints one screen, names the report last, and leaves a case and a report in one folder", async () => {
    const result = await p4rca(["analyze", wedge], { cwd });
    expect(result.exitCode).toBe(0);
    const lines = result.stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.at(-1)).toContain("p4rca-incident");
    expect(readdirSync(cwd)).toEqual(["p4rca-incident"]);
    expect(readdirSync(join(cwd, "p4rca-incident")).sort()).toEqual(["case.sqlite", "report.html"]);
  });

  it("has no colour codes when the output is not a terminal", async () => {
    const result = await p4rca(["analyze", wedge], { cwd, env: { FORCE_COLOR: "1" } });
    expect(result.stdout).not.toContain("\u001b");
  });

  it("with --json prints the document of the contract and leaves nothing behind", async () => {
    const result = await p4rca(["analyze", wedge, "--json"], { cwd, env: { XDG_CACHE_HOME: join(cwd, "cache") } });
    expect(result.exitCode).toBe(0);
    const document = analysisSchema.parse(JSON.parse(result.stdout));
    expect(document.verdict).toBe("incident");
    expect(readdirSync(cwd)).toEqual(["cache"]);
    expect(readdirSync(join(cwd, "cache", "p4rca"))).toEqual([]);
  });

  it("gives the same document byte for byte when asked again", async () => {
    const [first, second] = await Promise.all([
      p4rca(["analyze", wedge, "--json"], { cwd }),
      p4rca(["analyze", wedge, "--json"], { cwd, env: { TZ: "Asia/Tokyo", LC_ALL: "de_DE.UTF-8" } }),
    ]);
    expect(second.stdout).toBe(first.stdout);
  });

  it("reruns over its own folder", async () => {
    const first = await p4rca(["analyze", wedge], { cwd });
    const second = await p4rca(["analyze", wedge], { cwd });
    expect(second.exitCode).toBe(0);
    expect(second.stdout).toBe(first.stdout);
  });

  it("writes Markdown and HTML where it is told to", async () => {
    const result = await p4rca(["analyze", wedge, "--md", "out/r.md", "--html", "out/r.html", "--case", "c.sqlite"], {
      cwd,
    });
    expect(result.exitCode).toBe(0);
    expect(readdirSync(join(cwd, "out")).sort()).toEqual(["r.html", "r.md"]);
    expect(existsSync(join(cwd, "c.sqlite"))).toBe(true);
  });
});

describe("exit codes", () => {
  it("10 when an incident is at or above --fail-on, 0 when none is", async () => {
    expect((await p4rca(["analyze", wedge, "--json", "--fail-on", "warning"], { cwd })).exitCode).toBe(10);
    expect((await p4rca(["analyze", healthy, "--json", "--fail-on", "warning"], { cwd })).exitCode).toBe(0);
  });

  it.each([
    ["an option nobody knows", ["analyze", "--jsno", "x"]],
    ["no path", ["analyze"]],
    ["a severity nobody knows", ["analyze", "x", "--fail-on", "terrible"]],
    ["a zone nobody knows", ["analyze", "x", "--tz", "Mars/Olympus"]],
    ["a time nobody can read", ["analyze", "x", "--from", "half past ten"]],
    ["a command nobody knows", ["analyse", "x"]],
  ])("2 for %s", async (_, args) => {
    const result = await p4rca(args, { cwd });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toBe("");
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  it("3 for a path that does not exist, naming it", async () => {
    const result = await p4rca(["analyze", "nowhere.tar.gz"], { cwd });
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain("nowhere.tar.gz");
  });

  it("3 for a file that is no evidence, naming it", async () => {
    writeFileSync(join(cwd, "shopping.txt"), "milk\neggs\n");
    const result = await p4rca(["analyze", "shopping.txt"], { cwd });
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain("shopping.txt");
  });

  it("3 for an empty folder", async () => {
    mkdirSync(join(cwd, "empty"));
    expect((await p4rca(["analyze", "empty"], { cwd })).exitCode).toBe(3);
  });

  it("says an error as JSON when JSON was asked for", async () => {
    const result = await p4rca(["analyze", "nowhere.tar.gz", "--json"], { cwd });
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { message: expect.stringContaining("nowhere") } });
  });
});

describe("evidence from elsewhere", () => {
  it("reads a P4LOG from stdin", async () => {
    const log = [
      "Perforce server info:",
      "\t2024/03/05 10:00:00 pid 77 ida@ida_ws 10.0.0.9 [p4/v90] 'user-info'",
      "Perforce server info:",
      "\t2024/03/05 10:00:00 pid 77 completed .002s",
      "",
    ].join("\n");
    const result = await p4rca(["analyze", "-", "--json"], { cwd, input: log });
    expect(result.exitCode).toBe(0);
    const document = analysisSchema.parse(JSON.parse(result.stdout));
    expect(document.case.inputs).toHaveLength(1);
    expect(document.verdict).toBe("insufficient-evidence");
    expect(document.case.missing.length).toBeGreaterThan(0);
  });

  it("keeps what a truncated archive still holds, and says what was lost", async () => {
    const whole = await import("node:fs").then((fs) => fs.readFileSync(wedge));
    writeFileSync(join(cwd, "cut.tar.gz"), whole.subarray(0, Math.floor(whole.length * 0.8)));
    const result = await p4rca(["analyze", "cut.tar.gz", "--json"], { cwd });
    expect(result.exitCode).toBe(0);
    const document = analysisSchema.parse(JSON.parse(result.stdout));
    expect(document.case.inputs.flatMap((input) => input.notes).join(" ")).toMatch(/truncated/);
    expect(gunzipSync(whole).length).toBeGreaterThan(0);
  });
});
