import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { escapeReason } from "../../../src/ingest/source/archive-entry.js";
import { DEFAULT_LIMITS, type Limits } from "../../../src/ingest/source/limits.js";
import { tarOf, zipOf } from "../archive-builders.js";
import { accounted, ingest, scratchFolder } from "../recording-sink.js";

const folder = scratchFolder();
afterAll(() => folder.remove());

const MONITOR = "4548 R bruno      00:11:09 sync //...\n";

async function ingestBytes(name: string, bytes: Uint8Array, limits: Partial<Limits> = {}) {
  writeFileSync(folder.at(name), bytes);
  return ingest([folder.at(name)], { limits: { ...DEFAULT_LIMITS, ...limits } });
}

describe("members that are no files", () => {
  it("refuses links, devices and pipes by name, and reads the file among them", async () => {
    const tar = await tarOf(
      { name: "passwd", type: "symlink", linkname: "/etc/passwd" },
      { name: "hard", type: "link", linkname: "../../outside" },
      { name: "null", type: "character-device" },
      { name: "disk", type: "block-device" },
      { name: "pipe", type: "fifo" },
      { name: "dir/", type: "directory" },
      { name: "dir/m.txt", content: MONITOR },
    );
    const { files, refused } = await ingestBytes("links.tar", tar);
    expect(files.map(({ path }) => path)).toEqual(["dir/m.txt"]);
    expect(refused.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      "passwd: symbolic link to /etc/passwd: not read",
      "hard: hard link to ../../outside: not read",
      "null: character device: not read",
      "disk: block device: not read",
      "pipe: named pipe: not read",
    ]);
  });

  it("refuses a symbolic link in a zip", async () => {
    const zip = zipOf({ name: "l", content: "/etc/passwd", mode: 0o120777 }, { name: "m", content: MONITOR });
    const { files, refused } = await ingestBytes("link.zip", zip);
    expect(files.map(({ path }) => path)).toEqual(["m"]);
    expect(refused).toEqual([{ path: "l", reason: "symbolic link: not read" }]);
  });
});

describe("paths", () => {
  it("refuses what leads out of the archive and reads the rest", async () => {
    const tar = await tarOf({ name: "../../etc/cron.d/x", content: MONITOR }, { name: "ok/m", content: MONITOR });
    const inTar = await ingestBytes("escape.tar", tar);
    expect(inTar.refused).toEqual([{ path: "../../etc/cron.d/x", reason: "path leads out of the archive: not read" }]);
    expect(inTar.files.map(({ path }) => path)).toEqual(["ok/m"]);
    const inZip = await ingestBytes(
      "escape.zip",
      zipOf({ name: "..\\..\\x", content: MONITOR }, { name: "m", content: MONITOR }),
    );
    expect(inZip.refused.map(({ path }) => path)).toEqual(["..\\..\\x"]);
    expect(inZip.files).toHaveLength(1);
  });

  it.each([
    ["a/../../b", "leads out"],
    ["..", "leads out"],
    ["/etc/passwd", "absolute"],
    ["C:\\windows\\x", "absolute"],
    ["\\\\server\\share", "absolute"],
  ])("refuses %s", (name, why) => {
    expect(escapeReason(name)).toContain(why);
  });

  it.each(["a/../b", "./logs/log", "logs/..log", "p4/1/logs/log"])("allows %s", (name) => {
    expect(escapeReason(name)).toBeNull();
  });
});

describe("limits", () => {
  it("stops a bomb in a tar.gz and keeps what came before it", async () => {
    const tar = await tarOf({ name: "m", content: MONITOR }, { name: "zeros", content: Buffer.alloc(4 << 20) });
    const { files, refused } = await ingestBytes("bomb.tar.gz", gzipSync(tar), {
      maxRatio: 50,
      ratioFloorBytes: 1 << 20,
    });
    expect(files[0]?.summary.kind).toBe("monitor");
    expect(files[1]?.summary.bytes).toBeLessThan(4 << 20);
    expect(refused[0]?.reason).toMatch(/gzip data expands more than 50 times/);
  });

  it("stops a zip member that is a bomb and goes on with the next", async () => {
    const zip = zipOf({ name: "zeros", content: Buffer.alloc(4 << 20) }, { name: "m", content: MONITOR });
    const { files } = await ingestBytes("bomb.zip", zip, { maxRatio: 50, ratioFloorBytes: 1 << 20 });
    expect(files[0]?.summary.warnings.map(({ code }) => code)).toContain("compression-ratio");
    expect(files[1]?.summary.kind).toBe("monitor");
  });

  it("cuts a file at its limit, says so, accounts for the rest, and reads the next file", async () => {
    const tar = await tarOf({ name: "big", content: MONITOR.repeat(100) }, { name: "m", content: `${MONITOR}\n` });
    const { files } = await ingestBytes("big.tar", tar, { maxFileBytes: 1000 });
    const big = files[0]?.summary;
    expect(big?.account.skipped).toBe(MONITOR.length * 100 - 1000);
    expect(big?.notes).toEqual(["cut after 1.0 kB: limit for one file"]);
    expect(big && accounted(big)).toBe(MONITOR.length * 100);
    expect(files[1]?.summary.kind).toBe("monitor");
  });

  it("stops reading at the limit for all files, and lists the files it did not read", async () => {
    const tar = await tarOf({ name: "a", content: MONITOR.repeat(30) }, { name: "b", content: MONITOR });
    const { files, refused } = await ingestBytes("total.tar", tar, { maxTotalBytes: 500 });
    expect(files.map(({ summary }) => summary.notes)).toEqual([["cut after 500 bytes: limit for all files"]]);
    expect(refused).toEqual([{ path: "b", reason: "limit of 500 bytes for all files reached: not read" }]);
  });

  it("bounds the number of members", async () => {
    const tar = await tarOf(...Array.from({ length: 10 }, (_, i) => ({ name: `m${i}`, content: `${MONITOR}${i}\n` })));
    const { files, refused } = await ingestBytes("many.tar", tar, { maxEntries: 4 });
    expect(files).toHaveLength(4);
    expect(refused).toEqual([{ path: "many.tar", reason: expect.stringContaining("more than 4 members") }]);
  });

  it("bounds the layers", async () => {
    let bytes: Buffer = Buffer.from(MONITOR);
    for (let i = 0; i < 4; i++) bytes = gzipSync(bytes);
    expect((await ingestBytes("four.gz", bytes, { maxDepth: 4 })).files[0]?.summary.kind).toBe("monitor");
    const { files, refused } = await ingestBytes("four.gz", bytes, { maxDepth: 3 });
    expect(files).toEqual([]);
    expect(refused[0]?.reason).toBe("packed more than 3 layers deep: not read");
  });

  it("bounds a zip that has to be held in memory, not one on disk", async () => {
    const zip = zipOf({ name: "m", content: MONITOR });
    expect((await ingestBytes("small.zip", zip, { maxNestedZipBytes: 10 })).files).toHaveLength(1);
    const { refused } = await ingestBytes("zip.tar", await tarOf({ name: "a.zip", content: zip }), {
      maxNestedZipBytes: 10,
    });
    expect(refused).toEqual([{ path: "a.zip", reason: "zip of more than 10 bytes inside another archive: not read" }]);
  });

  it("cuts a line at its limit and counts it", async () => {
    const long = `4548 R bruno      00:11:09 sync ${"x".repeat(5000)}\n`;
    const { files, rows } = await ingestBytes("long-line", Buffer.from(long + MONITOR), { maxLineBytes: 200 });
    expect(files[0]?.summary.warnings).toEqual([
      expect.objectContaining({ code: "line-too-long", count: 1, lineNo: 1 }),
    ]);
    expect(rows.filter((row) => row.table === "monitor_row")).toHaveLength(2);
  });
});
