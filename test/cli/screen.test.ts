import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixtureArchive, fixtureNames } from "../support/expected-answer.js";
import { p4rca } from "./run-p4rca.js";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "p4rca-screen-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function expectScreen(text: string): void {
  const lines = text.trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
}

describe("the first screen of every shipped fixture", () => {
  it.each(fixtureNames())("%s: 24 lines of 80 columns, in UTF-8 and in ASCII alike", async (name) => {
    const utf8 = await p4rca(["analyze", fixtureArchive(name)], { cwd });
    const report = ["report", "--case", "p4rca-incident/case.sqlite"];
    const posix = await p4rca(report, { cwd, env: { LC_ALL: "C" } });
    const asked = await p4rca([...report, "--ascii"], { cwd });
    for (const { exitCode, stdout } of [utf8, posix, asked]) {
      expect(exitCode).toBe(0);
      expectScreen(stdout);
    }
    expect(utf8.stdout).toMatch(/[–└]/);
    expect(posix.stdout).toMatch(/^[\x20-\x7e\n]*$/);
    expect(posix.stdout).not.toContain("\\u{");
    expect(asked.stdout).toBe(posix.stdout);
  });
});

describe("which locale knows more than ASCII", () => {
  it.each([
    [{ LC_ALL: "", LC_CTYPE: "", LANG: "de_DE.utf8" }, false],
    [{ LC_ALL: "", LC_CTYPE: "en_US.UTF-8", LANG: "C" }, false],
    [{ LC_ALL: "POSIX", LC_CTYPE: "", LANG: "en_US.UTF-8" }, true],
    [{ LC_ALL: "", LC_CTYPE: "", LANG: "de_DE.ISO-8859-1" }, true],
    [{ LC_ALL: "", LC_CTYPE: "", LANG: "" }, true],
  ])("%j", async (env, ascii) => {
    await p4rca(["ingest", fixtureArchive("001-alder"), "--case", "c.sqlite"], { cwd });
    const { stdout } = await p4rca(["report", "--case", "c.sqlite"], { cwd, env });
    expect(/^[\x20-\x7e\n]*$/.test(stdout)).toBe(ascii);
  });
});

describe("on a terminal", () => {
  const wedge = fixtureArchive("002-birch");
  const bin = new URL("../../bin/p4rca.js", import.meta.url).pathname;

  async function onTerminal(args: string, env: Record<string, string> = {}): Promise<string> {
    const command = `${process.execPath} ${bin} ${args}`;
    const { stdout } = await execa("script", ["-qec", command, "/dev/null"], {
      cwd,
      env: { LC_ALL: "C.UTF-8", TERM: "xterm", NO_COLOR: "", ...env },
      stdin: "ignore",
    });
    return stdout;
  }

  it("colour is there, and goes with NO_COLOR, --no-color and TERM=dumb without another change", async () => {
    await p4rca(["ingest", wedge, "--case", "c.sqlite"], { cwd });
    const report = "report --case c.sqlite --quiet";
    const painted = await onTerminal(report);
    expect(painted).toContain("\u001b[1;31mINCIDENT");
    const plain = painted.replace(/\u001b\[[\d;]*m/g, "");
    expect(await onTerminal(report, { NO_COLOR: "1" })).toBe(plain);
    expect(await onTerminal(`${report} --no-color`)).toBe(plain);
    expect(await onTerminal(report, { TERM: "dumb" })).toBe(plain);
  });

  it("progress is a bar that is wiped, and --quiet has none", async () => {
    expect(await onTerminal(`analyze ${wedge}`)).toMatch(/\r\u001b\[2K\w+ \[[#.]{20}\]/);
    expect(await onTerminal(`analyze ${wedge} --quiet`)).not.toContain("\u001b[2K");
  });

  it("--output of a text report has no colour", async () => {
    await onTerminal(`analyze ${wedge} --output out.txt`);
    const { stdout } = await execa("cat", [join(cwd, "out.txt")]);
    expect(stdout).not.toContain("\u001b");
    expectScreen(stdout);
  });
});
