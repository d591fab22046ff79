import { describe, expect, it } from "vitest";
import { monitorFormat } from "../../../src/ingest/formats/monitor-show.js";
import { accounted, parseWith } from "../recording-sink.js";

const rowsIn = async (text: string, source = {}) => (await parseWith(monitorFormat, text, source)).rows;
const monitorRows = async (text: string) => (await rowsIn(text)).filter((row) => row.table === "monitor_row");

describe("rows of p4 monitor show", () => {
  it("reads the plain form, with hours without bound and idle rows", async () => {
    const rows = await monitorRows(
      " 2033 B svc_main   633:31:21 ldapsync -g -i 1800\n 7009 I swarm      00:00:34 IDLE none\n",
    );
    expect(rows).toEqual([
      expect.objectContaining({
        pid: 2033,
        state: "B",
        user: "svc_main",
        elapsed_s: 2_280_681,
        cmd: "ldapsync",
        args: "-g -i 1800",
        workspace: null,
      }),
      expect.objectContaining({ pid: 7009, state: "I", elapsed_s: 34, cmd: "IDLE", args: "", line_no: 2 }),
    ]);
  });

  it("reads -ale, whose program names hold blanks", async () => {
    const rows = await monitorRows(
      "  4548 p4v/v93 10.1.2.3   R bruno      bruno_ws   00:00:04 sync -q //depot/...\n" +
        "  4549 My Tool [x] (R) 10.1.2.4 T susan susan-ws 01:02:03 submit -d R b ws 00:00:01 x\n",
    );
    expect(rows[0]).toMatchObject({
      pid: 4548,
      app: "p4v/v93",
      ip: "10.1.2.3",
      workspace: "bruno_ws",
      cmd: "sync",
      args: "-q //depot/...",
    });
    expect(rows[1]).toMatchObject({
      pid: 4549,
      app: "My Tool [x] (R)",
      ip: "10.1.2.4",
      user: "susan",
      state: "T",
      elapsed_s: 3723,
    });
  });

  it("reads tagged output with either set of names", async () => {
    const rows = await monitorRows(
      "... id 12\n... status R\n... user bruno\n... time 00:01:00\n... command sync\n... args //a b\n\n" +
        "... id 13\n... runstate B\n... user svc\n... elapsed 100:00:00\n... function pull\n... prog p4d\n... host 10.0.0.9\n... client c1\n",
    );
    expect(rows[0]).toMatchObject({ pid: 12, state: "R", elapsed_s: 60, cmd: "sync", args: "//a b", line_no: 1 });
    expect(rows[1]).toMatchObject({
      pid: 13,
      state: "B",
      elapsed_s: 360_000,
      cmd: "pull",
      app: "p4d",
      ip: "10.0.0.9",
      workspace: "c1",
      line_no: 8,
    });
  });

  it("reads -L lock lines: commas in bucket names, waits it can't be sure of", async () => {
    const rows = await rowsIn(
      "8764 R user 00:00:00 edit\n      [server.locks/clients/88,d/ws%2E4(W),db.locks(R),db.rev(R)+12ms,meta/db(R) waiting]\n",
    );
    const locks = rows.filter((row) => row.table === "os_lock");
    expect(locks.map(({ pid, object, mode, waiting, type }) => [pid, object, mode, waiting, type])).toEqual([
      [8764, "clients/ws.4", "WRITE", 0, "monitor"],
      [8764, "db.locks", "READ", 0, "monitor"],
      [8764, "db.rev", "READ", 0, "monitor"],
      [8764, "meta/db", "READ", 1, "monitor"],
    ]);
    expect(locks[0]).toMatchObject({ path: "server.locks/clients/88,d/ws%2E4", line_no: 2, capture_no: 1 });
  });

  it("takes the next line of a background command's error for its argument", async () => {
    const rows = await monitorRows(
      "10 B svc_edge 23:28:04 pull -i 1 Journal file '-' replay failed at line 1!\nBad opcode '17' journal record!\n",
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.args).toBe("-i 1 Journal file '-' replay failed at line 1!\nBad opcode '17' journal record!");
  });
});

describe("captures in one file", () => {
  it("begins a new capture at a time or a prompt, and gives each its time", async () => {
    const text =
      "# taken 2024-03-05T14:07:36Z\n1 R a 00:00:01 sync\n2 R b 00:00:01 sync\n" +
      "2024-03-05 15:00:00\n1 R a 00:53:00 sync\n" +
      "perforce@host:~ p4 monitor show -al\n1 R a 00:53:10 sync\n";
    const rows = await rowsIn(text, { path: "x/20240306-101112/monitor.txt" });
    expect(
      rows
        .filter((row) => row.table === "capture")
        .map(({ capture_no, taken_s, taken_is_utc, taken_from }) => [capture_no, taken_s, taken_is_utc, taken_from]),
    ).toEqual([
      [1, 1709647656, 1, "content"],
      [2, 1709650800, 0, "content"],
      [3, 1709719872, 0, "name"],
    ]);
    expect(rows.filter((row) => row.table === "monitor_row").map((row) => row.capture_no)).toEqual([1, 1, 2, 3]);
  });

  it("falls back to the file's time, and to none", async () => {
    const text = "1 R a 00:00:01 sync\n";
    expect((await rowsIn(text, { modifiedMs: 1709647656789 }))[0]).toMatchObject({
      taken_s: 1709647656,
      taken_is_utc: 1,
      taken_from: "mtime",
    });
    expect((await rowsIn(text))[0]).toMatchObject({ taken_s: null, taken_is_utc: null, taken_from: null });
  });

  it("books rows, noise and what it does not know", async () => {
    const text = "$ p4 monitor show\n1 R a 00:00:01 sync\r\n\nwhat is this\n";
    const { outcome } = await parseWith(monitorFormat, text);
    expect(outcome.account).toEqual({ parsed: 21, noise: 19, unknown: 13, skipped: 0 });
    expect(accounted(outcome)).toBe(text.length);
    expect(outcome.warnings).toEqual([expect.objectContaining({ code: "unknown-line", count: 1, lineNo: 4 })]);
  });
});

describe("sniffing", () => {
  const sniff = (text: string) => monitorFormat.sniff(Buffer.from(text), "");
  it.each([
    ["plain", "1 R a 00:00:01 sync\n"],
    [
      "below a prompt and other output",
      "$ p4 pull -lj\nCurrent replica journal state is: x\n\nhost$ p4 monitor show -al\n10 B svc 23:28:04 pull -i 1\n",
    ],
    ["tagged", "... id 1\n... status R\n... user a\n... time 00:00:01\n"],
    ["with locks", "1 R a 00:00:01 edit\n      [db.rev(R)]\n      [db.have(R)]\n"],
  ])("knows it %s", (_, text) => {
    expect(sniff(text)).toBeGreaterThan(0.5);
  });

  it.each([
    ["ps with a state column", "  PID S USER         TIME COMMAND\n 2033 R perforce 00:00:01 p4d\n"],
    ["prose with one row in it", `${"a line of a page\n".repeat(5)}1 R a 00:00:01 sync\n`],
    ["tagged p4 info", "... userName a\n... serverVersion P4D/X\n"],
    ["nothing", ""],
  ])("is not fooled by %s", (_, text) => {
    expect(sniff(text)).toBeLessThanOrEqual(0.5);
  });
});
