import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type CaseDb, openCase } from "../../../src/casedb/casedb.js";
import { fillCase } from "../../../src/pipeline/fill-case.js";
import { completed, INFO, start } from "../../ingest/formats/p4d-text/sample-log.js";
import { FILL } from "../../pipeline/fill.js";

const LINE_BYTES = 50 << 20;
const HUGE = { time: "14:07:03", pid: 4101 };
const NEXT = { time: "14:07:09", pid: 4102 };

/** A command with 50 MB of arguments in one line, its end, and one more command. */
function longLog(): { readonly bytes: Buffer; readonly secondLineNo: number } {
  const [header = "", line = ""] = start({ ...HUGE, call: "user-sync ARGUMENTS" }).split("\n");
  const [front = "", back = ""] = line.split("ARGUMENTS");
  const argument = Buffer.alloc(LINE_BYTES, "//depot/main/some/where/part.c ");
  const rest = `\n${completed("14:07:08", HUGE.pid, "5.00s")}${start(NEXT)}\n`;
  const bytes = Buffer.concat([Buffer.from(`${header}\n${front}`), argument, Buffer.from(back + rest)]);
  return { bytes, secondLineNo: 6 };
}

/** The same bytes where no format knows them, and where another one does. */
function otherLong(): Buffer[] {
  const monitor = " 4548 R bruno      00:11:09 sync //depot/...\n";
  return [
    Buffer.alloc(LINE_BYTES, "x"),
    Buffer.concat([Buffer.from(monitor), Buffer.alloc(LINE_BYTES, "[db.rev(R),"), Buffer.from(`\n${monitor}`)]),
    Buffer.concat([Buffer.from('{"locks":['), Buffer.alloc(LINE_BYTES, '{"pid":1,"mode":"READ"},')]),
  ];
}

/** Reads lines of 50 MB through the real ingest, one file after the other; returns what is wrong with what came of it. */
export async function longLineFaults(folder: string): Promise<string[]> {
  const { bytes, secondLineNo } = longLog();
  const faults: string[] = [];
  for (const [name, content] of [["log", bytes] as const, ["log.gz", gzipSync(bytes, { level: 1 })] as const]) {
    faults.push(...(await readAlone(folder, name, content, (caseDb) => logFaults(caseDb, bytes.length, secondLineNo))));
  }
  for (const content of otherLong()) {
    faults.push(...(await readAlone(folder, "other", content, (caseDb) => sizeFaults(caseDb, content.length))));
  }
  return faults;
}

async function readAlone(folder: string, name: string, bytes: Buffer, check: (caseDb: CaseDb) => string[]) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), bytes);
  const caseDb = openCase(":memory:");
  try {
    await fillCase(caseDb, [join(folder, name)], FILL).catch((error: { code?: string }) => {
      if (error.code !== "nothing-recognised") throw error;
    });
    return check(caseDb);
  } finally {
    caseDb.close();
    rmSync(folder, { recursive: true });
  }
}

function sizeFaults(caseDb: CaseDb, bytes: number): string[] {
  const [source] = caseDb.sources();
  const { parsed = 0, noise = 0, unknown = 0, skipped = 0 } = source?.account ?? {};
  const sum = parsed + noise + unknown + skipped;
  return sum === bytes && source?.bytes === bytes ? [] : [`${bytes} bytes, account ${JSON.stringify(source?.account)}`];
}

function logFaults(caseDb: CaseDb, bytes: number, secondLineNo: number): string[] {
  const rows = (sql: string) => JSON.stringify([...caseDb.query(sql).rows]);
  const cut = rows("SELECT code, count, line_no, byte_offset FROM warning");
  const commands = rows("SELECT pid, cmd, line_no, end_s - start_s, length(args) <= 1048576 FROM command ORDER BY pid");
  const expected = [
    JSON.stringify([["line-cut", 1, 2, INFO.length + 1]]),
    JSON.stringify([
      [HUGE.pid, "user-sync", 2, 5, 1],
      [NEXT.pid, "user-files", secondLineNo, null, 1],
    ]),
  ];
  return [
    ...sizeFaults(caseDb, bytes),
    ...(cut === expected[0] ? [] : [`warnings ${cut}`]),
    ...(commands === expected[1] ? [] : [`commands ${commands}`]),
  ];
}
