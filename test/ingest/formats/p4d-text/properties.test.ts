import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMAND_FLAG } from "../../../../src/contracts/record-batch.js";
import { type ParsedLog, parseLog, parseLogs } from "../../../support/parse-log.js";
import { callLine, completed, compute, error, event, INFO, randomLog, start, track, trigger } from "./sample-log.js";

const runs = { numRuns: 60 };

/** Pieces of a log and bytes that mean something to the parser, in any order. */
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          INFO,
          "Perforce server error:",
          callLine(),
          "--- db.have",
          "---   total lock wait+held read/write ",
          "1ms+-2ms/3ms+4ms",
        ],
        ...[
          "\n",
          "\r\n",
          "\t",
          "'",
          " trigger x",
          "lapse .1s",
          "--- x",
          "\0",
          "2024/03/05 14:07:03",
          " pid 12 completed 1s",
          "99999999999999999999",
        ],
        ...[
          "--- usage 1+2us",
          "--- lbr Rcs",
          "---   reads+readbytes+writes+writebytes 1+2.5K",
          "Date 2024/03/05 14:07:03:",
          "Pid 4101",
          "\xff",
        ],
      ),
      fc.string({ maxLength: 12 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.from(parts.join(""), "latin1"));

describe("any bytes", () => {
  it("never throw, and every byte and line is accounted for", async () => {
    await fc.assert(
      fc.asyncProperty(soup, async (bytes) => {
        const { outcomes } = await parseLog(bytes);
        const { account, lines } = outcomes[0] as ParsedLog["outcomes"][number];
        expect(account.parsed + account.noise + account.unknown).toBe(bytes.length);
        const ends = bytes.filter((byte) => byte === 10).length;
        expect(lines).toBe(ends + (bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0));
      }),
      { numRuns: 300 },
    );
  });

  it("give the same records whatever the chunks", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(soup, logs(12)), fc.integer({ min: 1, max: 90 }), async (bytes, chunkSize) => {
        expect(contents(await parseLog(bytes, { chunkSize }), "exact")).toEqual(
          contents(await parseLog(bytes), "exact"),
        );
      }),
      runs,
    );
  });

  it("keep integers in every number column, as the case database wants them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(soup, logs(8)), async (bytes) => {
        const { commands } = await parseLog(bytes);
        for (const { row, tables, triggers, librarian, remote } of commands) {
          for (const child of [row, ...tables, ...triggers, ...librarian, ...remote]) {
            for (const value of Object.values(child))
              if (typeof value === "number") expect(Number.isInteger(value)).toBe(true);
          }
        }
      }),
      runs,
    );
  });
});

describe("one log cut in two files", () => {
  it("gives the same commands when joined at the edges, wherever it was cut", async () => {
    const log = Buffer.from(everyKind());
    const whole = contents(await parseLog(log), "joined");
    for (let cut = 0; cut <= log.length; cut++) {
      if (cut % 7 !== 0 && !log.subarray(cut - 3, cut + 3).includes("\n")) continue;
      const halves = await parseLogs([log.subarray(0, cut), log.subarray(cut)]);
      expect(
        contents(halves, "joined"),
        `cut at ${cut}: ${JSON.stringify(log.toString("latin1", cut - 40, cut))}`,
      ).toEqual(whole);
    }
  });

  it("holds for random logs and cuts into three files", async () => {
    await fc.assert(
      fc.asyncProperty(logs(14), fc.nat(10_000), fc.nat(10_000), async (log, a, b) => {
        const cuts = [(a * log.length) / 10_000, (b * log.length) / 10_000].map(Math.floor).sort((x, y) => x - y);
        const parts = [log.subarray(0, cuts[0]), log.subarray(cuts[0], cuts[1]), log.subarray(cuts[1])];
        expect(contents(await parseLogs(parts), "joined")).toEqual(contents(await parseLog(log), "joined"));
      }),
      { numRuns: 150 },
    );
  });
});

function logs(count: number) {
  return fc.nat(1_000_000).map((seed) => Buffer.from(randomLog(seed, count)));
}

/** One of each block, some of them late, early or alone. */
function everyKind(): string {
  const slow = { time: "14:07:03", pid: 4101 };
  const submit = { time: "14:07:04", pid: 4102, call: "user-submit -d Line one\nit's line two\n\n--- lapse 5s\n" };
  const quick = { time: "14:07:05", pid: 4103, call: "user-key lock" };
  const pull = { time: "14:07:06", pid: 9, who: "svc@unknown", ip: "background", call: "pull -i 1" };
  return [
    start(slow),
    start(submit),
    trigger(submit, "check.style", "1.20s"),
    track(submit, "meta/commit(W)", "  total lock wait+held read/write 0ms+0ms/40ms+2300ms"),
    event("14:07:05", "Server is now using 12 active threads."),
    start(quick),
    "server to client 127.0.0.1:1666 vs 127.0.0.1:1666\n",
    track(quick, "lapse .012s", "db.nameval", "  total lock wait+held read/write 0ms+0ms/1ms+2ms"),
    completed("14:07:05", 4103, ".011s", "1+2us 0+8io 0+0net 9000k 0pf"),
    track(
      pull,
      "db.view",
      "  pages in+out+cached 1+2+3",
      "replica/pull(W)",
      "  total lock wait+held read/write 0ms+0ms/0ms+-25ms",
    ),
    compute("14:07:06", 4101, "2.90s"),
    error("14:07:07", 4102, "user-submit", "Submit validation failed."),
    completed("14:07:08", 4102, "4.01s"),
    `${INFO}\n\tServer network estimates: files added/updated/deleted=1/2/3, bytes added/updated=10/20\n`,
    track(
      submit,
      "lapse 4.02s",
      "rpc msgs/size in+out 1+2/0mb+3mb himarks 2000/2000 snd/rcv .001s/.002s",
      "lbr Rcs",
      "  opens+closes+checkins+exists 1+2+3+4",
    ),
    completed("14:07:14", 4101, "11.2s"),
    track(slow, "lapse 11.2s", "db.rev", "  locks read/write 1/0 rows get+pos+scan put+del 0+1+9 0+0"),
    start({ time: "14:07:20", pid: 4110, call: "user-sync" }),
  ].join("");
}

/** What must be equal: `exact` everything; `joined` all but where a line stands and what a file knows by itself. */
function contents(log: ParsedLog, how: "exact" | "joined"): unknown {
  const hidden = how === "exact" ? /^$/ : /source_id|line_no|byte_offset|byte_length|^running$/;
  const local = COMMAND_FLAG.supplanted | COMMAND_FLAG.openAtSourceEnd | COMMAND_FLAG.duplicateKey;
  const plain = (row: object) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([name]) => !hidden.test(name))
        .map(([name, value]) => [name, name === "flags" && how === "joined" ? Number(value) & ~local : value]),
    );
  const commands = log.commands.map(({ row, tables, triggers, librarian, remote }) => ({
    ...plain(row),
    children: [tables, triggers, librarian, remote].map((rows) => rows.map(plain)),
  }));
  const rows = log.rows
    .filter(({ table }) => how === "exact" || table !== "evidence_line")
    .map(({ table, row }) => ({ table, ...plain(row) }));
  const account = how === "exact" ? log.outcomes.map((outcome) => outcome.account) : [];
  return { commands: sorted(commands), rows: sorted(rows), account };
}

function sorted(list: readonly object[]): string[] {
  return list.map((item) => JSON.stringify(item)).sort();
}
