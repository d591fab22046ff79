import { afterEach, describe, expect, it } from "vitest";
import type { CaseDb } from "../../src/casedb/casedb.js";
import { commandRows, errorRow, type StructuredSettings } from "../support/evidence-writers/structured-log.js";
import { at, realCase } from "./real-case.js";

const SETTINGS: StructuredSettings = { serverId: "commit.1", level: 58, offsetMinutes: 60 };
const open: CaseDb[] = [];
afterEach(() => {
  for (const caseDb of open.splice(0)) caseDb.close();
});

async function build(files: Readonly<Record<string, string>>, zone: string | null = null): Promise<CaseDb> {
  const caseDb = await realCase(files, zone);
  open.push(caseDb);
  return caseDb;
}

const call = (pid: number, startMs: number) => ({
  ...{ pid, user: "nina", workspace: "nina_ws", cmd: "user-sync", args: "//depot/..." },
  ...{ ip: "10.1.2.3", app: "p4/v93", startMs },
});
const rows = (pid: number, startMs: number, lapseS: number) =>
  commandRows(SETTINGS, call(pid, startMs), startMs + lapseS * 1000);
const csv = (...pids: number[]) => pids.flatMap((pid) => rows(pid, at(14, pid % 60), 5)).join("");

const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
const p4log = (...pids: number[]) =>
  pids
    .map((pid) => {
      const ms = at(14, pid % 60);
      return `Perforce server info:\n\t${time(ms)} pid ${pid} nina@nina_ws 10.1.2.3 [p4/v93] 'user-sync //depot/...'\n\nPerforce server info:\n\t${time(ms + 5000)} pid ${pid} completed 5.00s\n\n`;
    })
    .join("");

/** A DatabasePerformance record of the command, as in track.csv. */
function track(pid: number, startMs: number): string {
  const start = rows(pid, startMs, 5)[0] ?? "";
  const end = errorRow(SETTINGS, startMs + 5000, call(pid, startMs), { severity: 3, subsystem: 1, code: 1, text: "x" });
  const prefix = end.split(",").slice(0, 16);
  expect(start.split(",")[5]).toBe(prefix[5]);
  const figures = [3, 2, 9, 1, 0, 5, 6, 7, 8, 9, 0, 4000, 0, 0, 0, 4000, 0, 0, 0, 0, 0, 0, 0];
  return `${["9.58", ...prefix.slice(1), "db.have", ...figures].join(",")}\n`;
}

const pids = (caseDb: CaseDb) =>
  [...caseDb.query("SELECT pid FROM command ORDER BY start_s, pid").rows].map((row) => Object.values(row)[0]);

describe("structured logs beside a P4LOG", () => {
  it("count only where the P4LOG does not reach, and the file says so", async () => {
    const caseDb = await build({ "logs/log": p4log(10, 11, 12), "logs/commands.csv": csv(9, 10, 11, 12, 13) });
    expect(pids(caseDb)).toEqual([9, 10, 11, 12, 13]);
    const notes = caseDb.sources().find(({ path }) => path.endsWith("commands.csv"))?.notes ?? [];
    expect(notes).toEqual(["3 commands also in the P4LOG: not counted twice"]);
    const reader = caseDb.reader();
    expect(reader.servers()).toHaveLength(1);
    expect(reader.window(1)).toEqual({ firstMs: at(14, 9), lastMs: at(14, 13, 5) });
  });

  it("do not widen the window with what is no command", async () => {
    const error = { severity: 3, subsystem: 6, code: 17, text: "No such file(s)." };
    const errors = [at(9, 0), at(14, 11)].map((ms) => errorRow(SETTINGS, ms, call(10, ms), error)).join("");
    const told = `Perforce server error:\n\tDate ${time(at(14, 11, 1))}:\n\tPid 10\n\tOperation: user-sync\n\tNo such file(s).\n\n`;
    const reader = (await build({ "logs/log": p4log(10, 11, 12) + told, "logs/errors.csv": errors })).reader();
    expect(reader.window(1)?.firstMs).toBe(at(14, 10));
    // The P4LOG tells of the second as well.
    expect(reader.errors(1).map(({ atMs }) => atMs)).toEqual([at(9, 0), at(14, 11, 1)]);
  });
});

describe("structured logs alone", () => {
  it("make a server with name, zone, window and all that the text log can answer", async () => {
    const files = { "p4/commands.csv": csv(9, 10), "captures/monitor.txt": " 10 R nina  00:00:02 sync //depot/...\n" };
    const reader = (await build(files)).reader();
    expect(reader.servers()).toEqual([expect.objectContaining({ serverId: "commit.1", timeZone: "+01:00" })]);
    expect(reader.window(1)).toEqual({ firstMs: at(14, 9), lastMs: at(14, 10, 5) });
    const can = reader.capabilities(1);
    for (const capability of ["command-start", "command-completion", "monitor"] as const)
      expect(can).toContain(capability);
    expect(reader.commandCount(1)).toBe(2);
    const first = reader.slowCommands(1, 1000, 10)[0];
    expect(first).toMatchObject({ cmd: "user-sync", user: "nina" });
  });

  it("join commands.csv, track.csv and all.csv, and a rotation between start and end", async () => {
    const [start = "", end = ""] = rows(9, at(14, 9), 5);
    const caseDb = await build({
      "logs/commands-1.csv": start,
      "logs/commands.csv": end + csv(10),
      "logs/track.csv": track(9, at(14, 9)) + track(10, at(14, 10)),
      "logs/all.csv": csv(10),
    });
    const found = caseDb.query(
      "SELECT c.pid, c.start_s, c.end_s, c.flags & 15 AS flags, count(t.id) AS tables, max(t.total_read_held_ms) AS held FROM command c LEFT JOIN table_use t ON t.id / 4096 = c.id GROUP BY c.id ORDER BY c.pid",
    );
    const row = (pid: number) => [pid, at(14, pid) / 1000, at(14, pid, 5) / 1000, 15, 1, 4000];
    expect([...found.rows].map((values) => Object.values(values))).toEqual([row(9), row(10)]);
  });

  it("keep a pid's later commands apart", async () => {
    const again = commandRows(SETTINGS, call(9, at(15, 9)), at(15, 9, 5)).join("");
    expect(pids(await build({ "logs/commands.csv": csv(9) + again }))).toEqual([9, 9]);
  });
});
