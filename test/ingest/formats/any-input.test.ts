import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recognise } from "../../../src/ingest/formats/recognise.js";
import { FORMATS } from "../../../src/ingest/formats/registry.js";
import { accounted, parseWith } from "../recording-sink.js";

/** A database has no lines; log2sql.test.ts feeds it soup of its own. */
const CAPTURES = FORMATS.filter((format) => format.id !== "p4log" && format.id !== "log2sql-db");

/** Pieces of all formats, so that soup gets behind the first checks. */
const PIECES = [
  "1 R a 00:00:01 sync\n",
  "      [db.rev(R),",
  "... id 5\n",
  "... Name x\n",
  '{"locks":[{',
  '"pid":1,"mode":"READ"}',
  "}",
  "COMMAND PID TYPE SIZE MODE M START END PATH BLOCKER\n",
  "p4d 107 FLOCK 16K READ* 0 0 0 /r/db.config 105\n",
  "COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n",
  "p4d 4548 perforce 12uW REG 253,2 1 4194 /r/db.rev\n",
  "Mar  5 14:07:36 h a[1]: x\n",
  '{"__REALTIME_TIMESTAMP":"1","MESSAGE":"x"}\n',
  "Server version: P4D/X\n",
  "monitor=1 (configure)\n",
  "p4rca-collect manifest 1\n",
  "Filesystem 1K-blocks Used Available Use% Mounted on\n",
  "/dev/sda1 100 60 40 60% /p4\n",
  " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n",
  " 4  0      0 21737896  21904 1730332    0    0   194   288  201  558 22  2 75  0  1\n",
  "               total        used        free      shared  buff/cache   available\nMem: 5 4 3 2 1 0\n",
  " 14:07:36 up 12 days,  3:04,  5 users,  load average: 4.15, 3.17, 2.23\n",
  "top - 14:07:36 up 5:05,  0 user,  load average: 4.15, 3.17, 2.23\n",
  "%Cpu(s):  0.0 us,  0.0 sy\nMiB Mem : 1.0 total\n",
  "  PID  PPID USER S WCHAN %CPU RSS ELAPSED COMMAND\n",
  " 4548 1 perforce D - 1.0 5 01:02 p4d\n",
  "avg-cpu:  %user   %nice %system %iowait  %steal   %idle\n 1 2 3 4 5 6\n\n",
  "Device r/s w/s %util\nsda 1 2 3\n",
  "03/05/24 14:07:36\n",
  "io: some avg10=0.02 avg60=0.30 avg300=0.14 total=18273573\n",
  "12: FLOCK  ADVISORY  WRITE 4548 fd:03:4194 0 EOF\n12: -> FLOCK  ADVISORY  READ 4549 fd:03:4194 0 EOF\n",
  "4194 -rw-r--r-- 1 1001 1001 16384 Mar  5 14:07 db.rev\n4195 /p4/db.have\n",
  "Checkpointing to checkpoint.9...\nMD5 (checkpoint.9) = 5D41402ABC4B2A76B9719D911017C592\n",
  "//depot/a#3 - edit change 7 (text) 5D41402ABC4B2A76B9719D911017C592 MISSING!\n",
  '4.58,1709647643,5,2024/03/05 14:07:23,4101,id,s,1,nina,ws,user-sync,10.1.2.3,p4,v93,-f://a,grp,3,6,17,"a ""b\n',
  "0.50,1709647643,5,2024/03/05 14:07:23,4101,id,s,1,nina,ws,user-sync,10.1.2.3,p4,v93,//...\n",
  "2,1709647644,5,2024/03/05 14:07:24,4101,1,nina,ws,user-sync,10.1.2.3,p4,v93,//...,1.5,error\n",
  "... f_recordType 4\n... f_recordVersion 58\n... f_field 0\n... f_name f_eventtype\n",
  "Current replica journal state is:\tJournal 12,\tSequence -1.\n",
  "... replicaJournalNumber 12\n",
  "The replica server time is currently:\t2024/03/05 14:07:36 +0100 CET\n",
  "Write: db.rev\n",
  "P4ROOT (type ext4 mounted on /x) : 100.3G free, 2G used, 35G total (73% full)\n",
  "rtv.db.lockwait (flags 0) 3 max 382\n",
  "Perforce proxy error:\n\tDate 2024/03/05 14:07:36:\n\tConnect to server failed; check $P4PORT.\n",
  "--- proxytotals files/size svr+cache 3+2/25.6M+254M\n",
  "Perforce broker info:\n\t2024/03/05 14:07:36 pid 12 command rejected by rule\n",
  "export SDP_INSTANCE=1\nexport P4DBIN=x\n",
  '{"processKey":"0a","cmd":"user-sync","pid":1,"lineNo":2,"startTime":"2024/03/05 14:07:36","tables":[]}\n',
  "# taken 2024-03-05T14:07:36Z\n",
  "\r\n",
];

const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 40 }),
    ),
    { maxLength: 25 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

describe.each(CAPTURES.map((format) => [format.id, format] as const))("%s with any input", (_, format) => {
  it("throws nothing, accounts for every byte, and points into the file", async () => {
    await fc.assert(
      fc.asyncProperty(
        soup,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 8, max: 200 }),
        async (bytes, pieceBytes, maxLineBytes) => {
          const score = format.sniff(bytes, "x");
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          const { rows, outcome } = await parseWith(format, bytes, { pieceBytes, maxLineBytes });
          expect(accounted(outcome)).toBe(bytes.length);
          for (const row of rows) {
            expect(row.byte_offset).toBeLessThan(bytes.length);
            const before = Buffer.from(bytes.subarray(0, Number(row.byte_offset)));
            expect(before.filter((byte) => byte === 10).length + 1).toBe(row.line_no);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("does not hang on one very long line", async () => {
    for (const unit of [" R a ", "(R),", "p4 ", "{", '"', " /", "=(", "PID ", "a: ", "A"]) {
      const { outcome } = await parseWith(format, unit.repeat(30_000), { pieceBytes: 1 << 20 });
      expect(outcome.lines).toBe(1);
    }
  });
});

const shared = process.env.P4RCA_SHARED ?? fileURLToPath(new URL("../../../../shared", import.meta.url));
const captures = join(shared, "captures");

describe.skipIf(!existsSync(captures))("published captures (needs the shared folder)", () => {
  const kindOf = (name: string): string => {
    if (name.includes(".monitor.")) return "monitor";
    if (name.includes(".verify.")) return "verify-log";
    if (name.includes(".pull-l")) return "pull-state";
    if (name.includes(".diskspace.")) return "diskspace";
    return name.includes(".lslocks.") ? "lslocks" : "other";
  };
  const names = existsSync(captures) ? readdirSync(captures) : [];
  it.each(names.filter((name) => kindOf(name) !== "other"))("recognises %s", (name) => {
    expect(recognise(readFileSync(join(captures, name)), "x", FORMATS)?.id).toBe(kindOf(name));
  });
  it.each(names.filter((name) => kindOf(name) === "other"))("takes %s for none of the capture formats", (name) => {
    expect(recognise(readFileSync(join(captures, name)), "x", CAPTURES)).toBeNull();
  });
});
