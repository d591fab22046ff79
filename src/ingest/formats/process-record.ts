import type { Line } from "../source/split-lines.js";
import type { LineContext } from "./line-parser.js";
import type { ProcessRow } from "./ps-row.js";

/** Longest command line kept; Java and Python take pages. */
const MOST_TEXT = 1000;

/** Adds one `os_process` row. */
export function emitProcess(context: LineContext, line: Line, captureNo: number, row: ProcessRow): void {
  context.emit("os_process", line, {
    capture_no: captureNo,
    pid: row.pid,
    parent_pid: row.parentPid,
    cpu_percent: row.cpuPercent,
    memory_percent: row.memoryPercent,
    rss_kb: row.rssKb,
    elapsed_s: row.elapsedS,
    cpu_s: row.cpuS,
    state: row.state,
    user: row.user,
    command: row.command.slice(0, MOST_TEXT),
    wait_channel: row.waitChannel,
    text: line.text.trim().slice(0, MOST_TEXT),
  });
}
