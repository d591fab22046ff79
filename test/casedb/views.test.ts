import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import { COMMAND_FLAG } from "../../src/contracts/record-batch.js";
import { addFile, batchOf, command, DONE, NINE, use } from "./evidence-builder.js";
import { wedgeCase } from "./wedge-case.js";

let caseDb: CaseDb;
beforeAll(() => {
  caseDb = wedgeCase();
});
afterAll(() => caseDb.close());

const rows = (sql: string) => [...caseDb.query(sql).rows];

/** One command in a case of its own, as the view shows it. */
function shown(
  columns: string,
  row: Parameters<typeof command>[3],
  children: Parameters<typeof command>[4] = [],
): unknown[] {
  const small = openCase(":memory:");
  addFile(small, {}, (sink, id) => sink.writeCommands(batchOf([command(id, 7, 11, row, children)])));
  const result = [...small.query(`SELECT ${columns} FROM process`).rows][0] ?? [];
  small.close();
  return [...result];
}

describe("the view process", () => {
  it("shows times as text, seconds as numbers, and zeros and empty texts for what was not logged", () => {
    expect(
      shown("lineNumber, startTime, endTime, computedLapse, completedLapse, uCpu, rpcSnd, lbrRcsReads, app, error", {
        end_s: NINE + 2,
        compute_ms: 31,
        lapse_ms: 1990,
        app: null,
      }),
    ).toEqual([10, "2024/03/05 09:00:00", "2024/03/05 09:00:02", 0.031, 1.99, 0, 0, 0, "", "0"]);
  });

  it("has log2sql's end for a command without completion", () => {
    const end = (row: Parameters<typeof command>[3]) => shown("endTime", { flags: COMMAND_FLAG.hasStart, ...row })[0];
    expect(end({})).toBe("");
    expect(end({ flags: COMMAND_FLAG.hasStart | COMMAND_FLAG.noCompletionKind })).toBe("2024/03/05 09:00:00");
    expect(end({ flags: COMMAND_FLAG.hasStart | COMMAND_FLAG.removedFromMonitor })).toBe("2024/03/05 09:00:00");
    expect(end({ track_lapse_ms: 1990 })).toBe("2024/03/05 09:00:01");
  });

  it("has a start for a completion whose start was not seen", () => {
    const flags = COMMAND_FLAG.hasCompletion | COMMAND_FLAG.anonymous;
    expect(
      shown("startTime, user, cmd", { flags, start_s: null, end_s: NINE + 5, lapse_ms: 2500, user: null, cmd: null }),
    ).toEqual(["2024/03/05 09:00:03", "", ""]);
  });

  it("takes the lapse that stands later in the log, but no zero of a track block", () => {
    const lapse = (row: Parameters<typeof command>[3]) =>
      shown("completedLapse", { end_line_no: 20, lapse_ms: 844, ...row })[0];
    expect(lapse({ track_line_no: 30, track_lapse_ms: 875 })).toBe(0.875);
    expect(lapse({ track_line_no: 15, track_lapse_ms: 875 })).toBe(0.844);
    expect(lapse({ track_line_no: 30, track_lapse_ms: 0 })).toBe(0.844);
    expect(lapse({ track_line_no: 30, track_lapse_ms: null })).toBe(0.844);
    expect(lapse({ track_line_no: 30, track_lapse_ms: 875, lapse_ms: null })).toBe(0.875);
  });

  it.each([
    ["//depot/... a b", "//depot/... a b"],
    ["-d first\nsecond {x}", " -d first"],
    ['set k {"a": {"b": 1}}', 'set k {"a":'],
    ['counter -u k {"a":1}', "counter -u k"],
    ["{no blank before}", "{no blank before}"],
    ["-o {not at the end} x", "-o {not at the end} x"],
    [null, ""],
  ])("cuts the arguments %j to %j", (args, expected) => {
    expect(shown("args", { args })).toEqual([expected]);
  });

  it("has float32 byte counts, errors as text, and a suffix that keeps equal keys apart", () => {
    const children = [
      { table: "librarian_use" as const, row: { type: "Rcs", reads: 3, read_bytes: 123_456_789, write_bytes: 4198 } },
    ];
    expect(shown("lbrRcsReads, lbrRcsReadBytes, lbrRcsWriteBytes", {}, children)).toEqual([
      3,
      Math.fround(123_456_789),
      4198,
    ]);
    const flags = DONE | COMMAND_FLAG.duplicateKey | COMMAND_FLAG.error;
    expect(shown("processkey, error", { flags, key_hash: 255 })).toEqual(["00000000000000ff.10", "1"]);
  });
});

describe("the view tableUse", () => {
  it("has what log2sql keeps under its names, and leaves out what it drops", () => {
    const small = openCase(":memory:");
    const names = [
      "db.rev",
      "rdb.lbr",
      "rdb.change",
      "meta/db",
      "clients/a.b",
      "clientEntity/a",
      "change/12",
      "label/x",
      "replica/pull",
    ];
    addFile(small, {}, (sink, id) =>
      sink.writeCommands(
        batchOf([
          command(id, 1, 10, {}, [
            ...names.map((name, i) =>
              use(id, i, 20 + i, name, { mode: name.includes("/") ? "R" : "", total_write_held_ms: -25 }),
            ),
            use(id, 20, 60, "storageup/storagemasterup", { mode: "W" }),
            { table: "trigger_use", row: { lapse_ms: 44, name: "swarm.x" } },
            { table: "trigger_use", row: { lapse_ms: 0, name: "none" } },
          ]),
        ]),
      ),
    );
    expect([
      ...small.query("SELECT lineNumber, tableName, totalWriteHeld, readLocks, triggerLapse FROM tableUse").rows,
    ]).toEqual([
      [9, "rev", 25, 0, 0],
      [9, "rdb.lbr", 25, 0, 0],
      [9, "storagemasterup_W", 0, 0, 0],
      [9, "trigger_swarm.x", 0, 0, 0.044],
    ]);
    small.close();
  });
});

describe("the view events", () => {
  it("carries the last known numbers on", () => {
    expect(
      rows(
        "SELECT lineNumber, eventTime, activeThreads, activeThreadsMax, pauseRateCPU, cpuPressureState, pausedThreads FROM events",
      ),
    ).toEqual([
      [35, "2024/03/05 09:00:25", 55, 55, 0, 0, 0],
      [36, "2024/03/05 09:00:26", 3, 55, 59, 2, 0],
    ]);
  });
});

/** What administrators ask of a log2sql database (own words, other thresholds), and what the small wedge answers. */
const QUESTIONS: readonly [string, string, unknown[][]][] = [
  [
    "span of the log",
    "SELECT min(startTime), max(startTime) FROM process",
    [["2024/03/05 09:00:00", "2024/03/05 09:00:32"]],
  ],
  [
    "commands by kind",
    "SELECT cmd, count(cmd) n FROM process GROUP BY cmd ORDER BY n DESC, cmd LIMIT 1",
    [["user-sync", 2]],
  ],
  [
    "commands by kind and user",
    "SELECT cmd, user, count(cmd) FROM process GROUP BY cmd, user HAVING user = 'ana'",
    [["user-files", "ana", 1]],
  ],
  [
    "long commands by their end",
    `SELECT pid, round(completedLapse) 'lapse(s)' FROM process WHERE completedLapse > 50 AND cmd != "user-sync" ORDER BY endTime`,
    [
      [100, 110],
      [101, 102],
    ],
  ],
  [
    "busiest minutes",
    "SELECT substr(startTime, 1, 16) m, max(running) r FROM process GROUP BY m HAVING r > 2",
    [["2024/03/05 09:00", 5]],
  ],
  [
    "running per second",
    "SELECT SUBSTRING(startTime,1,19), MAX(running) FROM process GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    [["2024/03/05 09:00:32", 5]],
  ],
  [
    "most pages",
    "SELECT process.pid, sum(pagesIn+pagesOut) io FROM tableUse JOIN process USING (processKey) GROUP BY tableUse.processKey ORDER BY io DESC LIMIT 1",
    [[100, 9000]],
  ],
  [
    "share of reads",
    "SELECT round(TOTAL(pagesIn) * 100.0 / (TOTAL(pagesIn) + TOTAL(pagesOut))) FROM tableUse",
    [[100]],
  ],
  [
    "triggers",
    "SELECT tablename, cmd, max(triggerlapse) FROM tableuse JOIN process USING (processkey) WHERE tablename LIKE 'trigger_%' GROUP BY 1, 2",
    [["trigger_swarm.commit", "user-submit", 1.39]],
  ],
  [
    "contention per table",
    `SELECT * FROM (SELECT tableName, SUM(totalReadWait)+SUM(totalWriteWait) AS 'Wait (ms)', SUM(totalReadHeld)+SUM(totalWriteHeld) AS 'Held (ms)' FROM tableUse GROUP BY tableName) WHERE "Wait (ms)" > 1000 AND "Held (ms)" > 1000 ORDER BY 1`,
    [
      ["have", 80_003, 95_027],
      ["rev", 94_000, 100_005],
    ],
  ],
  [
    "who held",
    "SELECT pid, tablename, totalReadHeld FROM tableUse JOIN process USING (processkey) WHERE processkey = processkey AND (totalReadHeld > 10000 OR totalWriteHeld > 10000) ORDER BY startTime, endTime",
    [
      [100, "rev", 100_000],
      [101, "have", 0],
    ],
  ],
  [
    "who waited",
    "SELECT p.pid, t.tablename FROM process p, tableUse t WHERE p.processkey = t.processkey AND (t.totalReadWait > 10000 OR t.totalWriteWait > 10000) ORDER BY p.startTime",
    [
      [101, "rev"],
      [102, "have"],
    ],
  ],
  [
    "held per user",
    "SELECT user, SUM(maxReadHeld+maxWriteHeld) held FROM tableUse JOIN process USING (processKey) GROUP BY user ORDER BY held DESC LIMIT 1",
    [["user101", 94_000]],
  ],
  [
    "longest computes",
    "SELECT process.pid, MAX(maxreadHeld+maxwriteHeld)-MAX(maxreadWait+maxwriteWait) c FROM tableUse JOIN process USING (processKey) GROUP BY tableUse.processKey ORDER BY c DESC LIMIT 1",
    [[101, 93_998]],
  ],
  ["still running at the crash", "SELECT pid FROM process WHERE endTime = '' ORDER BY pid", [[103], [105]]],
  [
    "active at an instant",
    `SELECT pid FROM process WHERE startTime < "2024/03/05 09:00:15" AND endTime > "2024/03/05 09:01:50" ORDER BY pid`,
    [[101]],
  ],
  [
    "locks on one table in a window",
    "SELECT p.pid FROM process p, tableUse t WHERE p.processkey = t.processkey AND t.tablename = \"have\" AND p.startTime BETWEEN '2024/03/05 09:00:00' AND '2024/03/05 09:00:30' ORDER BY 1",
    [[101], [102]],
  ],
  [
    "lapse per application",
    "SELECT App, count(App), cast(sum(completedLapse) AS DECIMAL(9,2)) FROM process GROUP BY App",
    [["p4/2023.1", 6, 304.06]],
  ],
  [
    "where in the log",
    "SELECT p.lineNumber, t.lineNumber FROM process p JOIN tableUse t USING (processkey, lineNumber) WHERE p.pid = 102",
    [[30, 30]],
  ],
  ["pressure", "SELECT eventTime, pauseRateCPU FROM events WHERE cpuPressureState > 0", [["2024/03/05 09:00:26", 59]]],
];

describe("questions asked of log2sql", () => {
  it.each(QUESTIONS)("%s", (_, sql, expected) => {
    expect(rows(sql)).toEqual(expected);
  });
});
