import { describe, expect, it } from "vitest";
import { checkpointLogFormat } from "../../../src/ingest/formats/checkpoint-log.js";
import { recognise } from "../../../src/ingest/formats/recognise.js";
import { FORMATS } from "../../../src/ingest/formats/registry.js";
import { verifyLogFormat } from "../../../src/ingest/formats/verify-log.js";
import { parseWith, type Row } from "../recording-sink.js";

const SCRIPT = "/p4/common/bin/daily_checkpoint.sh";
const SDP = `Tue Mar  5 23:05:01 UTC 2024 ${SCRIPT}: Start p4_1 Checkpoint
Tue Mar  5 23:05:02 UTC 2024 ${SCRIPT}: Dump out new checkpoint from db files in /p4/1/offline_db.
Dumping to /p4/1/checkpoints/p4_1.ckp.1234.gz...
MD5 (/p4/1/checkpoints/p4_1.ckp.1234) = 5D41402ABC4B2A76B9719D911017C592
/p4/1/checkpoints/p4_1.ckp.1230.gz
Tue Mar  5 23:55:02 UTC 2024 ${SCRIPT}: End p4_1 Checkpoint
`;
const JC =
  "Checkpointing to checkpoint.9...\nMD5 (checkpoint.9) = 5D41402ABC4B2A76B9719D911017C592\nRotating journal to journal.8...\n";

const at = (hour: number, minute: number, second: number) => Date.UTC(2024, 2, 5, hour, minute, second) / 1000;
const brief = (rows: readonly Row[]) => rows.map(({ tag, class: name, time_s }) => [tag, name, time_s]);

describe("the log of a checkpoint", () => {
  it("places beginnings by the time before them and ends by the time after them", async () => {
    const { rows, outcome } = await parseWith(checkpointLogFormat, `# taken 2024-03-06T09:00:00Z\n${SDP}`);
    expect(brief(rows)).toEqual([
      ["checkpoint", "checkpoint-start", at(23, 5, 1)],
      ["checkpoint", "other", at(23, 5, 2)],
      ["checkpoint", "checkpoint-start", at(23, 5, 2)],
      ["checkpoint", "checkpoint-end", at(23, 55, 2)],
      ["checkpoint", "checkpoint-end", at(23, 55, 2)],
    ]);
    expect(rows[3]).toMatchObject({ time_is_utc: 1, line_no: 5 });
    expect(outcome.account.unknown).toBe(0);
  });

  it("reads what p4d -jc prints, without a time", async () => {
    const { rows } = await parseWith(checkpointLogFormat, JC.replaceAll("\n", "\r\n"));
    expect(brief(rows)).toEqual([
      ["checkpoint", "checkpoint-start", null],
      ["checkpoint", "checkpoint-end", null],
      ["checkpoint", "journal-rotated", null],
    ]);
  });

  it.each([
    `Tue Mar  5 23:05:03 UTC 2024 ERROR!!! - p4host ${SCRIPT}: Failed to dump checkpoint`,
    "Checkpoint failed!",
    "Perforce server error:",
    "write: /p4/1/checkpoints/p4_1.ckp.1234.gz: No space left on device",
    "Last checkpoint not complete. Check the backup process or contact support.",
  ])("knows a failure: %s", async (line) => {
    const { rows } = await parseWith(checkpointLogFormat, `${JC}${line}\n`);
    expect(rows.at(-1)?.class).toBe("checkpoint-failed");
  });

  it("knows a rotation of a named journal, and no torn line", async () => {
    const { rows } = await parseWith(
      checkpointLogFormat,
      "Rotating /p4/1/logs/journal to /p4/1/journals/p4_1.jnl.8...\nRotating jour",
    );
    expect(rows.map((row) => row.class)).toEqual(["journal-rotated"]);
  });

  it("is recognised by content", () => {
    expect(recognise(Buffer.from(SDP), "x", FORMATS)?.id).toBe("checkpoint-log");
    expect(recognise(Buffer.from(JC), "x", FORMATS)?.id).toBe("checkpoint-log");
    expect(checkpointLogFormat.sniff(Buffer.from("How checkpoints work\nMD5 (x)\n"), "checkpoint.log")).toBe(0);
  });
});

const VERIFY = `Tue Mar  5 23:05:01 UTC 2024 /p4/common/bin/p4verify.sh: Verifying //depot/...
//depot/main/a b.c#3 - edit change 4711 (text+x) 5D41402ABC4B2A76B9719D911017C592 MISSING!
error: //depot/main/b.bin#1 - add change 4712 (binary) 5D41402ABC4B2A76B9719D911017C592 BAD!
//depot/main/c.c#1 - add change 4713 (text) 5D41402ABC4B2A76B9719D911017C592
   Submitted File Errors:          2

A total of 1688 'p4 verify' commands were executed.
`;

describe("the log of p4 verify", () => {
  it("tells missing from bad, and keeps the summary", async () => {
    const { rows, outcome } = await parseWith(verifyLogFormat, VERIFY);
    expect(brief(rows)).toEqual([
      ["verify", "other", at(23, 5, 1)],
      ["verify", "verify-missing", at(23, 5, 1)],
      ["verify", "verify-bad", at(23, 5, 1)],
      ["verify", "verify-summary", at(23, 5, 1)],
      ["verify", "verify-summary", at(23, 5, 1)],
    ]);
    expect(outcome.account.unknown).toBe(0);
  });

  it("is recognised by content, not by a description that says MISSING!", () => {
    expect(recognise(Buffer.from(VERIFY), "x", FORMATS)?.id).toBe("verify-log");
    expect(verifyLogFormat.sniff(Buffer.from("//depot/a.c is MISSING!\n"), "p4verify.log")).toBe(0);
  });
});
