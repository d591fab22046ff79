import { describe, expect, it } from "vitest";
import { parseLog } from "../../../support/parse-log.js";
import { at, callLine, completed, compute, error, event, INFO, start, track, trigger } from "./sample-log.js";

const nina = { time: "14:07:03", pid: 4101 };
const full = [
  "lapse 2.02s",
  "usage 10+11us 12+13io 14+15net 4088k 22pf",
  "db.rev",
  "  locks read/write 1/0 rows get+pos+scan put+del 0+1+9 0+0",
];

async function only(log: string) {
  const { commands } = await parseLog(log);
  expect(commands).toHaveLength(1);
  return commands[0] as NonNullable<(typeof commands)[0]>;
}

describe("one command from its lines", () => {
  it("start, compute end, completion and track block become one record with the place of each line", async () => {
    const log =
      start(nina) +
      compute("14:07:04", 4101, "1.02s") +
      completed("14:07:05", 4101, "2.01s", "1+2us 3+4io 5+6net 7k 8pf") +
      track(nina, ...full);
    const command = await only(log);
    expect(command.row).toMatchObject({
      ...{
        user: "nina",
        workspace: "nina_ws",
        ip: "10.1.2.3",
        app: "p4/2023.2/LINUX26X86_64/2519561",
        cmd: "user-files",
        args: "//depot/...",
      },
      ...{
        pid: 4101,
        start_s: at("14:07:03"),
        end_s: at("14:07:05"),
        compute_ms: 1020,
        lapse_ms: 2010,
        track_lapse_ms: 2020,
      },
      ...{
        line_no: 2,
        compute_line_no: 4,
        end_line_no: 6,
        track_line_no: 9,
        running: 1,
        cpu_user_ms: 10,
        disk_out: 13,
        page_faults: 22,
      },
    });
    expect(log.slice(Number(command.row.byte_offset)).startsWith("\t2024/03/05 14:07:03 pid 4101 nina")).toBe(true);
    expect(command.flagWords).toEqual(["hasStart", "hasCompletion", "hasTrack", "hasTables", "openAtSourceEnd"]);
  });

  it("keeps the last of several compute ends", async () => {
    const command = await only(
      start(nina) +
        compute("14:07:03", 4101, ".547s") +
        compute("14:08:03", 4101, "60.9s") +
        completed("14:08:03", 4101, "60.9s"),
    );
    expect(command.row).toMatchObject({ compute_ms: 60_900, lapse_ms: 60_900 });
  });

  it("takes the later non-zero figure, and does not let a later zero wipe it out", async () => {
    const log =
      start(nina) +
      completed("14:07:05", 4101, "2.01s", "7+4us 0+584io 0+0net 9984k 1pf") +
      track(nina, "lapse 2.01s", "usage 8+0us 0+600io 0+0net 9984k 0pf");
    expect((await only(log)).row).toMatchObject({ cpu_user_ms: 8, cpu_system_ms: 4, disk_out: 600, page_faults: 1 });
  });

  it("accepts the track block before the completion, and long after it", async () => {
    const early = await only(start(nina) + track(nina, ...full) + completed("14:07:05", 4101, "2.01s"));
    const others = Array.from({ length: 40 }, (_, i) =>
      start({ time: `14:07:${String(6 + i).padStart(2, "0")}`, pid: 5000 + i }),
    ).join("");
    const late = await parseLog(start(nina) + completed("14:07:05", 4101, "2.01s") + others + track(nina, ...full));
    expect(early.tables).toHaveLength(1);
    expect(late.commands.filter(({ row }) => row.pid === 4101)).toHaveLength(1);
    expect(late.commands.find(({ row }) => row.pid === 4101)?.tables).toHaveLength(1);
  });

  it("merges two final blocks of one command instead of doubling it", async () => {
    const again = track(
      nina,
      "lapse 2.02s",
      "db.rev",
      "  locks read/write 3/0 rows get+pos+scan put+del 0+1+9 0+0",
      "db.have",
    );
    const command = await only(start(nina) + completed("14:07:05", 4101, "2.01s") + track(nina, ...full) + again);
    expect(command.tables.map(({ name, read_locks }) => [name, read_locks])).toEqual([
      ["db.rev", 3],
      ["db.have", null],
    ]);
  });

  it("counts who runs at the start, and an active-threads event sets the count", async () => {
    const two = start({ pid: 1 }) + start({ pid: 2 }) + completed("14:07:03", 1, ".1s") + start({ pid: 3 });
    const events = event("14:07:04", "Server is now using 148 active threads.") + start({ pid: 4, time: "14:07:05" });
    const { commands } = await parseLog(two + events);
    expect(commands.map(({ row }) => row.running)).toEqual([1, 2, 2, 149]);
  });
});

describe("commands that lack a line", () => {
  it("keeps a completion without a start as an anonymous command", async () => {
    const { commands } = await parseLog(
      start({ pid: 1 }) + completed("14:07:09", 4101, "3.99s") + start({ pid: 2, time: "14:07:10" }),
    );
    const orphan = commands.find(({ row }) => row.pid === 4101);
    expect(orphan?.row).toMatchObject({
      start_s: at("14:07:06"),
      end_s: at("14:07:09"),
      lapse_ms: 3990,
      user: null,
      cmd: null,
    });
    expect(orphan?.flagWords).toContain("anonymous");
  });

  it("learns from the track block who an anonymous completion was", async () => {
    const command = (
      await parseLog(
        start({ pid: 1 }) +
          completed("14:07:05", 4101, "2.01s") +
          track(nina, "failed authentication check", "lapse 2.01s"),
      )
    ).commands.find(({ row }) => row.pid === 4101);
    expect(command?.row).toMatchObject({ user: "nina", start_s: at("14:07:03"), end_s: at("14:07:05"), line_no: 4 });
    const said = ["hasCompletion", "hasTrack", "hasTables", "error", "failedAuth"];
    expect(command?.flagWords.filter((word) => word !== "openAtSourceEnd")).toEqual(said);
  });

  it("makes two anonymous commands of two completions on one pid", async () => {
    const { commands } = await parseLog(
      start({ pid: 1 }) + completed("14:07:05", 7, ".2s") + completed("14:07:06", 7, ".3s"),
    );
    expect(commands.filter(({ row }) => row.pid === 7).map(({ row }) => row.lapse_ms)).toEqual([200, 300]);
  });

  it("reads a log of track blocks alone, ending commands by their lapse", async () => {
    const { commands } = await parseLog(
      track(nina, ...full) + track({ time: "14:07:04", pid: 8 }, "lapse 1.99s", "db.user"),
    );
    expect(commands.map(({ row }) => [row.pid, row.end_s])).toEqual([
      [4101, at("14:07:05")],
      [8, at("14:07:05")],
    ]);
    expect(commands.every(({ flagWords }) => !flagWords.includes("hasStart"))).toBe(true);
  });

  it("reads a log of starts alone: all still open, except where the pid was taken over", async () => {
    const { commands } = await parseLog(
      start(nina) + start({ pid: 5 }) + start({ time: "14:09:00", pid: 4101, call: "user-info" }),
    );
    expect(commands.map(({ row }) => row.end_s)).toEqual([null, null, null]);
    expect(commands.map(({ flagWords }) => flagWords.includes("supplanted"))).toEqual([true, false, false]);
    expect(commands[2]?.flagWords).toContain("openAtSourceEnd");
  });

  it("keeps track of a pid used again, and of the track block of its former command", async () => {
    const second = { time: "14:07:06", pid: 4101, who: "omar@omar_ws", call: "user-info" };
    const { commands } = await parseLog(
      start(nina) +
        completed("14:07:05", 4101, "2.01s") +
        start(second) +
        track(nina, ...full) +
        completed("14:07:06", 4101, ".010s"),
    );
    expect(commands.map(({ row, tables }) => [row.user, row.lapse_ms, tables.length])).toEqual([
      ["nina", 2010, 1],
      ["omar", 10, 0],
    ]);
  });

  it("tells several commands of one pid in one second apart", async () => {
    const one = start(nina) + completed("14:07:03", 4101, ".010s") + track(nina, "lapse .010s", "db.user");
    const two = start(nina) + completed("14:07:03", 4101, ".020s") + track(nina, "lapse .020s", "db.have");
    const { commands } = await parseLog(one + two);
    expect(commands.map(({ row, tables }) => [row.lapse_ms, tables[0]?.name])).toEqual([
      [10, "db.user"],
      [20, "db.have"],
    ]);
    expect(commands[0]?.row.key_hash).toBe(commands[1]?.row.key_hash);
    expect(commands.map(({ flagWords }) => flagWords.includes("duplicateKey"))).toEqual([false, true]);
  });

  it("makes each block of a background pull a record of its own, and none of them runs", async () => {
    const pull = { pid: 9, who: "svc@unknown", ip: "background", call: "pull -u -i 1" };
    const block = track(pull, "rdb.lbr", "  pages in+out+cached 1+0+2");
    const { commands } = await parseLog(
      block +
        block +
        track({ ...pull, time: "14:07:04" }, "replica/pull(W)", "  total lock wait+held read/write 0ms+0ms/0ms+-25ms"),
    );
    expect(commands.map(({ row, tables }) => [row.running, row.end_s, tables[0]?.name])).toEqual([
      [0, at("14:07:03"), "rdb.lbr"],
      [0, at("14:07:03"), "rdb.lbr"],
      [0, at("14:07:04"), "replica/pull"],
    ]);
    expect(commands[2]?.tables[0]?.total_write_held_ms).toBe(-25);
    expect(commands[1]?.flagWords).toEqual(expect.arrayContaining(["noCompletionKind", "duplicateKey"]));
  });

  it("keeps client-Stats behind a command of the same pid", async () => {
    const stats = track(
      { pid: 4101, who: "unknown@unknown", call: "client-Stats" },
      "filetotals (client) send/recv files+bytes 1+2mb/3+4mb",
    );
    const { commands } = await parseLog(start(nina) + completed("14:07:05", 4101, "2.01s") + stats);
    expect(commands[1]?.row).toMatchObject({
      cmd: "client-Stats",
      files_sent: 1,
      files_sent_mb: 2,
      files_received: 3,
      files_received_mb: 4,
    });
  });

  it("uses the times where p4d prints a garbage lapse after 59 hours", async () => {
    const command = await only(
      start({ pid: 4101, time: "2024/03/05 14:07:03" }) + completed("2024/03/08 14:07:03", 4101, "-170291s"),
    );
    expect(command.row.lapse_ms).toBe(3 * 86_400_000);
  });

  it("survives the clock going back an hour", async () => {
    const { commands } = await parseLog(
      start({ time: "02:59:50" }) +
        start({ time: "02:00:05", pid: 2 }) +
        completed("02:00:06", 4101, "16.0s") +
        completed("02:00:07", 2, "2.00s"),
    );
    expect(commands.map(({ row }) => [row.pid, row.lapse_ms])).toEqual([
      [4101, 16_000],
      [2, 2000],
    ]);
  });
});

describe("what else is said of commands", () => {
  it("adds triggers to their command, also as the first that is known of it", async () => {
    const change = { pid: 12, call: "user-change -i" };
    const command = await only(
      trigger(change, "swarm.changesave", ".044s") +
        trigger(change, "JIRA", "1.39s") +
        completed("14:07:04", 12, ".413s"),
    );
    expect(command.triggers.map(({ name, lapse_ms, line_no }) => [name, lapse_ms, line_no])).toEqual([
      ["swarm.changesave", 44, 3],
      ["JIRA", 1390, 6],
    ]);
    expect(command.row).toMatchObject({ cmd: "user-change", args: "-i", line_no: 2, lapse_ms: 413 });
  });

  it("keeps a trigger line whose lapse is missing at the end of the log", async () => {
    const command = await only(`${INFO}\n${callLine({ call: "dm-CommitSubmit" })} trigger swarm.commit\n`);
    expect([command.row.cmd, command.triggers.length]).toEqual(["dm-CommitSubmit", 0]);
  });

  it("flags the open command an error block names, and keeps its text", async () => {
    const { commands, rows } = await parseLog(
      start(nina) + error("14:07:04", 4101, "user-files", "//depot/x - no such file(s).", "More."),
    );
    expect(commands[0]?.flagWords).toContain("error");
    const row = rows.find(({ table }) => table === "server_error")?.row;
    expect(row).toMatchObject({
      time_s: at("14:07:04"),
      pid: 4101,
      operation: "user-files",
      text: "//depot/x - no such file(s).\nMore.",
      line_no: 7,
    });
  });

  it("does not blame a finished command when Init() vanishes on its pid a minute later", async () => {
    const exit = `${INFO}\n\t2024/03/05 14:08:02 pid 4101 unknown@unknown 127.0.0.1 [unknown] 'Init()' exited unexpectedly, removed from monitor table.\n`;
    const { commands, rows } = await parseLog(
      start(nina) + completed("14:07:05", 4101, "2.01s") + track(nina, ...full) + exit,
    );
    expect(commands.map(({ flagWords }) => flagWords.includes("error"))).toEqual([false]);
    expect(rows.find(({ table }) => table === "server_event")?.row).toMatchObject({
      kind: "removed-from-monitor",
      pid: 4101,
    });
  });

  it("ends the open command whose process vanished", async () => {
    const exit = `${INFO}\n\t2024/03/05 14:08:02 pid 4101 unknown@unknown 127.0.0.1 [unknown] 'IDLE' exited unexpectedly, removed from monitor table.\n`;
    const command = await only(start(nina) + exit);
    expect(command.flagWords).toEqual(expect.arrayContaining(["removedFromMonitor", "error"]));
    expect(command.row.end_s).toBe(at("14:08:02"));
  });

  it("charges network estimates to the sync that computed last, and adds up those of its arguments", async () => {
    const estimate = `${INFO}\n\tServer network estimates: files added/updated/deleted=1/2/3, bytes added/updated=10/20\n`;
    const other = { pid: 7, call: "user-have" };
    const log =
      start({ ...nina, call: "user-sync a b" }) +
      start(other) +
      compute("14:07:03", 4101, ".1s") +
      compute("14:07:04", 7, ".2s") +
      estimate +
      estimate;
    const { commands } = await parseLog(log);
    expect(commands.map(({ row }) => [row.cmd, row.net_files_added, row.net_bytes_updated])).toEqual([
      ["user-sync", 2, 40],
      ["user-have", null, null],
    ]);
  });
});
