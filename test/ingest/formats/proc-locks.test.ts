import { describe, expect, it } from "vitest";
import { dbFilesFormat } from "../../../src/ingest/formats/db-files.js";
import { lsofFormat } from "../../../src/ingest/formats/lsof.js";
import { procLocksFormat } from "../../../src/ingest/formats/proc-locks.js";
import { recognise } from "../../../src/ingest/formats/recognise.js";
import { FORMATS } from "../../../src/ingest/formats/registry.js";
import { parseWith } from "../recording-sink.js";

const LOCKS = `1: FLOCK  ADVISORY  WRITE 4548 fd:03:4194 0 EOF
1: -> FLOCK  ADVISORY  READ  4549 fd:03:4194 0 EOF
1:   -> FLOCK  ADVISORY  WRITE 4550 fd:03:4194 0 EOF
2: POSIX  ADVISORY  READ  901 00:1a:77 128 128
3: OFDLCK ADVISORY  WRITE -1 08:01:9 0 0
4: LEASE  ACTIVE    UNLCK 12 08:01:10 0 EOF
`;

describe("/proc/locks", () => {
  it("reads holders, and waiters below them at any depth", async () => {
    const { rows, outcome } = await parseWith(procLocksFormat, `# taken 2024-03-05T14:07:36Z\n${LOCKS}`);
    expect(rows[0]).toMatchObject({
      table: "capture",
      kind: "proc-locks",
      taken_s: Date.UTC(2024, 2, 5, 14, 7, 36) / 1000,
    });
    expect(
      rows
        .slice(1)
        .map(({ pid, waiting, blocker_pid, inode, mode, type }) => [pid, waiting, blocker_pid, inode, mode, type]),
    ).toEqual([
      [4548, 0, null, 4194, "WRITE", "FLOCK"],
      [4549, 1, 4548, 4194, "READ", "FLOCK"],
      [4550, 1, 4548, 4194, "WRITE", "FLOCK"],
      [901, 0, null, 77, "READ", "POSIX"],
      [-1, 0, null, 9, "WRITE", "OFDLCK"],
    ]);
    expect(outcome.account.unknown).toBe(0);
  });

  it("separates two lists by their numbers, and reads CRLF and torn lines", async () => {
    const { rows } = await parseWith(procLocksFormat, `${LOCKS}${LOCKS.slice(0, 70)}`.replaceAll("\n", "\r\n"));
    expect(rows.filter(({ table }) => table === "os_lock").map(({ capture_no }) => capture_no)).toEqual([
      1, 1, 1, 1, 1, 2,
    ]);
  });

  it("leaves a waiter without its holder's line without a blocker", async () => {
    const { rows } = await parseWith(procLocksFormat, "7: -> FLOCK  ADVISORY  READ  4549 fd:03:4194 0 EOF\n");
    expect(rows[1]).toMatchObject({ waiting: 1, blocker_pid: null });
  });

  it("is recognised by content", () => {
    expect(recognise(Buffer.from(LOCKS), "x", FORMATS)?.id).toBe("proc-locks");
    expect(procLocksFormat.sniff(Buffer.from("1: one\n2: two\n"), "locks")).toBe(0);
  });
});

describe("which inode is which file", () => {
  const files = async (format: Parameters<typeof parseWith>[0], text: string) =>
    (await parseWith(format, text)).rows
      .filter(({ table }) => table === "db_file")
      .map(({ inode, bytes, object }) => [inode, bytes, object]);

  it.each([
    [
      "ls -linq",
      "total 128\n4194 -rw-r--r-- 1 1001 1001 16384 Mar  5 14:07 db.rev\n4195 -rw------- 1 p4 p4 8192 Mar  5  2023 db.have\r\n4200 drwx------ 9 1001 1001 4096 Mar  5 14:07 server.locks\n",
    ],
    [
      "ls -li, ISO times",
      "4194 -rw-r--r--. 1 1001 1001 16384 2024-03-05 14:07 /p4/1/root/db.rev\n4195 -rw-r--r-- 1 p4 p4 8192 2024-03-05 14:07:36.000000000 +0100 db.have\n",
    ],
  ])("%s", async (_, text) => {
    expect(await files(dbFilesFormat, text)).toEqual([
      [4194, 16384, "db.rev"],
      [4195, 8192, "db.have"],
    ]);
    expect(recognise(Buffer.from(text), "x", FORMATS)?.id).toBe("db-files");
  });

  it("stat -c '%i %n'", async () => {
    const text =
      "# taken 2024-03-05T14:07:36Z\n4194 /p4/1/db1/db.rev\n4195 /p4/1/root/server.locks/meta/db\n4196 /p4/1/root/license\n4197 db.torn";
    expect(await files(dbFilesFormat, text)).toEqual([
      [4194, null, "db.rev"],
      [4195, null, "meta/db"],
      [4197, null, "db.torn"],
    ]);
    expect(dbFilesFormat.sniff(Buffer.from("4196 /etc/passwd\n"), "stat.txt")).toBe(0);
  });

  it("lsof, once a file, locked or not", async () => {
    const text =
      "COMMAND   PID     USER   FD   TYPE DEVICE SIZE/OFF   NODE NAME\n" +
      "p4d_1    4548 perforce   12uW  REG  253,2    16384   4194 /p4/1/db1/db.rev\n" +
      "p4d_1    4549 perforce   12u   REG  253,2    16384   4194 /p4/1/db1/db.rev\n" +
      "p4d_1    4549 perforce   13u   REG  253,2    16384   4195 /p4/1/db1/db.have\n" +
      "p4d_1    4549 perforce    3u  IPv4  99999      0t0    TCP *:1666 (LISTEN)\n";
    expect(await files(lsofFormat, text)).toEqual([
      [4194, null, "db.rev"],
      [4195, null, "db.have"],
    ]);
  });
});
