import { describe, expect, it } from "vitest";
import { COMMAND_FLAG, type CommandBatch } from "../../../src/contracts/record-batch.js";
import type { RecordOutlet } from "../../../src/ingest/evidence-format.js";
import { fieldsOf } from "../../../src/ingest/formats/structured-log/csv-assembler.js";
import { structuredLogFormat } from "../../../src/ingest/formats/structured-log/structured-log.js";
import { commandRows, errorRow, type StructuredSettings } from "../../support/evidence-writers/structured-log.js";
import { accounted, rowsOf } from "../recording-sink.js";

const SETTINGS: StructuredSettings = { serverId: "commit.1", level: 58, offsetMinutes: 60 };
const at = (clock: string) => Date.parse(`2024-03-05T${clock}Z`);
const seconds = (clock: string) => at(clock) / 1000;
const CALL = {
  pid: 4101,
  user: "nina",
  workspace: "nina_ws",
  cmd: "user-sync",
  args: "-q://depot/...",
  ip: "10.1.2.3",
};
const COMMAND = { ...CALL, app: "p4/2023.2/LINUX26X86_64/2519561", startMs: at("14:07:03.250") };

async function parse(text: string | Uint8Array, logSchemas = new Map<string, readonly string[]>()) {
  const rows: ReturnType<typeof rowsOf> = [];
  const outlet: RecordOutlet = {
    commands: (batch: CommandBatch) => {
      for (const part of [batch.commands, ...batch.children]) rows.push(...rowsOf(part));
    },
    rows: (batch) => rows.push(...rowsOf(batch)),
  };
  const source = { sourceId: 1, path: "commands.csv", modifiedMs: null, maxLineBytes: 1 << 20, logSchemas };
  const parser = structuredLogFormat.open(source, outlet);
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  for (let from = 0; from < bytes.length; from += 11) await parser.push(bytes.slice(from, from + 11));
  const outcome = await parser.end();
  expect(accounted(outcome)).toBe(bytes.length);
  return { rows, outcome, of: (table: string) => rows.filter((row) => row.table === table) };
}

/** A record of any type with COMMAND's prefix: of no version the short one, from 50 with identifier, from 55 with group. */
function record(type: string, clock: string, ...tail: (string | number)[]): string {
  const level = Number(type.split(".")[1] ?? 0);
  const ident = level >= 50 ? ["CAFE", "edge.1"] : [];
  const group = level >= 55 ? [""] : [];
  const when = [seconds(clock) - 3600, 0, `2024/03/05 ${clock}`];
  const caller = [4101, ...ident, 7, "nina", "nina_ws", "user-sync", "10.1.2.3", "p4", "v93", "-q://depot/..."];
  return `${[type, ...when, ...caller, ...group, ...tail].join(",")}\n`;
}

describe("commands.csv", () => {
  it("puts a command together from its start and end, on the server's clock", async () => {
    const text = commandRows(SETTINGS, COMMAND, at("14:07:05.000")).join("");
    const { of, outcome } = await parse(text);
    expect(of("command")).toEqual([
      expect.objectContaining({
        ...{ pid: 4101, user: "nina", workspace: "nina_ws", ip: "10.1.2.3", cmd: "user-sync", args: "-q //depot/..." },
        ...{ app: "p4/2023.2/LINUX26X86_64/2519561", start_s: seconds("14:07:03"), end_s: seconds("14:07:05") },
        ...{ lapse_ms: 1750, line_no: 1, end_line_no: 2, running: 1 },
        flags: COMMAND_FLAG.hasStart | COMMAND_FLAG.hasCompletion,
      }),
    ]);
    expect([outcome.firstS, outcome.lastS]).toEqual([seconds("14:07:03"), seconds("14:07:05")]);
    expect(of("server_fact").map(({ kind, name, value }) => [kind, name, value])).toEqual([
      ["structured-log", "ServerID", "commit.1"],
      ["structured-log", "zone", "+01:00"],
    ]);
    expect(of("evidence_line").map(({ line_no }) => line_no)).toEqual([2, 1]);
  });

  it.each(["0", "0.49", "0.50", "0.55", "0.58"])("reads the prefix of version %s", async (type) => {
    const version = type.slice(1);
    const text =
      record(type, "14:07:03") + record(`1${version}`, "14:07:04", ".500") + record(`2${version}`, "14:07:05", "2.25");
    const [command] = (await parse(text)).of("command");
    expect(command).toMatchObject({
      user: "nina",
      cmd: "user-sync",
      args: "-q //depot/...",
      compute_ms: 500,
      lapse_ms: 2250,
    });
  });

  it("says why a command was ended, and marks it", async () => {
    const { of } = await parse(record("0.58", "14:07:03") + record("2.58", "14:07:05", "2.0", "maxlocktime"));
    expect(of("server_error")).toEqual([
      expect.objectContaining({ text: "ended by maxlocktime", operation: "user-sync", pid: 4101, line_no: 2 }),
    ]);
    expect(Number(of("command")[0]?.flags) & COMMAND_FLAG.error).toBe(COMMAND_FLAG.error);
  });

  it("keeps commands that never ended, and ends without their start", async () => {
    const open = await parse(record("0.58", "14:07:03"));
    expect(open.of("command")[0]).toMatchObject({ end_s: null, lapse_ms: null, flags: COMMAND_FLAG.hasStart });
    expect(open.of("evidence_line")).toHaveLength(1);
    const ended = await parse(record("2.58", "14:07:13", "10.5"));
    expect(ended.of("command")[0]).toMatchObject({ start_s: seconds("14:07:03"), lapse_ms: 10_500, user: "nina" });
  });
});

describe("track.csv and triggers.csv", () => {
  const counts = [3, 2, 9, 1, 0, 5, 6, 7, 8, 9, 10, 2000, 20, 21, 1500, 11, 12, 13, 14, 2, 3, 4, 1, 2];

  it("gives tables, usage, network and triggers to the command", async () => {
    const text =
      record("0.58", "14:07:03") +
      record("7.58", "14:07:05", 12, 13, 0, 584, 1, 2, 4000, 1) +
      record("8.58", "14:07:05", 5, 6, 100, 200, 2000, 3000, ".500", "1.25") +
      record("9.58", "14:07:05", "db.have", ...counts.slice(0, 23)) +
      record("11.58", "14:07:05", "swarm.commit", "x", "trigger", "1.5") +
      record("2.58", "14:07:05", "2.0");
    const { of } = await parse(text);
    expect(of("command")[0]).toMatchObject({
      ...{ cpu_user_ms: 12, disk_out: 584, max_rss_kb: 4000, rpc_msgs_in: 5, rpc_snd_ms: 500, rpc_rcv_ms: 1250 },
      track_line_no: 2,
    });
    expect(of("table_use")).toEqual([
      expect.objectContaining({
        ...{ name: "db.have", pages_in: 3, read_locks: 1, scan_rows: 7, del_rows: 9, line_no: 4 },
        ...{ total_read_wait_ms: 10, total_read_held_ms: 2000, total_write_held_ms: 21, max_read_wait_ms: 1500 },
      }),
    ]);
    expect(of("trigger_use")).toEqual([expect.objectContaining({ name: "swarm.commit", lapse_ms: 1500, line_no: 5 })]);
    expect(of("evidence_line").map(({ line_no }) => line_no)).toContain(4);
  });

  it("guesses nothing about a record of unknown length, and learns it from p4 logschema", async () => {
    const text = record("9.58", "14:07:05", "db.have", 1, 2, 777);
    const guessed = await parse(text);
    expect(guessed.of("table_use")).toEqual([]);
    expect(guessed.outcome.warnings.map(({ code }) => code)).toContain("unknown-layout");
    const prefix = ["eventtype", "timestamp", "timestamp2", "date", "pid", "cmdident", "serverid", "cmdno", "user"];
    const names = [...prefix, "client", "func", "host", "prog", "version", "args", "cmdgroup"].map(
      (name) => `f_${name}`,
    );
    const fields = [...names, "f_table", "f_max_rd_wait", "f_total_wr_held", "f_readHeld"];
    const schemas = new Map<string, readonly string[]>();
    const schema = fields
      .map(
        (name, i) =>
          `... f_recordType 9\n... f_recordVersion 58\n... f_recordName DatabasePerformance\n... f_field ${i}\n... f_name ${name}\n\n`,
      )
      .join("");
    const told = await parse(schema, schemas);
    expect(told.of("server_fact")).toEqual([
      expect.objectContaining({
        kind: "log-schema",
        name: "9.58",
        origin: "DatabasePerformance",
        value: fields.join(","),
      }),
    ]);
    const { of } = await parse(text, schemas);
    expect(of("table_use")[0]).toMatchObject({
      ...{ name: "db.have", max_read_wait_ms: 1, total_write_held_ms: 2, total_read_held_ms: 777, pages_in: null },
    });
  });

  it("keeps track records whose start is in another file", async () => {
    const { of } = await parse(record("9.50", "14:07:05", "db.have", ...counts.slice(0, 23)));
    expect(of("command")[0]).toMatchObject({ flags: COMMAND_FLAG.hasTrack | COMMAND_FLAG.hasTables, user: "nina" });
    expect(of("table_use")).toHaveLength(1);
  });
});

describe("errors.csv and events.csv", () => {
  const failure = { severity: 3, subsystem: 6, code: 17, text: 'File(s) "a, b"\nnot in client view.' };

  it("reads texts with quotes, commas and line ends, cites their first line, and leaves warnings out", async () => {
    const text =
      errorRow(SETTINGS, at("14:07:05"), COMMAND, failure) +
      errorRow(SETTINGS, at("14:07:06"), COMMAND, { ...failure, severity: 2 }) +
      errorRow(SETTINGS, at("14:07:07"), COMMAND, { ...failure, severity: 4, text: "Database get error on db.rev!" });
    const { of, outcome } = await parse(text);
    expect(of("server_error").map(({ text: said, line_no, time_s }) => [said, line_no, time_s])).toEqual([
      ['File(s) "a, b"\nnot in client view.', 1, seconds("14:07:05")],
      ["Database get error on db.rev!", 5, seconds("14:07:07")],
    ]);
    expect(outcome.account.unknown).toBe(0);
  });

  it("counts a failure of all.csv once", async () => {
    const tail = [3, 6, 17, "No such file(s)."];
    const { of } = await parse(record("3.58", "14:07:05", ...tail) + record("4.58", "14:07:05", ...tail));
    expect(of("server_error")).toHaveLength(1);
  });

  it("reads starts and stops of the server", async () => {
    const { of } = await parse(record("12.58", "14:07:05", "Perforce Server starting"));
    expect(of("server_event")).toEqual([expect.objectContaining({ kind: "starting", time_s: seconds("14:07:05") })]);
  });
});

describe("damaged structured logs", () => {
  const whole = commandRows(SETTINGS, COMMAND, at("14:07:05")).join("") + record("0.58", "14:08:03");

  it("reads CRLF", async () => {
    const { of } = await parse(whole.replaceAll("\n", "\r\n"));
    expect(of("command").map(({ args }) => args)).toEqual(["-q //depot/...", "-q //depot/..."]);
  });

  it("goes on behind quotes that never close", async () => {
    const torn = record("4.58", "14:07:01", 3, 6, 17, '"never closed');
    const { of, outcome } = await parse(torn + whole);
    expect(of("command")).toHaveLength(2);
    expect(outcome.warnings).toContainEqual(expect.objectContaining({ code: "torn-record", count: 1 }));
  });

  it("is whole wherever it is cut, and throws nothing", async () => {
    for (let end = 0; end < whole.length; end += 7) {
      await parse(whole.slice(end));
      await parse(whole.slice(0, end));
    }
  });

  it("unquotes as RFC 4180 says", () => {
    expect(fieldsOf('a,"b ""c"", d",,"e\nf"')).toEqual(["a", 'b "c", d', "", "e\nf"]);
    expect(fieldsOf('"x" y,"open')).toEqual(["x y", "open"]);
  });
});
