import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixtureArchive } from "../support/expected-answer.js";
import { p4rca } from "./run-p4rca.js";

let cwd: string;
const wedge = fixtureArchive("002-birch");
// No capture in it tells a zone.
const LOG = ["Perforce server info:", "\t2024/03/05 10:00:00 pid 77 ida@ida_ws 10.0.0.9 [p4/v90] 'user-info'", ""].join(
  "\n",
);

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "p4rca-set-"));
  writeFileSync(join(cwd, "log"), LOG);
  writeFileSync(join(cwd, "p4rca.yaml"), "tz: Europe/Berlin\nfailOn: major\n");
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function zone(args: string[], env: Record<string, string> = {}): Promise<unknown> {
  const { stdout } = await p4rca(["analyze", "log", "--json", ...args], { cwd, env });
  const document = JSON.parse(stdout);
  return { ...document.case.timeZone, start: document.case.window.start };
}

describe("where a setting comes from", () => {
  it("flag, then environment, then file, then default", async () => {
    const file = { P4RCA_CONFIG: "p4rca.yaml" };
    expect(await zone([])).toEqual({ assumed: "UTC", from: "default", start: "2024-03-05T10:00:00Z" });
    expect(await zone([], file)).toMatchObject({ assumed: "Europe/Berlin", start: "2024-03-05T09:00:00Z" });
    expect(await zone(["--config", "p4rca.yaml"])).toMatchObject({ assumed: "Europe/Berlin" });
    expect(await zone([], { ...file, P4RCA_TZ: "+02:00" })).toMatchObject({ start: "2024-03-05T08:00:00Z" });
    expect(await zone(["--tz", "-05:00"], { ...file, P4RCA_TZ: "+02:00" })).toMatchObject({
      from: "option",
      start: "2024-03-05T15:00:00Z",
    });
  });

  it("an empty variable is as good as none", async () => {
    expect(await zone([], { P4RCA_TZ: "", P4RCA_CONFIG: "" })).toMatchObject({ assumed: "UTC", from: "default" });
  });

  it("--fail-on too, from each of them", async () => {
    const exit = async (args: string[], env: Record<string, string> = {}) =>
      (await p4rca(["analyze", wedge, "--json", ...args], { cwd, env })).exitCode;
    expect(await exit([])).toBe(0);
    expect(await exit(["--config", "p4rca.yaml"])).toBe(10);
    expect(await exit([], { P4RCA_FAIL_ON: "critical" })).toBe(10);
    expect(await exit(["--fail-on", "info"])).toBe(10);
  });

  it("limits: flag over environment over file", async () => {
    writeFileSync(join(cwd, "p4rca.yaml"), "limits: { maxEntries: 3 }\n");
    const inputs = async (args: string[], env: Record<string, string> = {}) => {
      const { stdout } = await p4rca(["analyze", wedge, "--json", "--config", "p4rca.yaml", ...args], { cwd, env });
      return JSON.parse(stdout).case.inputs.filter((input: { sha256: string }) => input.sha256 !== "").length;
    };
    const fromFile = await inputs([]);
    const fromEnvironment = await inputs([], { P4RCA_MAX_ENTRIES: "5" });
    expect(fromEnvironment).toBe(fromFile + 2);
    expect(await inputs(["--max-entries", "7"], { P4RCA_MAX_ENTRIES: "5" })).toBe(fromFile + 4);
  });

  it.each([
    ["a key nobody knows", "colour: blue\n", "colour"],
    ["a severity nobody knows", "failOn: terrible\n", "failOn"],
    ["no mapping", "- a\n- b\n", "p4rca.yaml"],
    ["no YAML", "tz: [\n", "p4rca.yaml"],
  ])("2 for a file with %s, naming it", async (_, text, named) => {
    writeFileSync(join(cwd, "p4rca.yaml"), text);
    const result = await p4rca(["analyze", "log", "--config", "p4rca.yaml"], { cwd });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain(named);
  });

  it("2 for a variable that makes no sense", async () => {
    const result = await p4rca(["analyze", "log"], { cwd, env: { P4RCA_MAX_DEPTH: "many" } });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("maxDepth");
  });
});

describe("an advisor that is not there", () => {
  it.each([["--advise"], ["--model", "qwen3:8b"]])("analyze %s %s goes on without it, and says so", async (...args) => {
    const result = await p4rca(["analyze", wedge, "--json", ...args], { cwd });
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain("no advisor");
    expect(JSON.parse(result.stdout).advisory).toBeNull();
  });
});
