import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixtureArchive } from "../support/expected-answer.js";
import { writeLongLog } from "./long-log.js";
import { p4rca, shell, startP4rca } from "./run-p4rca.js";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "p4rca-stop-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const wedge = fixtureArchive("002-birch");

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

describe("Ctrl-C", () => {
  it.each([
    ["analyze", ["analyze", wedge, "long.log"], "p4rca-incident/case.sqlite"],
    ["ingest", ["ingest", wedge, "long.log", "--case", "c.sqlite"], "c.sqlite"],
  ])(
    "during a long %s: 130 at once, and the same command ends as if nothing had been",
    async (_, args, casePath) => {
      writeLongLog(join(cwd, "long.log"), 40);
      const first = startP4rca(args, { cwd });
      // Rows of the long log are being written, far from its end.
      await until(() => sizeOf(join(cwd, casePath)) > 4e6);
      first.kill("SIGINT");
      const stopped = await first;
      expect(stopped.exitCode).toBe(130);
      expect(stopped.stdout).toBe("");
      expect(stopped.stderr).toContain("interrupted");

      expect((await p4rca(args, { cwd })).exitCode).toBe(0);
      const resumed = await p4rca(["report", "--case", casePath, "--json"], { cwd });
      const whole = await p4rca(["analyze", wedge, "long.log", "--json"], { cwd });
      expect(resumed.stdout).toBe(whole.stdout);
    },
    240_000,
  );

  it("leaves nothing behind with --json alone", async () => {
    writeLongLog(join(cwd, "long.log"), 40);
    const run = startP4rca(["analyze", "long.log", "--json"], { cwd });
    const cache = join(cwd, "p4rca");
    await until(() => existsSync(cache) && readdirSync(cache).some((name) => sizeOf(join(cache, name)) > 2e6));
    run.kill("SIGINT");
    const stopped = await run;
    expect(stopped.exitCode).toBe(130);
    expect(JSON.parse(stopped.stderr).error.code).toBe("interrupted");
    expect(readdirSync(cache)).toEqual([]);
    expect(readdirSync(cwd).sort()).toEqual(["long.log", "p4rca"]);
  }, 120_000);

  it("ends a run that waits for a pipe nobody writes to", async () => {
    expect(spawnSync("mkfifo", [join(cwd, "pipe")]).status).toBe(0);
    const run = startP4rca(["analyze", "pipe", "--json"], { cwd });
    const writer = await open(join(cwd, "pipe"), "w"); // returns once p4rca has it open
    run.kill("SIGINT");
    const stopped = await run;
    await writer.close();
    // By the signal itself, which a shell reports as 130.
    expect([stopped.exitCode, stopped.signal]).toEqual([undefined, "SIGINT"]);
    expect(readdirSync(join(cwd, "p4rca"))).toEqual([]);
  });
});

describe("a reader that has seen enough", () => {
  it.each([
    `$P4RCA analyze ${wedge} --json | head -1`,
    `$P4RCA query "select * from tableUse" --case c.sqlite --format csv | head -1`,
    `$P4RCA query "select * from tableUse" --case c.sqlite | head -1`,
    `$P4RCA --help | head -1`,
  ])("%s ends without a word", async (line) => {
    await p4rca(["ingest", wedge, "--case", "c.sqlite"], { cwd });
    const result = await shell(line, cwd);
    expect(result.exitCode).toBe(0);
    expect(result.stdout.split("\n")).toHaveLength(1);
    expect(result.stderr).toBe("");
  });
});
