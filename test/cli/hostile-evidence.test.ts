import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AnalysisDocument, analysisSchema } from "../../src/contracts/analysis.js";
import { type TarMember, tarOf, zipOf } from "../ingest/archive-builders.js";
import { p4rca } from "./run-p4rca.js";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "p4rca-evil-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const LOG = [
  "Perforce server info:",
  "\t2024/03/05 10:00:00 pid 77 ida@ida_ws 10.0.0.9 [p4/v90] 'user-info'",
  "Perforce server info:",
  "\t2024/03/05 10:00:00 pid 77 completed .002s",
  "",
].join("\n");

async function documentOf(file: string, bytes: Buffer, ...args: string[]): Promise<AnalysisDocument> {
  writeFileSync(join(cwd, file), bytes);
  const result = await p4rca(["analyze", file, "--json", ...args], { cwd });
  expect(result.exitCode).toBe(0);
  return analysisSchema.parse(JSON.parse(result.stdout));
}

const notesOf = ({ case: { inputs } }: AnalysisDocument, path: string) =>
  inputs.filter((input) => input.path === path).flatMap((input) => input.notes);

describe("archives made to do harm", () => {
  it.each<[string, TarMember]>([
    ["../../etc/passwd", { name: "../../etc/passwd", content: LOG }],
    ["/etc/p4rca-escaped", { name: "/etc/p4rca-escaped", content: LOG }],
    ["logs/../../log", { name: "logs/../../log", content: LOG }],
    ["link", { name: "link", type: "symlink", linkname: "/etc/passwd" }],
    ["hard", { name: "hard", type: "link", linkname: "log" }],
    ["null", { name: "null", type: "character-device" }],
    ["disk", { name: "disk", type: "block-device" }],
    ["pipe", { name: "pipe", type: "fifo" }],
  ])("a tar member %s is refused by name, the rest is read, nothing is extracted", async (name, member) => {
    const document = await documentOf("a.tar", await tarOf(member, { name: "log", content: LOG }));
    const listed = document.case.inputs.map(({ path, records }) => [path, records > 0]);
    expect(listed).toContainEqual(["log", true]);
    expect(listed).toContainEqual([name, false]);
    expect(notesOf(document, name).join()).toMatch(/\w/);
    expect(readdirSync(cwd).sort()).toEqual(["a.tar", "p4rca"]);
    expect(existsSync("/etc/p4rca-escaped")).toBe(false);
  });

  it("a zip member that leads out is refused too", async () => {
    const zip = zipOf({ name: "../../evil", content: LOG }, { name: "log", content: LOG });
    const document = await documentOf("a.zip", zip);
    expect(document.case.inputs.map(({ path, records }) => [path, records > 0])).toContainEqual(["log", true]);
  });

  it("a gzip bomb is cut at the ratio, and the loss is on the first screen", async () => {
    const bomb = gzipSync(Buffer.alloc(200e6));
    writeFileSync(join(cwd, "log"), LOG);
    writeFileSync(join(cwd, "bomb.gz"), bomb);
    const screen = await p4rca(["analyze", "log", "bomb.gz"], { cwd });
    expect(screen.exitCode).toBe(0);
    expect(screen.stdout).toMatch(/^Lost {6}.*bomb/m);
    const alone = await p4rca(["analyze", "bomb.gz"], { cwd });
    expect(alone.exitCode).toBe(3);
    expect(alone.stderr).toContain("bomb.gz");
  });

  it("a tar bomb ends at the limits on members, on bytes and on depth", async () => {
    const many = await tarOf(...Array.from({ length: 40 }, (_, n) => ({ name: `log${n}`, content: LOG + n })));
    const few = await documentOf("many.tar", many, "--max-entries", "10");
    expect(few.case.inputs.filter(({ records }) => records > 0)).toHaveLength(10);
    expect(notesOf(few, "many.tar").join()).toContain("10 members");
    const small = await documentOf(
      "long.tar",
      await tarOf({ name: "log", content: LOG.repeat(900) }),
      "--max-file-bytes",
      "1000",
    );
    expect(notesOf(small, "log").join()).toContain("limit");
    let nested = await tarOf({ name: "log", content: LOG });
    for (let depth = 0; depth < 9; depth++) nested = await tarOf({ name: `d${depth}.tar`, content: nested });
    writeFileSync(join(cwd, "deep.tar"), nested);
    const deep = await p4rca(["analyze", "deep.tar"], { cwd });
    expect(deep.exitCode).toBe(3);
    expect(deep.stderr).toContain("layers deep");
  });
});

describe("archives with nothing in them", () => {
  it.each<[string, () => Promise<Buffer> | Buffer]>([
    ["empty.tar", () => tarOf()],
    ["empty.tar.gz", async () => gzipSync(await tarOf())],
    ["empty.zip", () => zipOf()],
    ["empty.log", () => Buffer.alloc(0)],
    ["photo.jpg", () => Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex")],
    ["half.gz", () => gzipSync(LOG).subarray(0, 12)],
  ])("3 for %s, naming it, and no folder is left", async (name, make) => {
    writeFileSync(join(cwd, name), await make());
    for (const args of [
      ["analyze", name],
      ["analyze", name, "--json"],
      ["ingest", name, "--case", "c.sqlite"],
    ]) {
      const result = await p4rca(args, { cwd });
      expect([result.exitCode, result.stdout]).toEqual([3, ""]);
      expect(result.stderr).toContain(name);
      expect(readdirSync(cwd).filter((entry) => entry !== "p4rca")).toEqual([name]);
    }
  });
});

describe("a log written by an attacker", () => {
  const user = '=cmd|"/C calc"!A0\u001b[2J\u001b]0;owned\u0007';
  const args = "//depot/<script>alert(1)</script><img src=x onerror=alert(2)>\u202e\u009b31m";
  const start = (pid: number, cmd: string) =>
    `\t2024/03/05 10:00:00 pid ${pid} ${user}@ws 10.0.0.9 [p4\u001b[31m/v90] '${cmd}'`;
  const command = (pid: number, cmd: string, lapseS: number, track: string) => [
    "Perforce server info:",
    start(pid, cmd),
    "Perforce server info:",
    `\t2024/03/05 10:0${lapseS / 60}:00 pid ${pid} completed ${lapseS}s`,
    "Perforce server info:",
    start(pid, cmd),
    `--- lapse ${lapseS}s`,
    "--- db.have",
    `---   total lock wait+held read/write ${track}`,
  ];
  // The first holds what the second waits for.
  const log = [
    ...command(77, `user-sync ${args} ${"x".repeat(5000)}`, 300, "0ms+0ms/0ms+299000ms"),
    ...command(78, `user-have ${args}`, 240, "238000ms+10ms/0ms+0ms"),
    "",
  ].join("\n");
  const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

  it("shows on no terminal, page or sheet as more than text", async () => {
    const name = "log\u001b[31m<b>.txt";
    writeFileSync(join(cwd, name), log);
    const screen = await p4rca(["analyze", name, "--case", "c.sqlite", "--html", "r.html", "--md", "r.md"], { cwd });
    expect(screen.exitCode).toBe(0);
    expect(screen.stdout).toContain("\\x1b");
    const outputs: Record<string, string> = { screen: screen.stdout, notes: screen.stderr };
    for (const file of ["r.html", "r.md"]) outputs[file] = readFileSync(join(cwd, file), "utf8");
    const onCase = [["report", "--json"], ["incidents"], ["incidents", "--json"], ["detect"], ["query", "slow"]];
    const sql = "select user, workspace, app, args from process";
    for (const command of [...onCase, ["query", sql], ["query", sql, "--format", "csv"], ["query", sql, "--json"]]) {
      outputs[command.join(" ")] = (await p4rca([...command, "--case", "c.sqlite"], { cwd })).stdout;
    }
    for (const [what, text] of Object.entries(outputs)) expect(CONTROL.exec(text), what).toBeNull();
    expect(outputs[`query ${sql} --format csv`]).toMatch(/^"?'=cmd/m);
    expect(outputs["r.html"]).not.toMatch(/<script>alert|<img src=x/);
    expect(outputs["r.md"]).not.toMatch(/<script>alert|<img src=x/);
  });

  it("shows in no error message either", async () => {
    const result = await p4rca(["analyze", "no\u001b[31mwhere"], { cwd });
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain("no\\x1b[31mwhere");
    expect(result.stderr).not.toMatch(CONTROL);
  });
});
