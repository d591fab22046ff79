import { describe, expect, it } from "vitest";
import type { CaseReader } from "../../src/contracts/case-reader.js";
import { clockNotes } from "../../src/pipeline/clock-notes.js";
import { lslocksJson, monitorAle } from "../support/capture-writer.js";
import { P4LogWriter, type WriterCommand } from "../support/p4log-writer.js";
import { at, realCase } from "./real-case.js";

const PIDS = [101, 102, 103, 104];

/** Four syncs that begin a second apart at 09:00:00; the first two complete at 09:10. */
function log(): string {
  const writer = new P4LogWriter();
  const syncs = PIDS.map(
    (pid, index): WriterCommand => ({ pid, startMs: at(9, 0, index), cmd: "user-sync", user: `u${pid}` }),
  );
  for (const sync of syncs) writer.start(sync);
  for (const sync of syncs.slice(0, 2)) writer.completed(sync, at(9, 10), 600_000);
  return writer.toString();
}

const taken = (ms: number) => `# taken ${new Date(ms).toISOString().slice(0, 19)}Z\n`;

/** What monitor shows at 09:05:00 of the log's clock. */
const monitor = (pids = PIDS) =>
  monitorAle(
    pids.map((pid) => ({ pid, user: `u${pid}`, elapsedMs: at(9, 5) - at(9, 0, PIDS.indexOf(pid)), cmd: "sync" })),
  );

async function readerOf(files: Record<string, string>, zone: string | null = "UTC") {
  const caseDb = await realCase({ "logs/log": log(), ...files }, zone);
  const reader = caseDb.reader();
  const paths = new Map(caseDb.sources().map(({ id, path }) => [id, path]));
  const notes = Object.fromEntries(
    [...clockNotes(reader, paths)].map(([id, note]) => [paths.get(id)?.split("/").at(-1), note]),
  );
  return { reader, notes, server: reader.servers()[0]?.id ?? 0, close: () => caseDb.close() };
}

const skewsOf = (reader: CaseReader, server: number) =>
  reader.clockSkews(server).map(({ by, skewMs, samples }) => [by, skewMs, samples]);

describe("captures whose clock disagrees with the log's", () => {
  it("is corrected for the file that shows it and for its neighbours", async () => {
    const { reader, notes, server, close } = await readerOf({
      "captures/monitor-1.txt": taken(at(9, 5, 37)) + monitor(),
      "captures/lslocks-1.txt":
        taken(at(9, 5, 38)) + lslocksJson([{ pid: 101, mode: "WRITE", path: "/p4/1/db1/db.rev", inode: 7 }]),
      "system/df-k.txt": `${taken(at(9, 5, 40))}Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/sda1 100 60 40 60% /p4\n`,
    });
    expect(skewsOf(reader, server)).toEqual([
      ["neighbour", 37_000, 4],
      ["monitor-rows", 37_000, 4],
      ["neighbour", 37_000, 4],
    ]);
    expect(reader.capturedProcesses(server)[0]?.takenMs).toBe(at(9, 5));
    expect(reader.capturedLocks(server)[0]?.takenMs).toBe(at(9, 5, 1));
    expect(reader.measurements(server, "df")[0]?.atMs).toBe(at(9, 5, 3));
    expect(notes["monitor-1.txt"]).toBe("clock 37 s ahead of the log's, judged by 4 monitor rows; corrected");
    expect(notes["df-k.txt"]).toMatch(/^clock 37 s ahead of the log's, as in \S*captures\/monitor-1\.txt; corrected$/);
    close();
  });

  it("is left alone when it agrees, when too few rows tell, and when they contradict each other", async () => {
    const few = taken(at(9, 5, 37)) + monitor([101, 102]);
    const idle = monitor().replaceAll(" R ", " I ");
    const torn = taken(at(9, 5, 37)) + monitor([101, 102]) + monitor([103, 104]).replaceAll("00:04:5", "00:09:5");
    for (const text of [taken(at(9, 5, 1)) + monitor(), few, taken(at(9, 5, 37)) + idle, torn]) {
      const { reader, server, close } = await readerOf({ "captures/monitor-1.txt": text });
      expect(reader.clockSkews(server)).toEqual([]);
      close();
    }
  });

  it("places a capture that tells no time by what it shows", async () => {
    const { reader, notes, server, close } = await readerOf({ "captures/monitor.txt": monitor() });
    expect(reader.capturedProcesses(server)[0]?.takenMs).toBe(at(9, 5));
    expect(notes["monitor.txt"]).toBe("taken 96900 s before it was last written, judged by 4 monitor rows");
    close();
  });

  it("says that a zone may be wrong where whole hours are between them", async () => {
    const { notes, close } = await readerOf({ "captures/monitor-1.txt": taken(at(8, 5)) + monitor() });
    expect(notes["monitor-1.txt"]).toBe(
      "clock 3600 s behind the log's, judged by 4 monitor rows; corrected; the zone may be wrong, see --tz",
    );
    close();
  });

  it.each([
    [at(9, 6, 30), "clock 90 s ahead of the log's, judged by the server's date in p4 info; corrected"],
    [at(9, 4, 50), undefined], // the answer came ten seconds late
  ])("is judged by the server's date", async (askedMs, note) => {
    const { notes, close } = await readerOf({
      "captures/info.txt": `${taken(askedMs)}Server address: p4:1666\nServer date: 2024/03/05 09:05:00 +0000 UTC\nServer version: P4D/X\n`,
    });
    expect(notes["info.txt"]).toBe(note);
    close();
  });

  const kernel = (hms: string, pid: number) =>
    `2024-03-05T${hms}Z h kernel: INFO: task p4d:${pid} blocked for more than 120 seconds.\n`;
  it.each([
    ["behind", kernel("08:59:30", 101) + kernel("09:04:00", 102), "clock at least 149 s behind"],
    ["ahead", kernel("09:12:00", 101) + kernel("09:04:00", 102), "clock at least 119 s ahead of"],
  ])("is judged by lines about server processes: %s", async (_, text, words) => {
    const { notes, close } = await readerOf({ "system/syslog.txt": text });
    expect(notes["syslog.txt"]).toBe(`${words} the log's, judged by lines about 2 server processes; corrected`);
    close();
  });

  it("is no skew where the lines fit the commands, or one process only tells", async () => {
    for (const text of [kernel("09:04:00", 101) + kernel("09:05:00", 102), kernel("08:59:30", 101)]) {
      const { reader, server, close } = await readerOf({ "system/syslog.txt": text });
      expect(reader.clockSkews(server)).toEqual([]);
      close();
    }
  });
});

describe("what the machine did", () => {
  it("comes in order of time, by kind, on the server's clock", async () => {
    const { reader, server, close } = await readerOf(
      {
        "system/pressure-io.txt": `# taken 2024-03-05T08:05:00Z\nsome avg10=71.00 avg60=0.30 avg300=0.14 total=5\n`,
        "system/vmstat.txt": `# taken 2024-03-05T08:04:00Z\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n 4  9      0 21 2 17 0 0 1 2 2 5 22 2 75 0 1\n`,
        "system/ps.txt": "# taken 2024-03-05T08:05:00Z\n  PID  PPID S COMMAND\n  101     1 D p4d_1\n",
      },
      "+01:00",
    );
    expect(reader.measurements(server).map(({ kind, name, atMs }) => [kind, name, atMs])).toEqual([
      ["vmstat", "runnable", at(9, 4)],
      ["vmstat", "blocked", at(9, 4)],
      ["vmstat", "swap_used_kb", at(9, 4)],
      ["vmstat", "free_kb", at(9, 4)],
      ["pressure", "io_some_avg10", at(9, 5)],
      ["pressure", "io_some_avg60", at(9, 5)],
      ["pressure", "io_some_avg300", at(9, 5)],
    ]);
    expect(reader.measurements(server, "pressure")).toHaveLength(3);
    expect(reader.osProcesses(server)).toMatchObject([{ pid: 101, parentPid: 1, state: "D", atMs: at(9, 5) }]);
    expect([...reader.capabilities(server)]).toEqual(
      expect.arrayContaining(["vm-statistics", "pressure", "process-list"]),
    );
    close();
  });

  it("names the locks of /proc/locks by inode, and leaves out those of other programs", async () => {
    const { reader, server, close } = await readerOf({
      "captures/proc-locks-1.txt": `${taken(at(9, 5))}1: FLOCK  ADVISORY  WRITE 101 fd:03:7 0 EOF
1: -> FLOCK  ADVISORY  READ  102 fd:03:7 0 EOF
2: FLOCK  ADVISORY  WRITE 88 fd:03:99 0 EOF
3: FLOCK  ADVISORY  WRITE 103 fd:03:55 0 EOF
3: -> FLOCK  ADVISORY  WRITE 104 fd:03:55 0 EOF
`,
      "system/db-files.txt": "total 9\n7 -rw-r--r-- 1 1001 1001 16384 Mar  5 14:07 db.rev\n",
    });
    const locks = reader.capturedLocks(server);
    expect(
      locks.map(({ pid, object, inode, waiting, blockerPid }) => [pid, object, inode, waiting, blockerPid]),
    ).toEqual([
      [101, "db.rev", 7, false, null],
      [102, "db.rev", 7, true, 101],
      [103, null, 55, false, null],
      [104, null, 55, true, 103],
    ]);
    expect(reader.capabilities(server).has("lslocks")).toBe(true);
    close();
  });

  it("gives no name to an inode that two files claim", async () => {
    const { reader, server, close } = await readerOf({
      "captures/proc-locks-1.txt":
        "1: FLOCK  ADVISORY  WRITE 101 fd:03:7 0 EOF\n1: -> FLOCK  ADVISORY  READ  102 fd:03:7 0 EOF\n",
      "system/db-files.txt": "7 /p4/1/db1/db.rev\n7 /p4/1/db2/db.have\n",
    });
    expect(reader.capturedLocks(server).map(({ object }) => object)).toEqual([null, null]);
    close();
  });
});
