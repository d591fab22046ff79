import { describe, expect, it } from "vitest";
import { parseLog, parseLogs } from "../../../support/parse-log.js";

const HEADER = "Perforce server info:";
const START = "\t2024/03/05 09:00:00 pid 71 ann@ann_ws 10.0.0.1 [p4/2023.2] 'user-files //a/...'";
const LOG = `${HEADER}
${START}

${HEADER}
\t2024/03/05 09:00:40 pid 71 compute end 40.2s

${HEADER}
\t2024/03/05 09:01:00 pid 71 completed 60.1s

${HEADER}
${START}
--- lapse 60.1s
--- paused 2.50s
--- usage 30000+200us 1+2io 0+0net 100k 0pf
--- rpc msgs/size in+out 2+900/0mb+70mb himarks 2000/2000 snd/rcv 19.2s/.000s
--- db.revhx
---   pages in+out+cached 5+0+6
---   locks read/write 2/0 rows get+pos+scan put+del 0+1+700000 0+0
---   total lock wait+held read/write 1500ms+39000ms/0ms+0ms
---   max lock wait+held read/write 1500ms+38000ms/0ms+0ms
--- db.have
---   locks read/write 0/1 rows get+pos+scan put+del 0+0+0 7+1
---   total lock wait+held read/write 0ms+0ms/0ms+20ms

`;

/** What the line stands for that a column names. */
const SHOWS: Readonly<Record<string, RegExp>> = {
  rows_line_no: /^--- {3}locks /, // ---   locks read/write 2/0 rows ...
  lock_line_no: /^--- {3}total lock /, // ---   total lock wait+held ...
  max_line_no: /^--- {3}max lock /, // ---   max lock wait+held ...
  usage_line_no: /^--- usage /, // --- usage 30000+200us ...
  paused_line_no: /^--- paused /, // --- paused 2.50s
  rpc_line_no: /^--- rpc /, // --- rpc msgs/size ...
};

describe("lines that findings cite", () => {
  it("are numbered where a section or the time budget is worth it, and their text is kept", async () => {
    const { commands, rows } = await parseLog(LOG);
    const [command] = commands;
    expect(command?.row).toMatchObject({
      compute_s: Date.UTC(2024, 2, 5, 9, 0, 40) / 1000,
      paused_line_no: 13,
      rpc_line_no: 15,
    });
    // The completion line says what `usage` would.
    expect(command?.row.usage_line_no ?? Number.NaN).toBeNaN();
    expect(command?.tables.map((use) => use.rows_line_no)).toEqual([18, 22]);
    const kept = rows.filter(({ table }) => table === "evidence_line").map(({ row }) => row.line_no);
    expect(kept).toEqual(expect.arrayContaining([13, 15, 18, 19, 22]));
  });

  it("stand in the file that the row names, wherever a rotation cut the log", async () => {
    const bytes = Buffer.from(LOG);
    for (let cut = 1; cut < bytes.length; cut++) {
      const files = [bytes.subarray(0, cut), bytes.subarray(cut)];
      const { commands, rows } = await parseLogs(files);
      const lineAt = (source: unknown, line: unknown) =>
        files[Number(source) - 1]?.toString().split("\n")[Number(line) - 1] ?? "";
      const kept = new Map(rows.map(({ row }) => [`${row.source_id}:${row.line_no}`, row.text]));
      const check = (row: Readonly<Record<string, unknown>>, source: unknown) => {
        for (const [column, shape] of Object.entries(SHOWS)) {
          const line = row[column];
          if (typeof line !== "number" || Number.isNaN(line)) continue;
          const whole = lineAt(source, line);
          // A line that the cut itself tore begins in one file and ends in the other.
          const torn =
            cut > 0 && bytes[cut - 1] !== 10 && (line === 1 || whole === files[0]?.toString().split("\n").at(-1));
          if (!torn) expect(`${cut} ${whole}`).toMatch(new RegExp(`^${cut} ${shape.source.slice(1)}`));
          if (column !== "max_line_no" && column !== "lock_line_no") expect(kept.has(`${source}:${line}`)).toBe(true);
        }
      };
      for (const { row, tables } of commands) {
        const track = Number.isNaN(Number(row.track_source_id ?? Number.NaN)) ? row.source_id : row.track_source_id;
        check(row, track);
        for (const use of tables) check(use, use.source_id);
      }
    }
  });
});
