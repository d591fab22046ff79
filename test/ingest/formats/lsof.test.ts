import { describe, expect, it } from "vitest";
import { lsofFormat } from "../../../src/ingest/formats/lsof.js";
import { accounted, parseWith } from "../recording-sink.js";

const HEADER = "COMMAND     PID     USER   FD      TYPE             DEVICE SIZE/OFF     NODE NAME\n";
const TEXT =
  "lsof: WARNING: can't stat() tracefs file system /sys/kernel/debug/tracing\n      Output information may be incomplete.\n" +
  `${HEADER}` +
  "p4d        4548 perforce  cwd       DIR              253,2     4096     4100 /p4/1/root\n" +
  "p4d        4548 perforce  mem       REG              253,2    16384     4193 /p4/1/db1/db.have\n" +
  "p4d        4548 perforce   12uW     REG              253,2    16384     4194 /p4/1/db1/db.rev\n" +
  "p4d        4549 perforce   13uR     REG              253,2    16384     4195 /p4/1/db1/db.have (deleted)\n" +
  "p4d        4549 perforce   14u      REG              253,2    16384     4195 /p4/1/db1/db.user\n" +
  "p4d        4549 perforce    5u     IPv4             123456      0t0      TCP host:1666->10.0.0.1:5000 (ESTABLISHED)\n" +
  "crond       901     root    3uW     REG               0,23        4     1500 /run/crond.pid\n";

describe("lsof", () => {
  it("takes the locks that p4d holds, and nothing else", async () => {
    const { rows, outcome } = await parseWith(lsofFormat, TEXT);
    expect(
      rows
        .filter((row) => row.table === "open_file")
        .map(({ pid, user, fd, lock, path, object }) => [pid, user, fd, lock, path, object]),
    ).toEqual([
      [4548, "perforce", "12u", "W", "/p4/1/db1/db.rev", "db.rev"],
      [4549, "perforce", "13u", "R", "/p4/1/db1/db.have", "db.have"],
    ]);
    expect(accounted(outcome)).toBe(TEXT.length);
    expect(outcome.account.unknown).toBe(0);
  });

  it("finds the user behind a thread column", async () => {
    const { rows } = await parseWith(
      lsofFormat,
      "COMMAND  PID  TID TASKCMD USER FD TYPE DEVICE SIZE/OFF NODE NAME\np4d 4548 4550 p4d perforce 12uW REG 253,2 16384 4194 /r/db.rev\n",
    );
    expect(rows[1]).toMatchObject({ pid: 4548, user: "perforce", lock: "W", object: "db.rev" });
  });

  it("counts a run that found no lock", async () => {
    const { rows } = await parseWith(lsofFormat, HEADER);
    expect(rows).toEqual([expect.objectContaining({ table: "capture", kind: "lsof" })]);
  });

  it("is recognised by its header only", () => {
    expect(lsofFormat.sniff(Buffer.from(TEXT), "")).toBeGreaterThan(0.5);
    expect(lsofFormat.sniff(Buffer.from("COMMAND PID TYPE SIZE MODE M START END PATH\n"), "lsof.txt")).toBe(0);
    expect(lsofFormat.sniff(Buffer.from("p4d 4548 perforce 12uW REG 253,2 1 4194 /r/db.rev\n"), "lsof.txt")).toBe(0);
  });
});
