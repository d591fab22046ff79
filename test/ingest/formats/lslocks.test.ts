import { describe, expect, it } from "vitest";
import { lockObjectOf } from "../../../src/ingest/formats/lock-object.js";
import { lslocksFormat } from "../../../src/ingest/formats/lslocks.js";
import { parseWith, type Row } from "../recording-sink.js";

const parse = (text: string, source = {}) => parseWith(lslocksFormat, text, source);
const locks = (rows: readonly Row[]) => rows.filter((row) => row.table === "os_lock");
const brief = (rows: readonly Row[]) =>
  locks(rows).map(({ pid, mode, waiting, blocker_pid, object }) => [pid, mode, waiting, blocker_pid, object]);

describe("lslocks in columns", () => {
  it("reads titles without BLOCKER", async () => {
    const { rows } = await parse(
      "COMMAND           PID   TYPE SIZE MODE  M START END PATH\n" +
        "p4d              4548  FLOCK  16K WRITE 0     0   0 /p4/1/db1/db.rev\n" +
        "cron              901  FLOCK   4B WRITE 0     0   0 /run/crond.pid\n",
    );
    expect(brief(rows)).toEqual([[4548, "WRITE", 0, null, "db.rev"]]);
    expect(rows[0]).toMatchObject({ table: "capture", kind: "lslocks", line_no: 1 });
  });

  it("reads BLOCKER, waiting modes, wide sizes and paths with blanks", async () => {
    const { rows } = await parse(
      "COMMAND           PID   TYPE  SIZE MODE   M START END PATH                     BLOCKER\n" +
        "p4d_1_bin     1152895  FLOCK 14.6G READ*  0     0   0 /p4/1/db1/db.have           4548\n" +
        "p4d_1_bin        4548  FLOCK 14.6G WRITE  0     0   0 /p4 root/1/db1/db.have\n" +
        "p4d_1_bin        4600  FLOCK   17B READ   0     0   0 /p4/1/root/db.rev           4548\n",
    );
    expect(brief(rows)).toEqual([
      [1152895, "READ", 1, 4548, "db.have"],
      [4548, "WRITE", 0, null, "db.have"],
      [4600, "READ", 1, 4548, "db.rev"], // a blocker without the star means waiting too
    ]);
    expect(locks(rows)[1]?.path).toBe("/p4 root/1/db1/db.have");
  });

  it("keeps a row without a path: in place, or with the blocker slid under PATH", async () => {
    const { rows } = await parse(
      "COMMAND           PID   TYPE SIZE MODE   M START END PATH                     BLOCKER\n" +
        "p4d               107  FLOCK      READ*  0     0   0                              105\n" +
        "p4d               108  FLOCK      READ*  0     0   0 105\n" +
        "(unknown)          -1 OFDLCK   0B WRITE  0     0   0\n",
    );
    expect(brief(rows)).toEqual([
      [107, "READ", 1, 105, null],
      [108, "READ", 1, 105, null],
      [-1, "WRITE", 0, null, null],
    ]);
  });

  it("reads INODE where it was asked for", async () => {
    const { rows } = await parse(
      "COMMAND  PID  TYPE MODE  INODE PATH        BLOCKER\n" + "p4d     4548 FLOCK READ*  4194 /r/db.rev      4549\n",
    );
    expect(locks(rows)[0]).toMatchObject({ inode: 4194, object: "db.rev", blocker_pid: 4549 });
  });

  it("reads rows whose columns were collapsed when they were pasted", async () => {
    const { rows } = await parse(
      "COMMAND PID TYPE SIZE MODE M START END PATH BLOCKER\np4d 107 FLOCK 16K READ* 0 0 0 /p4/1/root/db.config 105\n",
    );
    expect(brief(rows)).toEqual([[107, "READ", 1, 105, "db.config"]]);
  });

  it("separates two runs, and counts a run without a lock", async () => {
    const header = "COMMAND PID TYPE SIZE MODE M START END PATH\n";
    const { rows } = await parse(`# taken 2024-03-05T14:07:36Z\n${header}# taken 2024-03-05T14:07:46Z\n${header}`);
    expect(rows.map(({ table, capture_no, taken_s }) => [table, capture_no, taken_s])).toEqual([
      ["capture", 1, 1709647656],
      ["capture", 2, 1709647666],
    ]);
  });
});

describe("lslocks -J", () => {
  it("reads numbers as strings, as old versions print them, and null paths", async () => {
    const { rows, outcome } = await parse(
      '{"locks": [\n   {"command": "p4d", "pid": "2502", "type": "FLOCK", "mode": "READ", "m": "0", "path": null, "blocker": "166"},\n' +
        '   {"command": "sshd", "pid": "9", "mode": "WRITE", "path": "/run/x"}\n]}\n',
    );
    expect(brief(rows)).toEqual([[2502, "READ", 1, 166, null]]);
    expect(locks(rows)[0]).toMatchObject({ path: null, line_no: 2, byte_offset: 12 });
    expect(outcome.account.unknown).toBe(0);
  });

  it("reads numbers as numbers, one property a line, as new versions print them", async () => {
    const { rows } = await parse(
      '{\n   "locks": [\n      {\n         "command": "p4d_1",\n         "pid": 910,\n         "mode": "WRITE*",\n         "inode": 77,\n' +
        '         "path": "/x/server.locks/clientEntity/10,d/main-ts",\n         "blocker": 92079\n      }\n   ]\n}\n',
    );
    expect(brief(rows)).toEqual([[910, "WRITE", 1, 92079, "clientEntity/main-ts"]]);
    expect(locks(rows)[0]).toMatchObject({ line_no: 3, inode: 77 });
  });

  it("reads several documents in one file, with times between them", async () => {
    const doc = (pid: number) => `{"locks":[{"command":"p4d","pid":${pid},"mode":"READ","path":"/r/db.rev"}]}\n`;
    const { rows } = await parse(`# taken 2024-03-05T14:07:36Z\n${doc(1)}${doc(2)}{"locks":[]}\n`);
    const captures = rows.filter((row) => row.table === "capture");
    expect(captures.map(({ capture_no, line_no }) => [capture_no, line_no])).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
    expect(locks(rows).map(({ pid, capture_no }) => [pid, capture_no])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it("gives the whole objects of a torn document, and is not misled by braces in strings", async () => {
    const { rows, outcome } = await parse(
      '{"locks":[{"command":"p4d","pid":1,"mode":"READ","path":"/r/{db}\\"/db.rev"},{"command":"p4d","pi',
    );
    expect(brief(rows)).toEqual([[1, "READ", 0, null, "db.rev"]]);
    expect(outcome.warnings.map(({ code }) => code)).toEqual(["torn-json"]);
  });
});

describe("names of lock objects", () => {
  it.each([
    ["/p4/1/db1/db.have", "db.have"],
    ["db.rev", "db.rev"],
    ["/p4/1/root/rdb.lbr", "rdb.lbr"],
    ["/p4/1/root/storagesx", "storagesx"],
    ["/p4/1/root/server.locks/clients/87,d/bruno_ws", "clients/bruno_ws"],
    ["/p4/1/root/server.locks/clients/1,d/a%2Eb%20c", "clients/a.b c"],
    ["/fast/locks/clientEntity/10,d/ts", "clientEntity/ts"],
    ["server.locks/meta/db", "meta/db"],
    ["/elsewhere/meta/commit", "meta/commit"],
    ["/p4/1/root/db.rev (deleted)", "db.rev"],
  ])("%s", (path, object) => {
    expect(lockObjectOf(path)).toBe(object);
  });

  it.each(["/p4/1/logs/log", "/p4/1/logs/journal", "/run/crond.pid", "", "/var/lib/db"])("none for %s", (path) => {
    expect(lockObjectOf(path)).toBeNull();
  });
});

describe("sniffing", () => {
  const sniff = (text: string) => lslocksFormat.sniff(Buffer.from(text), "");
  it("knows columns and JSON", () => {
    expect(sniff("COMMAND PID TYPE SIZE MODE M START END PATH\n")).toBeGreaterThan(0.5);
    expect(sniff('# taken 2024-03-05T14:07:36Z\n{\n  "locks": [\n  ]\n}\n')).toBeGreaterThan(0.5);
  });
  it("is not fooled by lsof, other JSON, or a page about lslocks", () => {
    expect(sniff("COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n")).toBe(0);
    expect(sniff('{"blocks": [{"pid": 1}]}')).toBe(0);
    expect(sniff(`${"prose\n".repeat(20)}COMMAND PID TYPE SIZE MODE M START END PATH\n`)).toBe(0);
  });
});
