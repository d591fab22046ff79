import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { noProgress, type ProgressEvent } from "../../../src/base/progress.js";
import { ingestEvidence } from "../../../src/ingest/ingest.js";
import { tarOf, zipOf } from "../archive-builders.js";
import { ingest, scratchFolder } from "../recording-sink.js";

const folder = scratchFolder();
afterAll(() => folder.remove());

const monitor = (pid: number) => `${pid} R bruno      00:11:09 sync //...\n`;
const isRoot = process.getuid?.() === 0;

describe("folders and files", () => {
  it("reads a folder in the order of names, shows paths relative to it, and refuses what is no file", async () => {
    const root = folder.at("incident");
    mkdirSync(`${root}/b`, { recursive: true });
    writeFileSync(`${root}/b/m2.txt`, monitor(2));
    writeFileSync(`${root}/a.txt`, monitor(1));
    writeFileSync(`${root}/c.tgz`, gzipSync(await tarOf({ name: "logs/m3.txt", content: monitor(3) })));
    symlinkSync("/etc/passwd", `${root}/d-link`);
    symlinkSync(root, `${root}/e-loop`);
    execFileSync("mkfifo", [`${root}/f-pipe`]);
    const { files, refused } = await ingest([root]);
    expect(files.map(({ path }) => path)).toEqual(["a.txt", "b/m2.txt", "c.tgz!logs/m3.txt"]);
    expect(refused).toEqual([
      { path: "d-link", reason: "symbolic link: not read" },
      { path: "e-loop", reason: "symbolic link: not read" },
      { path: "f-pipe", reason: "named pipe: not read" },
    ]);
  });

  it("passes over what an earlier run left in the folder, and only that", async () => {
    const root = folder.at("again");
    for (const name of ["p4rca-again", "p4rca-notes"]) mkdirSync(`${root}/${name}`, { recursive: true });
    writeFileSync(`${root}/p4rca-again/case.sqlite`, "");
    writeFileSync(`${root}/p4rca-again/report.html`, "<p>old</p>");
    writeFileSync(`${root}/p4rca-notes/m.txt`, monitor(1));
    const { files, refused } = await ingest([root]);
    expect(files.map(({ path }) => path)).toEqual(["p4rca-notes/m.txt"]);
    expect(refused).toEqual([]);
  });

  it("follows a link that the operator names", async () => {
    writeFileSync(folder.at("real.txt"), monitor(1));
    symlinkSync(folder.at("real.txt"), folder.at("log"));
    const { files } = await ingest([folder.at("log")]);
    expect(files.map(({ path, summary }) => [path, summary.kind])).toEqual([["log", "monitor"]]);
  });

  it("keeps several PATHs apart by their names", async () => {
    for (const side of ["commit", "edge"]) {
      mkdirSync(folder.at(`${side}/logs`), { recursive: true });
      writeFileSync(folder.at(`${side}/logs/m`), monitor(side.length));
      writeFileSync(folder.at(`${side}.zip`), zipOf({ name: "m", content: monitor(10 + side.length) }));
    }
    const { files } = await ingest(["commit", "edge", "commit.zip", "edge.zip"].map((name) => folder.at(name)));
    expect(files.map(({ path }) => path)).toEqual(["commit/logs/m", "edge/logs/m", "commit.zip!m", "edge.zip!m"]);
  });

  it("reads stdin, compressed or not", async () => {
    const plain = await ingest(["-"], { stdin: Readable.from([Buffer.from(monitor(1))]) });
    expect(plain.files.map(({ path, summary }) => [path, summary.kind])).toEqual([["-", "monitor"]]);
    const packed = await ingest(["-"], { stdin: Readable.from([gzipSync(monitor(1))]) });
    expect(packed.files[0]?.summary.kind).toBe("monitor");
  });

  it("names a PATH that does not exist, before it reads anything", async () => {
    writeFileSync(folder.at("there"), monitor(1));
    const missing = ingest([folder.at("there"), folder.at("nowhere")]);
    await expect(missing).rejects.toMatchObject({ code: "no-such-path", exitCode: 3 });
    await expect(missing).rejects.toThrow(/nowhere/);
  });

  it.skipIf(isRoot)("refuses what it may not read and goes on (root may read everything)", async () => {
    const root = folder.at("locked");
    mkdirSync(`${root}/closed`, { recursive: true });
    writeFileSync(`${root}/open.txt`, monitor(1));
    writeFileSync(`${root}/shut.txt`, monitor(2));
    chmodSync(`${root}/shut.txt`, 0);
    chmodSync(`${root}/closed`, 0);
    const { files, refused } = await ingest([root]);
    chmodSync(`${root}/closed`, 0o700);
    expect(files.map(({ path }) => path)).toEqual(["open.txt"]);
    expect(refused).toEqual([
      { path: "closed", reason: "permission denied" },
      { path: "shut.txt", reason: "permission denied" },
    ]);
    await expect(ingest([`${root}/shut.txt`])).rejects.toMatchObject({ code: "unreadable-path", exitCode: 3 });
  });

  it("reports bytes of stored input, and stops where the sink says so", async () => {
    const bytes = Buffer.from(monitor(1).repeat(20_000));
    writeFileSync(folder.at("large"), bytes);
    const events: ProgressEvent[] = [];
    const sink = {
      openSource: () => 1,
      writeCommands: () => {},
      writeRows: () => {},
      closeSource: () => ({ kept: true }),
      refuseSource: () => {},
      checkpoint: () => {},
    };
    await ingestEvidence([folder.at("large")], {}, sink, (event) => events.push(event));
    expect(events.at(-1)).toMatchObject({ stage: "ingest", done: bytes.length, total: bytes.length, detail: "large" });
    const stop = new Error("stop");
    const stopped = {
      ...sink,
      checkpoint: () => {
        throw stop;
      },
    };
    await expect(ingestEvidence([folder.at("large")], {}, stopped, noProgress)).rejects.toBe(stop);
  });
});
