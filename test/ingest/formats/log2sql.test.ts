import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openForeignDatabase } from "../../../src/casedb/casedb.js";
import { COMMAND_FLAG } from "../../../src/contracts/record-batch.js";
import { log2sqlDbFormat } from "../../../src/ingest/formats/log2sql/log2sql-db.js";
import { log2sqlJsonFormat } from "../../../src/ingest/formats/log2sql/log2sql-json.js";
import { recognise } from "../../../src/ingest/formats/recognise.js";
import { FORMATS } from "../../../src/ingest/formats/registry.js";
import { accounted, ingest, parseWith, scratchFolder } from "../recording-sink.js";

const folder = scratchFolder();
afterAll(() => folder.remove());

const KEY = "0dba4b2d4bf9c0ffee0dba4b2d4bf9ca";
const at = (clock: string) => Date.parse(`2024-03-05T${clock}Z`) / 1000;

/** A database with the columns that matter here, made as log2sql makes it. */
function database(path: string, journalMode = "off"): void {
  const db = new Database(path);
  db.pragma(`journal_mode = ${journalMode}`);
  db.exec(`CREATE TABLE IF NOT EXISTS process
      (processkey CHAR(50) NOT NULL, lineNumber INT NOT NULL, pid INT NOT NULL, startTime DATETIME NOT NULL,
       endTime DATETIME NULL, computedLapse FLOAT NULL, completedLapse FLOAT NULL, paused FLOAT NULL,
       user TEXT NOT NULL, workspace TEXT NOT NULL, ip TEXT NOT NULL, app TEXT NOT NULL, cmd TEXT NOT NULL,
       args TEXT NULL, uCpu INT NULL, maxRss INT NULL, rpcSnd FLOAT NULL, fileTotalsSndMB INT NULL,
       netSyncFilesAdded INT NULL, running INT NULL, lbrRcsOpens INT NULL, lbrRcsModtimes INT NULL, error TEXT,
       PRIMARY KEY (processkey, lineNumber));
    CREATE TABLE tableUse
      (processkey CHAR(50) NOT NULL, lineNumber INT NOT NULL, tableName VARCHAR(255) NOT NULL, pagesIn INT,
       totalReadHeld INT, totalWriteWait INT, triggerLapse FLOAT, PRIMARY KEY (processkey, lineNumber, tableName));
    CREATE TABLE events
      (lineNumber INT NOT NULL, eventTime DATETIME NOT NULL, activeThreads INT, pausedThreads INT,
       pauseRateCPU INT, cpuPressureState INT, PRIMARY KEY (lineNumber));`);
  const add = db.prepare(`INSERT INTO process VALUES (?, ?, ?, ?, ?, ?, ?, 0, 'nina', 'nina_ws', '10.1.2.3', 'p4/v93',
    ?, ?, 7, 4000, 5.64, 12, 3, 2, 4, 5, ?)`);
  add.run(KEY, 2, 4101, "2024/03/05 14:07:03", "2024/03/05 14:07:05", 0.031, 2.25, "user-sync", "-q //...", "0");
  add.run(`${KEY}.9`, 9, 4102, "2024/03/05 14:07:04", "", 0, 0, "user-files", "//...", "1");
  const use = db.prepare("INSERT INTO tableUse VALUES (?, ?, ?, ?, ?, ?, ?)");
  use.run(KEY, 2, "have", 3, 1500, 0, 0);
  use.run(KEY, 2, "rdb.lbr", 0, 1, 0, 0);
  use.run(KEY, 2, "storagemasterup_W", 0, 0, 20, 0);
  use.run(KEY, 2, "trigger_swarm.commit", 0, 0, 0, 1.39);
  db.prepare("INSERT INTO events VALUES (17, '2024/03/05 14:07:04', 55, 10, 59, 2)").run();
  db.close();
}

function open(content: Uint8Array, diskPath: string | null = null) {
  const info = { sourceId: 1, path: "log.db", modifiedMs: null, maxLineBytes: 1 << 20, diskPath };
  return { content, info: { ...info, openDatabase: openForeignDatabase } };
}

async function parse({ content, info }: ReturnType<typeof open>) {
  const format = { ...log2sqlDbFormat, open: (_: unknown, outlet: never) => log2sqlDbFormat.open(info, outlet) };
  return parseWith(format as typeof log2sqlDbFormat, content, { pieceBytes: 1000 });
}

describe("a database of log2sql", () => {
  const path = folder.at("log.db");
  database(path);

  it("gives commands, their tables and triggers, and the server's threads", async () => {
    const { rows, totals, files } = await ingest([path], { openDatabase: openForeignDatabase });
    const of = (table: string) => rows.filter((row) => row.table === table);
    const F = COMMAND_FLAG;
    expect(of("command")).toEqual([
      expect.objectContaining({
        ...{ pid: 4101, line_no: 2, start_s: at("14:07:03"), end_s: at("14:07:05"), lapse_ms: 2250, compute_ms: 31 },
        ...{ cpu_user_ms: 7, rpc_snd_ms: 5640, files_sent_mb: 12, net_files_added: 3, running: 2, paused_ms: null },
        ...{ user: "nina", cmd: "user-sync", args: "-q //...", byte_offset: null },
        flags: F.hasStart | F.hasCompletion | F.hasTrack | F.hasTables,
      }),
      expect.objectContaining({
        pid: 4102,
        end_s: null,
        lapse_ms: null,
        flags: F.hasStart | F.hasTrack | F.duplicateKey | F.error,
      }),
    ]);
    expect(
      of("table_use").map(({ name, mode, total_read_held_ms, total_write_wait_ms }) => [
        name,
        mode,
        total_read_held_ms,
        total_write_wait_ms,
      ]),
    ).toEqual([
      ["db.have", "", 1500, null],
      ["rdb.lbr", "", 1, null],
      ["storageup/storagemasterup", "W", null, 20],
    ]);
    expect(of("trigger_use")).toEqual([expect.objectContaining({ name: "swarm.commit", lapse_ms: 1390 })]);
    expect(of("librarian_use")[0]).toMatchObject({ type: "Rcs", opens: 4, modtimes: 5 });
    expect(of("server_event").map(({ kind, v1, v3, line_no }) => [kind, v1, v3, line_no])).toEqual([
      ["active-threads", 55, null, 17],
      ["paused-threads", 10, null, 17],
      ["pressure", 59, 2, 17],
    ]);
    expect(totals.recognised).toBe(1);
    expect(files[0]?.summary.notes.join(" ")).toContain("meta/*");
    expect(files[0]?.summary).toMatchObject({ kind: "log2sql-db", firstS: at("14:07:03"), lastS: at("14:07:05") });
  });

  it("reads the same out of a compressed file, and leaves nothing behind", async () => {
    const inside = folder.at("packed");
    mkdirSync(inside);
    const bytes = new Database(path, { readonly: true }).serialize();
    writeFileSync(`${inside}/log.db.gz`, gzipSync(bytes));
    const { rows } = await ingest([inside], { openDatabase: openForeignDatabase });
    expect(rows.filter(({ table }) => table === "command")).toHaveLength(2);
    expect(readdirSync(inside)).toEqual(["log.db.gz"]);
  });

  it("reads one with a write-ahead log without making files beside it", async () => {
    const inside = folder.at("wal");
    mkdirSync(inside);
    database(`${inside}/log.db`, "wal");
    const { rows } = await ingest([inside], { openDatabase: openForeignDatabase });
    expect(rows.filter(({ table }) => table === "command")).toHaveLength(2);
    expect(readdirSync(inside)).toEqual(["log.db"]);
  });

  it("is recognised by its tables, under any name and cut short; another database is not", () => {
    const bytes = new Uint8Array(new Database(path, { readonly: true }).serialize());
    for (let cut = 4096; cut <= bytes.length; cut += 512) {
      expect(recognise(bytes.subarray(0, cut), `errors.csv.${cut}`, FORMATS)?.id).toBe("log2sql-db");
    }
    const other = new Database(":memory:");
    other.exec("CREATE TABLE process (id INT); CREATE VIEW tableUse AS SELECT 1");
    expect(recognise(new Uint8Array(other.serialize()), "log.db", FORMATS)).toBeNull();
  });

  it("says so when it is damaged, and throws nothing", async () => {
    const bytes = new Uint8Array(new Database(path, { readonly: true }).serialize());
    const cut = await parse(open(bytes.subarray(0, 5000)));
    expect(cut.outcome.warnings.map(({ code }) => code)).toContain("damaged-database");
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        async (from, soup) => {
          const broken = bytes.slice();
          broken.set(soup.subarray(0, broken.length - from), from);
          const { outcome } = await parse(open(broken));
          expect(accounted(outcome)).toBe(broken.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("lists what it cannot open", async () => {
    const { files } = await ingest([path]);
    expect(files[0]?.summary.warnings.map(({ code }) => code)).toEqual(["no-sqlite"]);
  });
});

describe("JSON of log2sql", () => {
  const call = { processKey: KEY, cmd: "user-sync", pid: 4101, lineNo: 2, user: "nina", workspace: "nina_ws" };
  const times = {
    startTime: "2024/03/05 14:07:03",
    endTime: "2024/03/05 14:07:05",
    completedLapse: 2.25,
    computeLapse: 0,
  };
  const tables = [
    { tableName: "have", totalReadHeld: 1500 },
    { tableName: "trigger_x", triggerLapse: 1.5 },
  ];
  const done = JSON.stringify({
    ...call,
    ...times,
    args: "-q //...",
    app: "p4",
    ip: "10.1.2.3",
    cmdError: false,
    tables,
  });
  const open_ = JSON.stringify({
    ...call,
    pid: 4102,
    startTime: "2024/03/05 14:07:04",
    endTime: "0001/01/01 00:00:00",
    tables: [],
  });
  const event = JSON.stringify({ eventTime: "2024-03-05T14:07:04Z", lineNo: 17, activeThreads: 55 });

  it("gives the same rows; a command cites its line of the JSON", async () => {
    const { rows, outcome } = await parseWith(log2sqlJsonFormat, `${done}\r\n${event}\n${open_}\n{"torn":`);
    expect(rows.filter(({ table }) => table === "command")).toEqual([
      expect.objectContaining({
        pid: 4101,
        line_no: 1,
        byte_offset: 0,
        lapse_ms: 2250,
        end_s: at("14:07:05"),
        compute_ms: null,
      }),
      expect.objectContaining({ pid: 4102, line_no: 3, end_s: null, flags: COMMAND_FLAG.hasStart }),
    ]);
    expect(rows.filter(({ table }) => table === "server_event")).toEqual([
      expect.objectContaining({ kind: "active-threads", v1: 55, time_s: at("14:07:04"), line_no: 2 }),
    ]);
    expect(rows.filter(({ table }) => table === "evidence_line").map(({ line_no }) => line_no)).toEqual([1, 3]);
    expect(outcome.account.unknown).toBe('{"torn":'.length);
    expect(outcome.notes?.length).toBeGreaterThan(0);
  });

  it("takes values of the wrong type for absent", async () => {
    const odd = JSON.stringify({
      ...call,
      ...times,
      completedLapse: "long",
      user: 7,
      tables: [null, 5, { tableName: 9 }],
    });
    const { rows } = await parseWith(log2sqlJsonFormat, `${odd}\n{"processKey":[],"pid":"x"}\n[1]\n`);
    expect(rows.filter(({ table }) => table === "command")).toEqual([
      expect.objectContaining({ user: "", lapse_ms: null }),
    ]);
  });
});
