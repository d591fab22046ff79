import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { tarOf, zipOf } from "../archive-builders.js";
import { accounted, ingest, scratchFolder } from "../recording-sink.js";
import { SAMPLE, SAMPLE_BZ2, SAMPLE_XZ, SAMPLE_ZST } from "./compressed-samples.js";

const folder = scratchFolder();
afterAll(() => folder.remove());

const MONITOR = "4548 R bruno      00:11:09 sync //...\n";
const MONITOR_2 = "4600 R susan      00:01:09 edit //depot/a.c\n";

async function ingestBytes(name: string, bytes: Uint8Array | string, options = {}) {
  writeFileSync(folder.at(name), bytes);
  return ingest([folder.at(name)], options);
}

describe("what comes out of an archive", () => {
  it("gives the members of a tar.gz under the names stored in it", async () => {
    const tar = await tarOf(
      { name: "incident/monitor.txt", content: MONITOR },
      { name: "incident/log.txt", content: SAMPLE },
    );
    const { files, refused } = await ingestBytes("incident.tar.gz", gzipSync(tar));
    expect(files.map(({ path, summary }) => [path, summary.kind, summary.bytes])).toEqual([
      ["incident/monitor.txt", "monitor", MONITOR.length],
      ["incident/log.txt", "syslog", SAMPLE.length],
    ]);
    expect(refused).toEqual([]);
  });

  it("looks at content, not at names", async () => {
    const { files } = await ingestBytes("backup.dat", gzipSync(await tarOf({ name: "a.pdf", content: MONITOR })));
    expect(files[0]?.summary.kind).toBe("monitor");
  });

  it("opens compressed files and archives within archives, behind the path of their archive", async () => {
    const inner = await tarOf({ name: "logs/m.txt", content: MONITOR });
    const tar = await tarOf(
      { name: "a.xz", content: SAMPLE_XZ },
      { name: "old.tgz", content: gzipSync(inner) },
      { name: "win.zip", content: zipOf({ name: "m2.txt", content: MONITOR_2 }) },
    );
    const { files } = await ingestBytes("nested.tar", tar);
    expect(files.map(({ path }) => path)).toEqual(["a.xz", "old.tgz!logs/m.txt", "win.zip!m2.txt"]);
    expect(files.map(({ summary }) => summary.kind)).toEqual(["syslog", "monitor", "monitor"]);
  });

  it("opens an xz inside a tar.xz without waiting for itself", async () => {
    const { files } = await ingestBytes(
      "xz-in-tar.tar",
      await tarOf({ name: "a.xz", content: SAMPLE_XZ }, { name: "b.zst", content: SAMPLE_ZST }),
    );
    expect(files.map(({ summary }) => summary.kind)).toEqual(["syslog", "syslog"]);
  });

  it("reads stored, deflated and streamed zip members", async () => {
    const zip = zipOf(
      { name: "a.txt", content: MONITOR, stored: true },
      { name: "b.txt", content: SAMPLE },
      { name: "c.txt", content: MONITOR_2, streamed: true },
    );
    const { files, refused } = await ingestBytes("a.zip", zip);
    expect(files.map(({ path, summary }) => [path, summary.kind])).toEqual([
      ["a.txt", "monitor"],
      ["b.txt", "syslog"],
      ["c.txt", "monitor"],
    ]);
    expect(refused).toEqual([]);
  });

  it("keeps long names and times of modification", async () => {
    const name = `${"deep/".repeat(40)}monitor.txt`;
    const tar = await tarOf({ name, content: MONITOR, mtime: new Date(Date.UTC(2024, 2, 5, 14, 7, 36)) });
    const { files, rows } = await ingestBytes("long.tar", tar);
    expect(files[0]?.path).toBe(name);
    expect(rows.find((row) => row.table === "capture")).toMatchObject({
      taken_s: 1709647656,
      taken_is_utc: 1,
      taken_from: "mtime",
    });
  });

  it("counts the same content once, whatever it is wrapped in", async () => {
    const tar = await tarOf({ name: "log", content: SAMPLE }, { name: "log.bz2", content: SAMPLE_BZ2 });
    const { files, totals } = await ingestBytes("twice.tar", tar);
    expect(files.map(({ summary }) => summary.sha256)).toEqual([files[0]?.summary.sha256, files[0]?.summary.sha256]);
    expect(files[1]?.summary).toMatchObject({
      records: 0,
      account: { parsed: 0, noise: 0, unknown: 0, skipped: SAMPLE.length },
    });
    expect(files[1]?.summary.notes).toEqual(["same content as log: not counted again"]);
    expect(totals).toMatchObject({ files: 2, recognised: 1, duplicates: 1 });
  });

  it("lists what it does not recognise, with all its bytes", async () => {
    const junk = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251));
    const { files, totals } = await ingestBytes("junk.bin", junk);
    expect(files[0]?.summary).toMatchObject({ kind: "unknown", bytes: 5000, notes: ["not recognised as evidence"] });
    expect(files[0]?.summary.account.unknown).toBe(5000);
    expect(totals.recognised).toBe(0);
  });

  it("lists an empty file, and an empty archive with its name", async () => {
    const empty = await ingestBytes("empty", "");
    expect(empty.files[0]?.summary).toMatchObject({ kind: "unknown", bytes: 0, notes: ["empty file"] });
    const none = await ingestBytes("empty.tar.gz", gzipSync(await tarOf()));
    expect(none.files).toEqual([]);
    expect(none.refused).toEqual([{ path: "empty.tar.gz", reason: "archive without files" }]);
    const zip = await ingestBytes("empty.zip", zipOf());
    expect(zip.refused).toEqual([{ path: "empty.zip", reason: "archive without files" }]);
  });

  it("accounts for every byte of every file", async () => {
    const tar = await tarOf({ name: "m", content: `${MONITOR}\njunk line\n` }, { name: "x", content: "no evidence" });
    const { files } = await ingestBytes("account.tar", tar);
    expect(files).toHaveLength(2);
    for (const { summary } of files) expect(accounted(summary)).toBe(summary.bytes);
  });
});

describe("torn and damaged archives", () => {
  it("keeps what a torn tar.gz still holds, and says what was lost on the file and on the archive", async () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, i) => `Mar  5 14:00:00 p4host kernel: ${(i * 2654435761) % 4294967296}\n`,
    ).join("");
    const whole = gzipSync(await tarOf({ name: "m.txt", content: MONITOR }, { name: "big", content: rows }));
    const { files, refused } = await ingestBytes("torn.tar.gz", whole.subarray(0, Math.floor(whole.length / 2)));
    expect(files.map(({ path, summary }) => [path, summary.kind])).toEqual([
      ["m.txt", "monitor"],
      ["big", "syslog"],
    ]);
    expect(files[1]?.summary.notes).toEqual([
      expect.stringMatching(/^cut short: .* are in the archive$/),
      expect.stringMatching(/^truncated gzip after /),
    ]);
    expect(refused).toEqual([{ path: "torn.tar.gz", reason: expect.stringContaining("read in part: truncated gzip") }]);
  });

  it("says that a tar has no end mark, and that a zip breaks off within a name", async () => {
    const tar = await tarOf({ name: "a", content: MONITOR }, { name: "b", content: MONITOR_2 });
    const torn = await ingestBytes("torn-between.tar", tar.subarray(0, 1024));
    expect(torn.files.map(({ path, summary }) => [path, summary.notes])).toEqual([["a", []]]);
    expect(torn.refused[0]?.reason).toBe("archive read in part: tar ends without an end mark: members may be missing");
    const zip = zipOf({ name: "a.txt", content: MONITOR, stored: true }, { name: "b-long-name.txt", content: MONITOR });
    const cut = zip.subarray(0, 30 + 5 + MONITOR.length + 30 + 6);
    const { files, refused } = await ingestBytes("torn-name.zip", cut);
    expect(files.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(refused[0]?.reason).toContain("damaged zip");
  });

  it("keeps all of a damaged gzip but the piece that zlib fails on", async () => {
    const rows = Array.from(
      { length: 60_000 },
      (_, i) => `4548 R bruno 00:11:09 sync ${(i * 2654435761) % 4294967296}\n`,
    );
    const packed = gzipSync(rows.join(""));
    const at = Math.floor(packed.length * 0.6);
    packed.fill(0xff, at, at + 300);
    const { files } = await ingestBytes("damaged-inside.gz", packed);
    const kept = files[0]?.summary.bytes ?? 0;
    expect(kept).toBeGreaterThan(rows.join("").length * 0.55);
    expect(files[0]?.summary.notes[0]).toMatch(/^damaged gzip after /);
  });

  it("finds the next member behind a damaged tar header", async () => {
    const tar = await tarOf(
      { name: "a", content: MONITOR },
      { name: "b", content: SAMPLE },
      { name: "c", content: MONITOR_2 },
    );
    tar.fill("#", 1024, 1100); // the header of b
    const { files, refused } = await ingestBytes("damaged.tar", tar);
    expect(files.map(({ path }) => path)).toEqual(["a", "c"]);
    expect(refused[0]?.reason).toContain("damaged and were passed over");
  });

  it("reads a zip whose directory is gone by its local headers", async () => {
    const zip = zipOf(
      { name: "a.txt", content: MONITOR, stored: true },
      { name: "b.txt", content: MONITOR_2, streamed: true },
      { name: "c.txt", content: SAMPLE },
    );
    const { files, refused } = await ingestBytes("torn.zip", zip.subarray(0, zip.length - 150));
    expect(files.map(({ path, summary }) => [path, summary.kind])).toEqual([
      ["a.txt", "monitor"],
      ["b.txt", "monitor"],
      ["c.txt", "syslog"],
    ]);
    expect(refused[0]?.reason).toContain("damaged zip");
  });

  it("says which zip members can't be read, and reads the others", async () => {
    const zip = zipOf({ name: "secret", content: MONITOR, encrypted: true }, { name: "m", content: MONITOR });
    const { files, refused } = await ingestBytes("enc.zip", zip);
    expect(files.map(({ path }) => path)).toEqual(["m"]);
    expect(refused).toEqual([{ path: "secret", reason: "encrypted file: not read" }]);
  });
});
