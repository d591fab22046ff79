import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findReference } from "../../bench/ingest/find-reference.js";
import { referenceText } from "../../bench/ingest/print.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "p4rca-reference-"));
  mkdirSync(join(folder, "sources"));
  writeFileSync(join(folder, "sources", "main.go"), "package main\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a program into a folder of its own and gives the folder. */
function fake(name: string, script: string): string {
  const place = join(folder, `with-${name}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(place, name), 0o755);
  return place;
}

const find = (path: readonly string[], limitS = 20) =>
  findReference({ path: path.join(":"), cacheFolder: join(folder, "cache"), sources: join(folder, "sources"), limitS });

/** Notes that it ran and "builds" a program that says what it is; `$5` is the FILE of `-o FILE`. */
const fakeGo = () =>
  fake(
    "go",
    `echo "$PWD $*" >> "${folder}/built"; printf '#!/bin/sh\\necho go-libp4dlog v0, go1.1' > "$5"; chmod +x "$5"`,
  );
const builds = () => readFileSync(join(folder, "built"), "utf8").trim().split("\n");

/** One that has ended may still wait for someone to take notice: `14734 (sleep) Z 1 …`. */
/** A process that has ended and waits for its parent to notice does not run. */
function isRunning(pid: string): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1")); // 4242 (sleep) Z 1 ...
  } catch {
    return false;
  }
}

const LOG2SQL = `echo "log2sql, version 1"; echo "  go version:       go1.2.3"`;

describe("the reference", () => {
  it("is log2sql where that is on PATH, whatever else is there", async () => {
    const [go, log2sql] = [fakeGo(), fake("log2sql", LOG2SQL)];
    const found = await find([go, log2sql]);
    expect(referenceText(found)).toContain("Reference: log2sql --no.metrics, built by go1.2.3");
    const program = join(log2sql, "log2sql");
    expect(found.reference?.databaseCommand("log", "db", 3)).toEqual([
      program,
      "--dbname",
      "db",
      "--no.metrics",
      "log",
    ]);
    expect(found.reference?.jsonCommand("log", 1)).toContain("--no.completion.records");
    expect(builds).toThrow(/ENOENT/);
  });

  it("is else our Go program, built once for the same sources", async () => {
    const go = fakeGo();
    const found = await find([join(folder, "nowhere"), go]);
    expect(referenceText(found)).toContain("bench/reference (go-libp4dlog v0, go1.1), as there is no log2sql on PATH");
    const [program = ""] = found.reference?.databaseCommand("log", "db", 3) ?? [];
    expect(execFileSync(program, { encoding: "utf8" })).toContain("go-libp4dlog");
    expect(found.reference?.databaseCommand("log", "db", 1)).toEqual([program, "--db", "db", "--starts-only", "log"]);
    expect(found.reference?.jsonCommand("log", 3)).toEqual([program, "--json", "log"]);
    await find([go]);
    expect(builds()).toHaveLength(1);
    expect(builds()[0]).toMatch(/sources build .*-o \S+ \.$/);
    writeFileSync(join(folder, "sources", "main.go"), "package main // changed\n");
    await find([go]);
    expect(builds()).toHaveLength(2);
  });

  it("is none, with the first complaint, where the build fails", async () => {
    const complaint = "lines.go:9:2: dial tcp: lookup proxy.golang.org: no such host";
    const go = fake("go", `echo "go: downloading x v1" >&2; echo "${complaint}" >&2; echo more >&2; exit 1`);
    const text = referenceText(await find([go]));
    expect(text).toBe(
      `Reference: none, so there are no ratios (no log2sql on PATH; bench/reference is not to be had: go build failed: ${complaint})`,
    );
  });

  it("is none where the build takes too long, and what it started ends with it", async () => {
    const go = fake("go", `sleep 30 & echo $! > "${folder}/pid"; wait`);
    expect(referenceText(await find([go], 1))).toContain("go build did not end within 1 s");
    const pid = readFileSync(join(folder, "pid"), "utf8").trim();
    await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false); // a signal takes a moment
  });

  it("is none where what was built does not run", async () => {
    const go = fake("go", `echo "no program" > "$5"`);
    expect(referenceText(await find([go]))).toContain("bench/reference is not to be had: spawnSync");
  });

  it("is none without log2sql and go; a folder of that name is neither", async () => {
    mkdirSync(join(folder, "go"));
    const found = await find([folder, ""]);
    expect(referenceText(found)).toContain("(no log2sql on PATH; no go on PATH to build bench/reference)");
  });
});
