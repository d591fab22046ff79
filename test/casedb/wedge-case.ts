import { toBatch } from "../../src/base/row-batcher.js";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import { COMMAND_FLAG } from "../../src/contracts/record-batch.js";
import { addFile, batchOf, command, DONE, NINE, oneServer, use } from "./evidence-builder.js";

const TRACKED = DONE | COMMAND_FLAG.hasTrack | COMMAND_FLAG.hasTables;

/**
 * A small wedge: pid 100 scans db.rev for 100 s, 101 waits to write it and holds db.have meanwhile, 102 waits to read
 * db.have, 103 never ends; plus a background pull, a trigger, server events, an error and captures.
 */
export function wedgeCase(timeZone = "+01:00"): CaseDb {
  const caseDb = openCase(":memory:");
  const log = addFile(caseDb, { path: "logs/log", lines: 500, firstS: NINE, lastS: NINE + 200 }, (sink, id) => {
    sink.writeCommands(
      batchOf([
        command(id, 100, 11, span(0, 110, { cmd: "user-files", user: "ana", running: 1, compute_ms: 100_000 }), [
          use(id, 0, 61, "db.rev", {
            read_locks: 1,
            write_locks: 0,
            pages_in: 9000,
            scan_rows: 5_000_000,
            total_read_wait_ms: 0,
            total_read_held_ms: 100_000,
            total_write_wait_ms: 0,
            total_write_held_ms: 0,
          }),
          use(id, 1, 65, "db.protect", {
            read_locks: 0,
            write_locks: 0,
            peek_count: 2,
            total_peek_wait_ms: 0,
            total_peek_held_ms: 40,
          }),
        ]),
        command(
          id,
          101,
          21,
          span(10, 112, {
            cmd: "user-submit",
            args: "-d first line\nsecond line",
            running: 2,
            flags: TRACKED | COMMAND_FLAG.multiLineArgs,
          }),
          [
            use(id, 0, 70, "clients/ws101", {
              mode: "W",
              read_locks: null,
              total_read_wait_ms: 0,
              total_read_held_ms: 0,
              total_write_wait_ms: 0,
              total_write_held_ms: 101_000,
            }),
            use(id, 1, 73, "db.have", {
              read_locks: 0,
              write_locks: 2,
              put_rows: 7,
              total_read_wait_ms: 0,
              total_read_held_ms: 0,
              total_write_wait_ms: 3,
              total_write_held_ms: 95_000,
              max_line_no: 76,
              max_read_wait_ms: 0,
              max_read_held_ms: 0,
              max_write_wait_ms: 2,
              max_write_held_ms: 94_000,
            }),
            use(id, 2, 79, "db.rev", {
              read_locks: 0,
              write_locks: 1,
              total_read_wait_ms: 0,
              total_read_held_ms: 0,
              total_write_wait_ms: 94_000,
              total_write_held_ms: 5,
            }),
            {
              table: "trigger_use",
              row: { source_id: id, line_no: 40, byte_offset: 4000, lapse_ms: 1390, name: "swarm.commit" },
            },
            {
              table: "trigger_use",
              row: { source_id: id, line_no: 42, byte_offset: 4200, lapse_ms: 0, name: "quick" },
            },
          ],
        ),
        command(
          id,
          102,
          31,
          span(20, 112, {
            cmd: "user-sync",
            args: 'list {"a":1}',
            running: 3,
            lock_attempts: 3,
            rpc_snd_ms: 250,
            cpu_user_ms: 30,
          }),
          [
            use(id, 0, 85, "db.have", {
              read_locks: 1,
              write_locks: 0,
              total_read_wait_ms: 80_000,
              total_read_held_ms: 2,
              total_write_wait_ms: 0,
              total_write_held_ms: -25,
            }),
          ],
        ),
        command(id, 103, 41, {
          start_s: NINE + 30,
          cmd: "user-sync",
          running: 4,
          flags: COMMAND_FLAG.hasStart | COMMAND_FLAG.openAtSourceEnd,
        }),
        command(id, 104, 51, {
          start_s: NINE + 31,
          cmd: "pull",
          args: "-i 1",
          user: "svc",
          flags: COMMAND_FLAG.hasStart | COMMAND_FLAG.noCompletionKind,
          running: 0,
        }),
        command(id, 105, 55, {
          start_s: NINE + 32,
          cmd: "user-info",
          args: null,
          flags: COMMAND_FLAG.hasStart | COMMAND_FLAG.supplanted,
          running: 5,
        }),
      ]),
    );
    sink.writeRows(
      toBatch("server_event", [
        {
          source_id: id,
          line_no: 35,
          byte_offset: 3500,
          time_s: NINE + 25,
          nanos: 560_000_000,
          pid: 9,
          v1: 55,
          kind: "active-threads",
          text: "Server is now using 55 active threads.",
        },
        {
          source_id: id,
          line_no: 36,
          byte_offset: 3600,
          time_s: NINE + 26,
          nanos: 0,
          pid: 9,
          v1: 59,
          v2: 0,
          v3: 2,
          v4: 0,
          kind: "pressure",
          text: "Server under resource pressure.",
        },
        {
          source_id: id,
          line_no: 37,
          byte_offset: 3700,
          time_s: NINE + 27,
          nanos: 0,
          pid: 9,
          kind: "shutdown",
          text: "Perforce Server shutdown",
        },
      ]),
    );
    sink.writeRows(
      toBatch("server_error", [
        {
          source_id: id,
          line_no: 90,
          byte_offset: 9000,
          time_s: NINE + 40,
          pid: 103,
          operation: "user-sync",
          text: "no such file",
        },
      ]),
    );
    sink.writeRows(
      toBatch("evidence_line", [
        {
          source_id: id,
          line_no: 63,
          byte_offset: 6300,
          byte_length: 60,
          text: "---   total lock wait+held read/write 0ms+100000ms/0ms+0ms",
        },
      ]),
    );
  });
  const captures = addFile(caseDb, { path: "captures/lslocks.txt", kind: "lslocks" }, (sink, id) => {
    sink.writeRows(
      toBatch("capture", [
        {
          source_id: id,
          capture_no: 1,
          line_no: 1,
          byte_offset: 0,
          taken_s: NINE - 3600 + 50,
          taken_is_utc: 1,
          kind: "lslocks",
        },
      ]),
    );
    sink.writeRows(
      toBatch("os_lock", [
        {
          source_id: id,
          capture_no: 1,
          line_no: 2,
          byte_offset: 80,
          pid: 100,
          waiting: 0,
          mode: "READ",
          object: "db.rev",
          inode: 41,
          text: "p4d 100 FLOCK READ",
        },
        {
          source_id: id,
          capture_no: 1,
          line_no: 3,
          byte_offset: 160,
          pid: 101,
          waiting: 1,
          blocker_pid: 100,
          mode: "WRITE*",
          object: "db.rev",
          text: "p4d 101 FLOCK WRITE*",
        },
      ]),
    );
  });
  const others = addFile(caseDb, { path: "captures/rest.txt", kind: "monitor" }, (sink, id) => {
    sink.writeRows(
      toBatch("capture", [
        { source_id: id, capture_no: 1, line_no: 1, taken_s: NINE + 60, taken_is_utc: 0, kind: "monitor" },
        { source_id: id, capture_no: 2, line_no: 9, kind: "lsof" },
      ]),
    );
    sink.writeRows(
      toBatch("monitor_row", [
        {
          source_id: id,
          capture_no: 1,
          line_no: 2,
          byte_offset: 9,
          pid: 103,
          elapsed_s: 31,
          state: "R",
          user: "bo",
          cmd: "sync",
          args: "//...",
          text: " 103 R bo 00:00:31 sync //...",
        },
      ]),
    );
    const file = (lock: string, line: number) => ({
      source_id: id,
      capture_no: 2,
      line_no: line,
      pid: 100,
      lock,
      object: "db.rev",
      text: "p4d",
    });
    sink.writeRows(toBatch("open_file", [file("R", 10), file("W", 11), file("", 12)]));
    sink.writeRows(
      toBatch("syslog_line", [
        {
          source_id: id,
          line_no: 20,
          time_s: NINE - 3600,
          time_is_utc: 1,
          host: "h",
          tag: "kernel",
          class: "io-error",
          text: "I/O error",
        },
      ]),
    );
    sink.writeRows(
      toBatch("server_fact", [
        { source_id: id, line_no: 30, kind: "p4-configure", name: "monitor", value: "1", origin: "configure" },
        { source_id: id, line_no: 31, kind: "p4-configure", name: "monitor", value: "0", origin: "default" },
        { source_id: id, line_no: 32, kind: "p4-info", name: "Server version", value: "P4D" },
      ]),
    );
  });
  // The captures name no server: with one server in the case they are its own.
  oneServer(caseDb, [log], timeZone);
  if (captures + others === 0) throw new Error("no captures");
  caseDb.recomputeRunningBase([[log]]);
  caseDb.finalize();
  return caseDb;
}

/** A tracked command from `from` to `to` seconds after nine, with both lapses. */
function span(from: number, to: number, row: Record<string, number | string | null>) {
  const lapse = (to - from) * 1000;
  const ends = { end_s: NINE + to, end_line_no: 60, end_byte_offset: 6000, track_line_no: 61, track_byte_offset: 6100 };
  return {
    flags: TRACKED,
    start_s: NINE + from,
    ...ends,
    lapse_ms: lapse,
    track_lapse_ms: lapse + 20,
    rpc_msgs_in: 2,
    ...row,
  };
}
