import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureArchive } from "../support/expected-answer.js";
import { readOpenMetrics, type Sample } from "../support/open-metrics-grammar.js";
import { p4rca } from "./run-p4rca.js";

let cwd: string;
let samples: Sample[];

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "p4rca-metrics-"));
  await p4rca(["ingest", fixtureArchive("007-rowan"), "--case", "c.sqlite"], { cwd });
  const args = ["query", "--format", "openmetrics", "--case", "c.sqlite", "--output", "history.om"];
  expect(await p4rca(args, { cwd })).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  samples = readOpenMetrics(readFileSync(join(cwd, "history.om"), "utf8"));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const promtool = spawnSync("promtool", ["--version"]).status === 0;

/** The sum over all series of a counter at the end. */
function total(name: string, server: string): number {
  const last = new Map<string, number>();
  for (const sample of samples) {
    if (sample.name === name && sample.labels.server === server) last.set(JSON.stringify(sample.labels), sample.value);
  }
  return [...last.values()].reduce((sum, value) => sum + value, 0);
}

describe("query --format openmetrics", () => {
  it("says on stdout what it writes to a file", async () => {
    const { stdout } = await p4rca(["query", "--format", "openmetrics", "--case", "c.sqlite"], { cwd });
    expect(stdout).toBe(readFileSync(join(cwd, "history.om"), "utf8"));
  });

  it("adds up to what SQL counts, server by server", async () => {
    const sql = `select v.server_id, sum(c.start_s is not null), sum(c.end_s is not null), sum(c.flags & 128 <> 0)
      from command c join source s on s.id = c.source_id join server v on v.id = s.server_id
      where c.flags & 4352 = 0 group by 1`;
    const { stdout } = await p4rca(["query", sql, "--case", "c.sqlite", "--json"], { cwd });
    const counts = (JSON.parse(stdout) as Record<string, string | number>[]).map((row) => Object.values(row));
    expect(counts).toHaveLength(2);
    const names = ["started", "completed", "failed"].map((what) => `p4rca_commands_${what}_total`);
    const servers = counts.map(([server]) => String(server));
    expect(servers.map((server) => [server, ...names.map((name) => total(name, server))])).toEqual(counts);
  });

  it("adds up the waits of tables as SQL does", async () => {
    const sql = `select sum(max(coalesce(t.total_read_wait_ms, 0), 0) + max(coalesce(t.total_write_wait_ms, 0), 0)) as ms
      from table_use t join lock_object o on o.id = t.lock_object_id where o.name like 'db.%' or o.name like 'rdb.%'`;
    const { stdout } = await p4rca(["query", sql, "--case", "c.sqlite", "--json"], { cwd });
    const [{ ms }] = JSON.parse(stdout) as [{ ms: number }];
    const seconds = ["commit.hub", "edge.hub"].map((server) => total("p4rca_table_lock_wait_seconds_total", server));
    expect(ms).toBeGreaterThan(0);
    expect(seconds.reduce((sum, value) => sum + value, 0)).toBeCloseTo(ms / 1000, 6);
  });

  it.skipIf(!promtool)("promtool makes blocks of it (skipped where there is no promtool)", () => {
    const args = ["tsdb", "create-blocks-from", "openmetrics", "history.om", "blocks"];
    const { status, stderr } = spawnSync("promtool", args, { cwd, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });
});
