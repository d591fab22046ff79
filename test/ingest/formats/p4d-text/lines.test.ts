import { describe, expect, it } from "vitest";
import { parseLog } from "../../../support/parse-log.js";
import { at, callLine, completed, event, INFO, start, track } from "./sample-log.js";

const nina = { time: "14:07:03", pid: 4101 };

describe("sections of a track block", () => {
  it("reads every line of a table section", async () => {
    const { commands } = await parseLog(
      track(
        nina,
        ...[
          "db.rev",
          "  pages in+out+cached 1+2+3",
          "  pages split internal+leaf 41+42",
          "  pages reordered internal+leaf 51+52",
        ],
        ...[
          "  locks read/write 4/5 rows get+pos+scan put+del 6+7+8 9+10",
          "  total lock wait+held read/write 12ms+13ms/14ms+15ms",
        ],
        ...[
          "  max lock wait+held read/write 32ms+33ms/34ms+35ms",
          "  peek count 20 wait+held total/max 21ms+22ms/23ms+24ms",
        ],
      ),
    );
    expect(commands[0]?.tables[0]).toMatchObject({
      ...{
        name: "db.rev",
        mode: "",
        pages_in: 1,
        pages_out: 2,
        pages_cached: 3,
        pages_split_internal: 41,
        pages_split_leaf: 42,
      },
      ...{
        pages_reordered_internal: 51,
        pages_reordered_leaf: 52,
        read_locks: 4,
        write_locks: 5,
        get_rows: 6,
        pos_rows: 7,
        scan_rows: 8,
      },
      ...{
        put_rows: 9,
        del_rows: 10,
        total_read_wait_ms: 12,
        total_read_held_ms: 13,
        total_write_wait_ms: 14,
        total_write_held_ms: 15,
      },
      ...{
        max_read_wait_ms: 32,
        max_write_held_ms: 35,
        peek_count: 20,
        total_peek_wait_ms: 21,
        total_peek_held_ms: 22,
      },
      ...{ max_peek_wait_ms: 23, max_peek_held_ms: 24, line_no: 3, lock_line_no: 8, max_line_no: 9 },
    });
  });

  it("reads the single lock line of old servers", async () => {
    const { commands } = await parseLog(track(nina, "db.user", "  locks wait+held read/write 1ms+2ms/3ms+4ms"));
    expect(commands[0]?.tables[0]).toMatchObject({ total_read_wait_ms: 1, total_write_held_ms: 4, read_locks: null });
  });

  it("keeps server locks with their mode and decoded name, apart from the table before them", async () => {
    const lock = "  total lock wait+held read/write 0ms+0ms/1200ms+5ms";
    const names = [
      "clients/my%2Ews(W)",
      "meta/db(R)",
      "clientEntity/x(W)",
      "change/12(W)",
      "label/a%ZZ(W)",
      "storageup/storageup(R)",
      "replica/pull(W)",
    ];
    const { commands } = await parseLog(track(nina, "db.user", ...names.flatMap((name) => [name, lock])));
    expect(commands[0]?.tables.map(({ name, mode, total_write_wait_ms }) => [name, mode, total_write_wait_ms])).toEqual(
      [
        ...[
          ["db.user", "", null],
          ["clients/my.ws", "W", 1200],
          ["meta/db", "R", 1200],
          ["clientEntity/x", "W", 1200],
          ["change/12", "W", 1200],
        ],
        ...[
          ["label/a%ZZ", "W", 1200],
          ["storageup/storageup", "R", 1200],
          ["replica/pull", "W", 1200],
        ],
      ],
    );
  });

  it("reads rpc, memory, pause, file totals and lock attempts", async () => {
    const { commands } = await parseLog(
      `${start(nina)}locks acquired by blocking after 3 non-blocking attempts\n--- paused 0.802s\n--- memory cmd/proc 74mb/75mb\n` +
        "--- rpc msgs/size in+out 2+84225/1mb+45mb himarks 795416/795272 snd/rcv 5.64s/.002s\n--- rpc send receive errors, duplexing F/R 12/0\n" +
        "--- filetotals (svr) send/recv files+bytes 25+1862mb/1+2mb\n" +
        "--- rpc (commit.example:1666) msgs/size in+out 1+2/3mb+4mb himarks 2000/2001 snd/rcv .003s/.001s\n--- filetotals (svr) send/recv files+bytes 9+9mb/9+9mb\n",
    );
    expect(commands[0]?.row).toMatchObject({
      ...{
        lock_attempts: 3,
        paused_ms: 802,
        mem_mb: 74,
        mem_peak_mb: 75,
        rpc_msgs_in: 2,
        rpc_msgs_out: 84_225,
        rpc_size_in_mb: 1,
        rpc_size_out_mb: 45,
      },
      ...{
        rpc_himark_fwd: 795_416,
        rpc_himark_rev: 795_272,
        rpc_snd_ms: 5640,
        rpc_rcv_ms: 2,
        rpc_errors: 1,
        files_sent: 25,
        files_sent_mb: 1862,
        files_received: 1,
      },
    });
    expect(commands[0]?.remote[0]).toMatchObject({
      address: "commit.example:1666",
      msgs_in: 1,
      msgs_out: 2,
      himark_rev: 2001,
      snd_ms: 3,
      rcv_ms: 1,
    });
  });

  it("reads librarian sizes with their suffix", async () => {
    const { commands } = await parseLog(
      track(
        nina,
        "lbr Rcs",
        "  opens+closes+checkins+exists 8+7+1+2",
        "  reads+readbytes+writes+writebytes 16+197.8K+1+4.1G",
        "  digests+filesizes+modtimes+copies 1+2+3+4",
      ),
    );
    expect(commands[0]?.librarian[0]).toMatchObject({
      ...{
        type: "Rcs",
        opens: 8,
        closes: 7,
        checkins: 1,
        exists_count: 2,
        reads: 16,
        read_bytes: Math.round(197.8 * 1024),
      },
      ...{ writes: 1, write_bytes: Math.round(4.1 * 1024 ** 3), digests: 1, copies: 4 },
    });
  });

  it("keeps what killed a command as an error of its own", async () => {
    const { commands, rows } = await parseLog(
      track(nina, "killed by MaxLockTime", "exited on fatal server error", "lapse 31.0s"),
    );
    expect(commands[0]?.flagWords).toEqual(expect.arrayContaining(["error", "fatalError"]));
    const errors = rows.filter(({ table }) => table === "server_error").map(({ row }) => row.text);
    expect(errors).toEqual(["killed by MaxLockTime", "exited on fatal server error"]);
  });

  it("counts unknown `---` lines as unknown and reads on, however short they are", async () => {
    const { commands, outcomes } = await parseLog(track(nina, "db.user", "x", "  newer counters 1+2", "lapse 1.00s"));
    expect(commands[0]?.row.track_lapse_ms).toBe(1000);
    expect(outcomes[0]?.account.unknown).toBe("--- x\n---   newer counters 1+2\n".length);
    expect(outcomes[0]?.warnings).toContainEqual(
      expect.objectContaining({ code: "unknown-track-line", count: 2, lineNo: 4 }),
    );
  });

  it("attaches an rdb.lbr block with the time of its own use to the command, under a name of its own", async () => {
    const sync = { time: "14:07:15", pid: 9, call: "user-sync //a/..." };
    const log =
      start(sync) +
      track({ ...sync, time: "14:07:20" }, "rdb.lbr", "  pages in+out+cached 10+6+2") +
      completed("14:07:15", 9, ".093s");
    const { commands } = await parseLog(log);
    expect(commands.map(({ row, tables }) => [row.lapse_ms, tables[0]?.name])).toEqual([[93, "rdb.lbr/later"]]);
  });
});

describe("the server's own lines", () => {
  it("become events with their numbers", async () => {
    const lines = [
      "Server is now using 55 active threads.",
      "Server now has 10 paused threads.",
      "Server under resource pressure.  Pause rate CPU 59%, mem 1%, CPU pressure 2, mem pressure 0",
    ];
    const { rows } = await parseLog(start(nina) + lines.map((line) => event("14:07:05", line)).join(""));
    const events = rows.filter(({ table }) => table === "server_event").map(({ row }) => row);
    expect(events.map(({ kind, v1, v2, v3, v4 }) => [kind, v1, v2, v3, v4])).toEqual([
      ["active-threads", 55, null, null, null],
      ["paused-threads", 10, null, null, null],
      ["pressure", 59, 1, 2, 0],
    ]);
    expect(events[0]).toMatchObject({ time_s: at("14:07:05"), nanos: 123_456_789, pid: 77, line_no: 3 });
  });

  it.each([
    ["Perforce Server starting 2024/03/05 12:07:05 pid 3336 P4D/LINUX26X86_64/2023.2/2519561.", "starting", null],
    ["Perforce Server shutdown 2024/03/05 12:07:05 pid 3336.", "shutdown", null],
    ["Perforce Server quiescing 2024/03/05 12:07:05 pid 3336, 3 thread(s).", "quiescing", 3],
    ["Perforce Server quiesce 2024/03/05 12:07:05 pid 3336, failed after 15 seconds.", "quiesce-failed", 15],
    ["Server restarted while 4 transaction(s) outstanding.", "restarted-with-transactions", 4],
  ])("life-cycle: %s", async (line, kind, v1) => {
    const { rows } = await parseLog(`${start(nina)}${INFO}\n\t${line}\n`);
    const found = rows.find(({ table }) => table === "server_event")?.row;
    expect([found?.kind, found?.v1, found?.text]).toEqual([kind, v1, line]);
    if (line.includes("pid")) expect([found?.pid, found?.time_s]).toEqual([3336, at("12:07:05")]);
  });

  it("treats debug chatter as noise wherever it lands", async () => {
    const noise = "Rpc himark: 318788\nPull command 5 xfering //depot/f#1.1 (add, text)\n";
    const log = `${start(nina)}--- lapse 1.00s\n${noise}--- db.user\n\n\t2024/03/05 14:07:04 544730000 pid 5: connected to central server\n`;
    const { commands, outcomes } = await parseLog(log);
    expect(commands[0]?.tables.map(({ name }) => name)).toEqual(["db.user"]);
    expect(outcomes[0]?.account.unknown).toBe(0);
  });

  it("warns of proxy blocks and does not take them for commands of the server", async () => {
    const { commands, outcomes } = await parseLog(
      `${start(nina)}\nPerforce proxy info:\n\t2024/03/05 14:07:05 pid 4101 completed .921s\n--- lapse .921s\n`,
    );
    expect(commands.map(({ row }) => row.lapse_ms)).toEqual([null]);
    expect(outcomes[0]?.warnings.map(({ code }) => code)).toEqual(["foreign-log"]);
  });
});

describe("text that is hard to read", () => {
  it("keeps arguments over several lines whole, with blank and log-like lines in them", async () => {
    const call = "user-submit -d It's\nthe second\n\n--- lapse 9s\nPerforce server info:\nnot a header\n//a/...";
    const { commands } = await parseLog(
      start({ call }) + completed("14:07:05", 4101, "2.01s") + track({ call }, "lapse 2.01s"),
    );
    expect(commands).toHaveLength(1);
    expect(commands[0]?.row).toMatchObject({
      cmd: "user-submit",
      args: call.slice("user-submit ".length),
      lapse_ms: 2010,
      track_lapse_ms: 2010,
    });
    expect(commands[0]?.flagWords).toContain("multiLineArgs");
  });

  it("ends arguments that never close at a header with a line of p4d's shape behind it", async () => {
    const { commands } = await parseLog(
      `${INFO}\n${callLine({ call: "user-change -o" }).slice(0, -1)}\ntext\n${start({ pid: 7 })}`,
    );
    expect(commands.map(({ row }) => [row.pid, row.args])).toEqual([
      [4101, "-o\ntext"],
      [7, "//depot/..."],
    ]);
  });

  it("reads nested brackets and spaces in the program's name", async () => {
    const app = "unnamed p4-python script [PY3.10.4/P4PY2024.2/API2024.2/2675662]/v97 (brokered)";
    const workspace = ["$", "{P4_CLIENT}"].join(""); // a variable nobody expanded
    const { commands } = await parseLog(start({ app, who: `jo@${workspace}`, ip: "10.0.0.1/fe80::1%eth0" }));
    expect(commands[0]?.row).toMatchObject({ app, user: "jo", workspace, ip: "10.0.0.1/fe80::1%eth0" });
  });

  it("keeps quotes, braces and apostrophes inside one line of arguments", async () => {
    const { commands } = await parseLog(start({ call: `user-key lock {"id": "it's 5"}` }));
    expect(commands[0]?.row.args).toBe(`lock {"id": "it's 5"}`);
  });

  it("reads CRLF as LF, and an indented header as a header", async () => {
    const log = start(nina) + completed("14:07:05", 4101, "2.01s") + track(nina, "lapse 2.01s", "db.user");
    const plain = (await parseLog(log)).commands[0];
    const crlf = (await parseLog(log.replaceAll("\n", "\r\n"))).commands[0];
    const indented = (await parseLog(`\t${log}`)).commands[0];
    const facts = (command: typeof plain) => [
      command?.row.lapse_ms,
      command?.row.key_hash,
      command?.row.app,
      command?.tables[0]?.name,
    ];
    expect(facts(crlf)).toEqual(facts(plain));
    expect(facts(indented)).toEqual(facts(plain));
  });

  it("takes invalid UTF-8 and NUL without losing the command", async () => {
    const bytes = Buffer.from(start({ app: "P4V\0/x", who: "j\xf6rg@ws" }), "latin1");
    const { commands } = await parseLog(bytes);
    expect(commands[0]?.row).toMatchObject({ app: "P4V//x", user: "j\ufffdrg", cmd: "user-files" });
  });

  it("cuts a line beyond the limit, says so, and reads on behind it", async () => {
    const long = start({ call: `user-print ${"x".repeat(5000)}` });
    const log = long + start({ pid: 7 });
    for (const chunkSize of [log.length, 100]) {
      const { commands, outcomes } = await parseLog(log, { maxLineBytes: 1000, chunkSize });
      expect(commands.map(({ row }) => [row.pid, row.byte_offset])).toEqual([
        [4101, 22],
        [7, long.length + 22],
      ]);
      expect(commands[0]?.flagWords).toContain("truncated");
      expect(String(commands[0]?.row.args).length).toBeLessThan(1000);
      expect(outcomes[0]?.warnings).toContainEqual(expect.objectContaining({ code: "line-cut", count: 1, lineNo: 2 }));
      expect(outcomes[0]?.account.parsed).toBe(log.length);
    }
  });

  it("keeps what a torn first and last line still say", async () => {
    const log = start({ pid: 1 }) + start(nina) + completed("14:07:05", 4101, "2.01s", "7+4us 0+584io");
    const { commands } = await parseLog(log.slice(60, -4));
    expect(commands.find(({ row }) => row.pid === 4101)?.row).toMatchObject({
      user: "nina",
      lapse_ms: 2010,
      cpu_user_ms: 7,
    });
  });
});

describe("lines a finding may cite", () => {
  it("are kept verbatim, with where they stand", async () => {
    const lock = "  total lock wait+held read/write 0ms+0ms/40038ms+460ms";
    const log =
      start(nina) +
      completed("14:07:45", 4101, "41.9s") +
      track(nina, "db.rev", lock, "db.user", "  total lock wait+held read/write 1ms+2ms/0ms+0ms");
    const { rows } = await parseLog(log);
    const lines = rows.filter(({ table }) => table === "evidence_line").map(({ row }) => row);
    expect(lines.map(({ text }) => text).sort()).toEqual(
      [`--- ${lock}`, callLine(nina), "\t2024/03/05 14:07:45 pid 4101 completed 41.9s"].sort(),
    );
    for (const { line_no, byte_offset, text } of lines) {
      expect(log.split("\n")[Number(line_no) - 1]).toBe(text);
      expect(log.startsWith(String(text), Number(byte_offset))).toBe(true);
    }
  });

  it("include the start line of what never completed", async () => {
    const { rows } = await parseLog(
      [start(nina), start({ pid: 7, call: "user-info" }), completed("14:07:03", 7, ".001s"), "\n"].join(""),
    );
    const lines = rows.filter(({ table }) => table === "evidence_line").map(({ row }) => row.text);
    expect(lines).toEqual([callLine(nina)]);
  });
});
