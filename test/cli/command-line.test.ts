import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureArchive } from "../support/expected-answer.js";
import { p4rca } from "./run-p4rca.js";

let cwd: string;
const wedge = fixtureArchive("002-birch");

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "p4rca-line-"));
  await p4rca(["ingest", wedge, "--case", "c.sqlite"], { cwd });
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const COMMANDS = [
  "analyze",
  "ingest",
  "detect",
  "incidents",
  "incidents list",
  "incidents show",
  "report",
  "query",
  "schema",
  "doctor",
];

describe("help and version", () => {
  it.each(["", ...COMMANDS])("p4rca %s --help: what it does, with examples, on stdout", async (command) => {
    const result = await p4rca([...command.split(" ").filter(Boolean), "--help"], { cwd });
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toBe("");
    expect(result.stdout).toMatch(/^Usage: p4rca/);
    expect(result.stdout).toMatch(new RegExp(`^Examples:\n  .*p4rca ${command.split(" ")[0]}`, "m"));
  });

  it.each(COMMANDS.filter((command) => command !== "incidents"))("%s takes the common options", async (command) => {
    const { stdout } = await p4rca([...command.split(" "), "--help"], { cwd });
    for (const option of ["--json", "--output <file>", "--quiet", "--no-color", "--no-input", "--tz <", "--config <"]) {
      expect(stdout).toContain(option);
    }
  });

  it("analyze takes what the contract names beside them", async () => {
    const { stdout } = await p4rca(["analyze", "--help"], { cwd });
    const own = "--case --html --md --from --to --advise --model --no-advisor --fail-on".split(" ");
    for (const option of own) expect(stdout).toMatch(new RegExp(`^  ${option} `, "m"));
  });

  it("prints the version of the package and nothing else", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await p4rca(["--version"], { cwd })).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("without a command prints the help on stderr, as a usage error", async () => {
    const result = await p4rca([], { cwd });
    expect([result.exitCode, result.stdout]).toEqual([2, ""]);
    expect(result.stderr).toMatch(/^Usage: p4rca/);
  });
});

describe("what is not there", () => {
  const later = "bundle rca annotate eval export sanitize runbook brief watch audit".split(" ");
  it.each(later)("%s is an unknown command, with --help too", async (command) => {
    for (const args of [
      [command, "inc-1", "--case", "c.sqlite"],
      [command, "--help"],
    ]) {
      const result = await p4rca(args, { cwd });
      expect([result.exitCode, result.stdout]).toEqual([2, ""]);
      expect(result.stderr).toContain(`unknown command '${command}'`);
    }
  });

  it("suggests what may have been meant", async () => {
    expect((await p4rca(["analyse", "x"], { cwd })).stderr).toContain("Did you mean analyze?");
    expect((await p4rca(["analyze", "--jsno", "x"], { cwd })).stderr).toContain("Did you mean --json?");
  });

  it.each([
    ["schema", "bundle"],
    ["query", "blocker", "--case", "c.sqlite"],
    ["query", "delete from command", "--case", "c.sqlite"],
    ["query", "select nothing from nowhere", "--case", "c.sqlite"],
    ["query", "blockers"],
    ["query", "blockers", "--case", "c.sqlite", "--format", "parquet"],
    ["report", "--case", "nowhere.sqlite"],
    ["report", "--case", "notes.txt"],
    ["report"],
    ["incidents", "show", "inc-99", "--case", "c.sqlite"],
    ["analyze", "x", "--config", "nowhere.yaml"],
    ["analyze", "x", "--max-entries", "0"],
  ])("2 for p4rca %s %s %s %s", async (...args) => {
    writeFileSync(join(cwd, "notes.txt"), "nothing\n".repeat(500));
    const result = await p4rca(args, { cwd });
    expect([result.exitCode, result.stdout]).toEqual([2, ""]);
    expect(result.stderr).toMatch(/^p4rca: /);
    expect(result.stderr).not.toMatch(/internal error|\n\s+at /);
  });

  it.each([[["analyse"]], [["analyze"]], [["analyze", "x", "--tz", "Mars"]], [["analyze", "nowhere.tar.gz"]]])(
    "%j says what is wrong as one JSON line on stderr when JSON was asked for",
    async (args) => {
      const result = await p4rca([...args, "--json"], { cwd });
      expect(result.stdout).toBe("");
      expect(JSON.parse(result.stderr)).toEqual({
        error: {
          code: expect.stringMatching(/^[a-z-]+$/),
          message: expect.stringMatching(/\w/),
          hint: expect.anything(),
        },
      });
    },
  );
});

describe("every command on a case", () => {
  const ON_CASE: [string, string[]][] = [
    ["detect", ["detect"]],
    ["incidents", ["incidents"]],
    ["incidents list", ["incidents", "list"]],
    ["incidents show", ["incidents", "show", "inc-1"]],
    ["report", ["report"]],
    ["query", ["query", "blockers"]],
  ];
  const withCase = (args: string[]) => [...args, "--case", "c.sqlite"];

  it.each(ON_CASE)("%s: text for people, one JSON document for programs, nothing on stderr", async (_, args) => {
    const text = await p4rca(withCase(args), { cwd });
    expect([text.exitCode, text.stderr]).toEqual([0, ""]);
    expect(text.stdout).toMatch(/11019|db-wedge/);
    expect(text.stdout).not.toContain("\u001b");
    const json = await p4rca([...withCase(args), "--json"], { cwd });
    expect([json.exitCode, json.stderr]).toEqual([0, ""]);
    expect(JSON.stringify(JSON.parse(json.stdout))).toMatch(/11019|db-wedge/);
  });

  it.each([
    ...ON_CASE.map(([name, args]) => [name, withCase(args)] as const),
    ["schema", ["schema", "config"]] as const,
  ])("%s writes to --output what it else prints", async (_, args) => {
    const printed = await p4rca(args, { cwd });
    const written = await p4rca([...args, "--output", "out.txt"], { cwd });
    expect([written.exitCode, written.stdout]).toEqual([0, ""]);
    expect(readFileSync(join(cwd, "out.txt"), "utf8")).toBe(printed.stdout);
  });

  it("shows times as the log has them, with their zone", async () => {
    const { stdout } = await p4rca(withCase(["incidents"]), { cwd });
    expect(stdout).toMatch(/2024\/04\/16 10:17:\d\d UTC/);
  });

  it("does not take a zone other than the case's in silence", async () => {
    expect((await p4rca([...withCase(["report"]), "--tz", "UTC"], { cwd })).exitCode).toBe(0);
    const other = await p4rca([...withCase(["report"]), "--tz", "+02:00"], { cwd });
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain("UTC");
  });

  it("prints a report in every format of the contract", async () => {
    const formats = [
      ["text", /^INCIDENT/],
      ["md", /^#/],
      ["html", /^<!doctype html>/i],
      ["json", /^\{/],
    ] as const;
    for (const [format, start] of formats) {
      expect((await p4rca([...withCase(["report"]), "--format", format], { cwd })).stdout).toMatch(start);
    }
  });
});

describe("doctor and schema", () => {
  it("doctor says what is there", async () => {
    const result = await p4rca(["doctor", "--json"], { cwd });
    expect(result.exitCode).toBe(0);
    const names = (JSON.parse(result.stdout) as { name: string; state: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["node", "sqlite", "zstd"]));
  });

  it.each(["analysis", "config"])("schema %s is JSON Schema 2020-12", async (name) => {
    const { stdout } = await p4rca(["schema", name], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
    });
  });
});
