import { BLOCK, lapse, time } from "../generate/log-text.js";

/** An hour before the generated days begin. */
const FROM_MS = Date.UTC(2024, 2, 5, 5);
const TABLE = "db.have";

/** One commit holds a table for as long as this many readers take to queue up behind it, 30 a second. */
export function* wedge(waiters: number): Generator<string> {
  const heldMs = Math.ceil(waiters / 30) * 1000 + 20_000;
  const root = { pid: 100, what: "u1@u1_ws 10.0.0.1 [p4/2023.2/LINUX26X86_64/2519561] 'dm-CommitSubmit'" };
  yield `${BLOCK}${time(FROM_MS)} pid ${root.pid} ${root.what}\n\n`;
  for (let i = 0; i < waiters; i++) yield `${BLOCK}${startLine(i)}\n\n`;
  yield end(
    root.pid,
    `${time(FROM_MS)} pid ${root.pid} ${root.what}`,
    FROM_MS,
    heldMs,
    `0ms+0ms/0ms+${heldMs - 10}ms`,
    "0/1",
  );
  for (let i = 0; i < waiters; i++) {
    const fromMs = startOf(i);
    const waitMs = FROM_MS + heldMs - fromMs;
    yield end(pidOf(i), startLine(i), fromMs, waitMs + 40, `${waitMs}ms+20ms/0ms+0ms`, "1/0");
  }
}

function startOf(i: number): number {
  return FROM_MS + 2000 + Math.floor((i * 1000) / 30);
}

function pidOf(i: number): number {
  return 200 + i;
}

function startLine(i: number): string {
  const who = `u${i % 500}@u${i % 500}_ws 10.0.${i % 7}.${i % 251}`;
  return `${time(startOf(i))} pid ${pidOf(i)} ${who} [p4/2023.2/LINUX26X86_64/2519561] 'user-sync //depot/part${i % 90}/...'`;
}

function end(pid: number, start: string, fromMs: number, lapseMs: number, waitAndHeld: string, locks: string): string {
  const usage = "10+2us 0+0io 0+0net 9000k 0pf";
  const section =
    `--- ${TABLE}\n---   pages in+out+cached 9+0+96\n---   locks read/write ${locks} rows get+pos+scan put+del 1+1+10 0+0\n` +
    `---   total lock wait+held read/write ${waitAndHeld}\n---   max lock wait+held read/write ${waitAndHeld}\n`;
  return (
    `${BLOCK}${time(fromMs + lapseMs)} pid ${pid} completed ${lapse(lapseMs)} ${usage}\n` +
    `${BLOCK}${start}\n--- lapse ${lapse(lapseMs)}\n--- usage ${usage}\n${section}\n`
  );
}
