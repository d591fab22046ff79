import { describe, expect, it } from "vitest";
import { pullStateFormat } from "../../../src/ingest/formats/pull-state.js";
import { pullLjText, pullLsTagged, pullLsText } from "../../support/evidence-writers/server-state.js";
import { accounted, parseWith, type Row } from "../recording-sink.js";

const AT = Date.UTC(2024, 2, 5, 14, 7, 36);
const parse = async (text: string) =>
  (await parseWith(pullStateFormat, text)).rows.filter(({ table }) => table === "measurement");
const figures = (rows: readonly Row[]) => rows.map(({ subject, name, value }) => [subject, name, value]);
const value = (rows: readonly Row[], wanted: string) => rows.find(({ name }) => name === wanted)?.value;

describe("p4 pull -lj", () => {
  const state = { replica: [1237, 2_680_000_000] as const, statefileMs: AT - 65_000, nowMs: AT };

  it("gives both positions, the distance, and the replica's own time", async () => {
    const text = `$ p4 pull -lj\n${pullLjText({ ...state, master: [[1237, 2_680_510_310]] }, "+0100 CET")}`;
    const rows = await parse(text);
    expect(figures(rows)).toEqual([
      ["", "replica_journal", 1237],
      ["", "replica_sequence", 2_680_000_000],
      ["", "master_journal", 1237],
      ["", "master_sequence", 2_680_510_310],
      ["", "statefile_modified_s", AT / 1000 - 65],
      ["", "server_time_s", AT / 1000],
      ["", "behind_journals", 0],
      ["", "behind_bytes", 510_310],
    ]);
    expect(rows[0]).toMatchObject({ line_no: 2, time_s: AT / 1000 - 3600, time_is_utc: 1, capture_no: 1 });
  });

  it("takes -1 for the error it is, never for a position", async () => {
    const rows = await parse(pullLjText({ ...state, master: null }));
    expect(rows.filter(({ name }) => name === "replication_error")).toHaveLength(2);
    expect(rows.filter(({ name }) => name === "ticket_error")).toHaveLength(2);
    expect(rows.map(({ name }) => name)).not.toContain("behind_bytes");
    expect(rows.map(({ name }) => name)).not.toContain("master_sequence");
    expect(value(rows, "replica_sequence")).toBe(2_680_000_000);
  });

  it("does not subtract positions of two journals; a later journal of the master has its own names", async () => {
    const master = [[1238, 50], [1239, 7]] as const; // biome-ignore format: two pairs
    const rows = await parse(pullLjText({ ...state, master }));
    expect(value(rows, "behind_journals")).toBe(1);
    expect(value(rows, "current_journal")).toBe(1239);
    expect(value(rows, "behind_bytes")).toBeUndefined();
  });

  it("believes -v, and the tags", async () => {
    const rows = await parse(pullLjText({ ...state, master: [[1237, 2_680_510_310]], behindBytes: 77 }));
    expect(rows.filter(({ name }) => name === "behind_bytes").map((row) => row.value)).toEqual([77]);
    const tagged = await parse(
      "... replicaJournalNumber 12\n... replicaJournalSequence 100\n... replicaTime 1664718339\n... masterJournalNumber 12\n... masterJournalSequence -1\n... journalBytesBehind 9\n",
    );
    expect(figures(tagged)).toEqual([
      ["", "replica_journal", 12],
      ["", "replica_sequence", 100],
      ["", "server_time_s", 1_664_718_339],
      ["", "master_journal", 12],
      ["", "replication_error", 1],
      ["", "behind_bytes", 9],
    ]);
  });

  it("separates runs, reads CRLF, and survives torn ends", async () => {
    const text = pullLjText({ ...state, master: [[1237, 2_680_510_310]] }).replaceAll("\n", "\r\n");
    const { rows, outcome } = await parseWith(pullStateFormat, text + text + text.slice(0, 90));
    expect(rows.filter(({ table }) => table === "capture")).toHaveLength(3);
    expect(accounted(outcome)).toBe(2 * text.length + 90);
  });
});

describe("p4 pull -ls and servers -J", () => {
  it("reads transfers, plain and tagged", async () => {
    const plain = figures(await parse(pullLsText(2, 169, 460_828_016, 12_345)));
    expect(plain.map(([, name]) => name)).toEqual([
      "transfers_active",
      "transfers_total",
      "bytes_active",
      "bytes_total",
      "oldest_change",
    ]);
    expect(figures(await parse(pullLsTagged(2, 169, 460_828_016, 12_345)))).toContainEqual([
      "",
      "transfers_total",
      169,
    ]);
  });

  it("names the replica in every figure of servers -J", async () => {
    const rows = await parse("$ p4 servers -J\nedge_fra '2024/03/05 14:07:16' edge-server 1237/500 1237/400\n");
    expect(figures(rows)).toEqual([
      ["edge_fra", "replica_journal", 1237],
      ["edge_fra", "replica_sequence", 500],
      ["edge_fra", "applied_journal", 1237],
      ["edge_fra", "applied_sequence", 400],
    ]);
  });
});
