import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import { COMMAND_FLAG } from "../../src/contracts/record-batch.js";
import { type HistorySubject, metricsHistoryText } from "../../src/openmetrics/openmetrics.js";
import { addFile, batchOf, command, DONE, NINE, oneServer, type TestCommand, use } from "../casedb/evidence-builder.js";
import { readOpenMetrics, type Sample } from "../support/open-metrics-grammar.js";

const HOUR_MS = 3_600_000;
const cases: CaseDb[] = [];

afterAll(() => {
  for (const caseDb of cases) caseDb.close();
});

/** A finished case of one server with these commands. */
function caseWith(commands: (sourceId: number) => TestCommand[]): CaseDb {
  const caseDb = openCase(":memory:");
  cases.push(caseDb);
  const log = addFile(caseDb, { path: "log", lines: 9000 }, (sink, id) => sink.writeCommands(batchOf(commands(id))));
  oneServer(caseDb, [log]);
  caseDb.finalize();
  return caseDb;
}

function historyOf(caseDb: CaseDb, subject: Partial<HistorySubject> = {}): { text: string; samples: Sample[] } {
  const reader = caseDb.reader();
  const [server] = reader.servers();
  const id = server?.id ?? 0;
  const running = (fromMs: number, toMs: number) => reader.runningCurve(id, fromMs, toMs);
  const one = { id, name: "edge-1", toEpochMs: (localMs: number) => localMs - HOUR_MS, running, ...subject };
  const text = [...metricsHistoryText(caseDb.history(), [one])].join("");
  return { text, samples: readOpenMetrics(text) };
}

/** Values of one series by the minute after nine at which they were taken. */
function series(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): [number, number][] {
  const wanted = Object.entries(labels);
  return samples
    .filter((sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value))
    .map(({ atS, value }) => [(atS - (NINE - HOUR_MS / 1000)) / 60, value]);
}

describe("a history", () => {
  let samples: Sample[];
  let text: string;

  beforeAll(() => {
    const caseDb = caseWith((id) => [
      command(id, 1, 10, { cmd: "user-sync", start_s: NINE + 5, end_s: NINE + 65, lapse_ms: 60_250 }, [
        use(id, 0, 20, "db.rev", { read_locks: 3, total_read_wait_ms: 1500, total_read_held_ms: 40 }),
        use(id, 1, 24, "clients/someone", { mode: "W", total_write_wait_ms: 9000 }),
      ]),
      command(id, 2, 30, { cmd: "user-sync", start_s: NINE + 30, end_s: NINE + 40, lapse_ms: 10_000 }),
      command(id, 3, 40, { cmd: "user-edit", start_s: NINE + 190, flags: COMMAND_FLAG.hasStart, end_s: null }),
      command(
        id,
        4,
        50,
        {
          ...{ cmd: "user-edit", start_s: NINE + 200, end_s: NINE + 201, lapse_ms: 1000 },
          flags: DONE | COMMAND_FLAG.error,
        },
        [use(id, 0, 60, "db.rev", { write_locks: 1, total_write_wait_ms: 250, total_write_held_ms: -3 })],
      ),
    ]);
    ({ text, samples } = historyOf(caseDb));
  });

  it("counts what started, completed and failed, a point at the end of every minute from a zero on", () => {
    expect(series(samples, "p4rca_commands_started_total", { cmd: "user-sync" })).toEqual([
      [0, 0],
      [1, 2],
      [2, 2],
      [3, 2],
      [4, 2],
    ]);
    expect(series(samples, "p4rca_commands_completed_total", { cmd: "user-sync" }).map(([, value]) => value)).toEqual([
      0, 1, 2, 2, 2,
    ]);
    expect(series(samples, "p4rca_commands_completed_total", { cmd: "user-edit" }).at(-1)).toEqual([4, 1]);
    expect(series(samples, "p4rca_commands_failed_total").at(-1)).toEqual([4, 1]);
    expect(series(samples, "p4rca_command_lapse_seconds_total", { cmd: "user-sync" }).at(-1)).toEqual([4, 70.25]);
  });

  it("sums waiting and holding by table and mode in the minute the command ended in, a negative time as none", () => {
    const wait = (mode: string) => series(samples, "p4rca_table_lock_wait_seconds_total", { table: "db.rev", mode });
    expect(wait("read").map(([, value]) => value)).toEqual([0, 0, 1.5, 1.5, 1.5]);
    expect(wait("write").at(-1)).toEqual([4, 0.25]);
    expect(series(samples, "p4rca_table_lock_held_seconds_total", { mode: "write" }).at(-1)).toEqual([4, 0]);
    expect(series(samples, "p4rca_table_locks_total", { mode: "read" }).at(-1)).toEqual([4, 3]);
  });

  it("knows how many ran when a minute ended, and the most in it", () => {
    expect(series(samples, "p4rca_commands_running")).toEqual([
      [1, 1],
      [2, 0],
      [3, 0],
      [4, 1],
    ]);
    expect(series(samples, "p4rca_commands_running_peak").map(([, value]) => value)).toEqual([2, 1, 0, 2]);
  });

  it("names nobody: no user, workspace, address or argument", () => {
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
    expect([...labels].sort()).toEqual(["cmd", "mode", "server", "table"]);
    for (const secret of ["user1", "ws1", "10.0.0.1", "//...", "someone"]) expect(text).not.toContain(secret);
  });
});

describe("labels are bounded", () => {
  it("what is no name of p4d's goes together as other, and so do the rarer ones", () => {
    const verbs =
      "add edit delete sync submit revert files fstat have where opened changes describe filelog print".split(" ");
    const more =
      "branch branches client clients label labels job jobs user users group groups counter counters keys".split(" ");
    const known = [...verbs, ...more, "tag", "unshelve"].map((verb) => `user-${verb}`);
    const strange = [
      "user-evil",
      'x"} 1 1\n# EOF',
      "rmt-\u001b[2J",
      `dm-${"x".repeat(90)}`,
      ...Array.from({ length: 300 }, (_, i) => `user-x${i}`),
    ];
    const caseDb = caseWith((id) =>
      [...known, ...strange].flatMap((cmd, index) => {
        const times = cmd === "user-tag" || cmd === "user-unshelve" ? 1 : 2;
        return Array.from({ length: times }, (_, time) =>
          command(id, index * 2 + time + 1, index * 20 + time * 5 + 1, { cmd, end_s: NINE + 1, lapse_ms: 900 }, [
            use(id, 0, index * 20 + 3, index % 2 === 0 ? `db.t${index}` : `db.\n${index}`, {
              read_locks: 1,
              total_read_held_ms: 5,
            }),
          ]),
        );
      }),
    );
    const { samples } = historyOf(caseDb);
    const cmds = new Set(samples.flatMap(({ labels }) => labels.cmd ?? []));
    expect([...cmds].sort()).toEqual([...known.slice(0, 30), "other"].sort());
    const total = (cmd: string) => series(samples, "p4rca_commands_started_total", { cmd }).at(-1)?.[1];
    expect(total("other")).toBe(strange.length * 2 + 2);
    const tables = new Set(samples.flatMap(({ labels }) => labels.table ?? []));
    expect(tables.size).toBe(31);
    expect([...tables].every((table) => /^(?:other|db\.t\d+)$/.test(table))).toBe(true);
  });

  it("a server with a hostile name stays one label", () => {
    const caseDb = caseWith((id) => [command(id, 1, 10, { end_s: NINE + 1 })]);
    const name = 's"} 9 9\n# EOF\n\u001b[2J\\';
    const { samples } = historyOf(caseDb, { name });
    expect(new Set(samples.map(({ labels }) => labels.server))).toEqual(new Set(['s"} 9 9\\x0a# EOF\\x0a\\x1b[2J\\']));
  });
});

describe("time", () => {
  it("fills a silence of up to an hour and leaves out a longer one", () => {
    const at = (minute: number) => NINE + minute * 60;
    const caseDb = caseWith((id) =>
      [0, 60, 121].map((minute, index) =>
        command(id, index + 1, index * 10 + 1, { start_s: at(minute), end_s: at(minute) }),
      ),
    );
    const minutes = series(historyOf(caseDb).samples, "p4rca_commands_started_total").map(([minute]) => minute);
    expect(minutes).toEqual([...Array.from({ length: 62 }, (_, minute) => minute), 122]);
  });

  it("never goes back where the clock does, and loses nothing of the hour it goes through twice or skips", () => {
    const at = (minute: number) => NINE + minute * 60;
    const caseDb = caseWith((id) =>
      [0, 1, 2, 3].map((minute, index) =>
        command(id, index + 1, index * 10 + 1, { start_s: at(minute), end_s: at(minute) }),
      ),
    );
    // Two minutes that the zone does not have: both are over when the one before is.
    const toEpochMs = (localMs: number) =>
      Math.min(localMs, (NINE + 60) * 1000) + Math.max(0, localMs - (NINE + 180) * 1000);
    const { samples } = historyOf(caseDb, { toEpochMs });
    expect(series(samples, "p4rca_commands_started_total").map(([, value]) => value)).toEqual([0, 1, 4]);
  });

  it("a clock that jumps by decades costs a minute, not a million", () => {
    const caseDb = caseWith((id) => [
      command(id, 1, 10, { start_s: 60, end_s: 61 }),
      command(id, 2, 20, { start_s: NINE, end_s: NINE + 1 }),
      command(id, 3, 30, { start_s: 4e9, end_s: 4e9 + 1 }),
    ]);
    expect(series(historyOf(caseDb).samples, "p4rca_commands_started_total")).toHaveLength(4);
  });

  it("a case without times is an empty, whole document", () => {
    expect(historyOf(caseWith(() => [])).samples).toEqual([]);
  });
});
