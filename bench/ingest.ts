import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { RecordOutlet } from "../src/ingest/evidence-format.js";
import { p4dTextFormat } from "../src/ingest/formats/p4d-text/p4d-text.js";

/** Parses a P4LOG and counts what comes out, without storing it: tsx bench/ingest.ts FILE [RUNS] */
async function main(): Promise<void> {
  const [path, runs = "3"] = process.argv.slice(2);
  if (path === undefined) throw new Error("usage: ingest.ts FILE [RUNS]; bench/generate-log.ts makes one");
  const megabytes = statSync(path).size / 1e6;
  process.stdout.write("run  commands  children      lines  wall s  cpu s   MB/s  peak RSS MB\n");
  for (let run = 1; run <= Number(runs); run++) {
    const { commands, children, lines, wallS, cpuS } = await measure(path);
    const rss = process.resourceUsage().maxRSS / 1024;
    const cells = [
      run,
      commands,
      children,
      lines,
      wallS.toFixed(2),
      cpuS.toFixed(2),
      (megabytes / wallS).toFixed(0),
      rss.toFixed(0),
    ];
    const widths = [3, 10, 10, 11, 8, 7, 7, 13];
    process.stdout.write(`${cells.map((cell, i) => String(cell).padStart(widths[i] ?? 0)).join("")}\n`);
  }
}

async function measure(path: string) {
  let commands = 0;
  let children = 0;
  const outlet: RecordOutlet = {
    commands: (batch) => {
      commands += batch.commands.rowCount;
      for (const child of batch.children) children += child.rowCount;
    },
    rows: () => {},
  };
  const cpuBefore = process.cpuUsage();
  const from = process.hrtime.bigint();
  const parser = p4dTextFormat.open({ sourceId: 1, path, modifiedMs: null, maxLineBytes: 1 << 20 }, outlet);
  const file = openSync(path, "r");
  for (;;) {
    const chunk = new Uint8Array(256 << 10);
    const count = readSync(file, chunk);
    if (count === 0) break;
    await parser.push(chunk.subarray(0, count));
  }
  closeSync(file);
  const outcome = await parser.end();
  const cpu = process.cpuUsage(cpuBefore);
  return {
    commands,
    children,
    lines: outcome.lines,
    wallS: Number(process.hrtime.bigint() - from) / 1e9,
    cpuS: (cpu.user + cpu.system) / 1e6,
  };
}

await main();
