/** Own snippets in the shape of a P4LOG; names and numbers are invented. */

export const INFO = "Perforce server info:";

export interface Caller {
  readonly time?: string;
  readonly pid?: number;
  readonly who?: string;
  readonly ip?: string;
  readonly app?: string;
  readonly call?: string;
}

/** `\t2024/03/05 14:07:03 pid 4101 nina@nina_ws 10.1.2.3 [p4/v92] 'user-files //depot/...'` */
export function callLine(caller: Caller = {}): string {
  const { time = "14:07:03", pid = 4101, who = "nina@nina_ws", ip = "10.1.2.3" } = caller;
  const { app = "p4/2023.2/LINUX26X86_64/2519561", call = "user-files //depot/..." } = caller;
  return `\t${day(time)} pid ${pid} ${who} ${ip} [${app}] '${call}'`;
}

export function start(caller: Caller = {}): string {
  return `${INFO}\n${callLine(caller)}\n`;
}

export function completed(time: string, pid: number, lapse: string, usage = ""): string {
  return `${INFO}\n\t${day(time)} pid ${pid} completed ${lapse}${usage === "" ? "" : ` ${usage}`}\n`;
}

export function compute(time: string, pid: number, lapse: string): string {
  return `${INFO}\n\t${day(time)} pid ${pid} compute end ${lapse} 3+1us 0+0io 0+0net 8000k 0pf\n`;
}

/** A track block of the command, with the given `---` lines. */
export function track(caller: Caller, ...lines: readonly string[]): string {
  return `${start(caller)}${lines.map((line) => `--- ${line}\n`).join("")}\n`;
}

export function trigger(caller: Caller, name: string, lapse: string): string {
  return `${INFO}\n${callLine(caller)} trigger ${name}\nlapse ${lapse}\n`;
}

export function error(time: string, pid: number, operation: string, ...texts: readonly string[]): string {
  const lines = [`Date ${day(time)}:`, `Pid ${pid}`, `Operation: ${operation}`, ...texts];
  return `Perforce server error:\n${lines.map((line) => `\t${line}\n`).join("")}\n`;
}

export function event(time: string, text: string, pid = 77): string {
  return `${day(time)} 123456789 pid ${pid}: ${text}\n`;
}

/** Seconds as the parser counts them. */
export function at(time: string): number {
  return Date.parse(`${day(time).replaceAll("/", "-").replace(" ", "T")}Z`) / 1000;
}

function day(time: string): string {
  return time.length > 8 ? time : `2024/03/05 ${time}`;
}

/** A small generator of random numbers with a seed. */
function dice(seed: number): (limit: number) => number {
  let state = (seed * 2654435761 + 1013904223) | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** A log of `count` commands on a few pids, with every kind of block, interleaved as a server writes them. */
export function randomLog(seed: number, count: number): string {
  const roll = dice(seed);
  let clock = 50_000 + roll(1000);
  const queues = new Map<number, string[]>();
  const text: string[] = [];
  const time = () => new Date(Date.UTC(2024, 2, 5) + clock * 1000).toISOString().slice(11, 19);
  const blank = () => (roll(3) === 0 ? "\n" : "");
  for (let made = 0; made < count; ) {
    clock += roll(2);
    const pid = 300 + roll(5);
    const queue = queues.get(pid);
    if (queue !== undefined && queue.length > 0) {
      text.push(at0(queue.shift() as string, time()), blank());
    } else {
      const blocks = randomCommand(roll, pid, time(), made++);
      text.push(blocks[0] as string, blank());
      queues.set(pid, blocks.slice(1));
    }
    if (roll(9) === 0) text.push(randomAside(roll, time(), pid));
  }
  for (const queue of queues.values()) if (roll(2) === 0) for (const block of queue) text.push(at0(block, time()));
  return text.join("");
}

/** Blocks that carry the time they are written at have a place for it. */
function at0(block: string, time: string): string {
  return block.replaceAll("@NOW@", time);
}

function randomCommand(roll: (limit: number) => number, pid: number, time: string, serial: number): string[] {
  if (roll(8) === 0) {
    const pull = { time, pid, who: "svc_edge@unknown", ip: "background", call: "pull -i 1 -u" };
    return [track(pull, "rdb.lbr", "  pages in+out+cached 2+1+6")];
  }
  const lines = roll(6) === 0 ? `first line\nit's ${serial}\n\n--- lapse 9s\n//a/...` : "";
  const call =
    lines === "" ? `user-${["sync", "files", "edit"][roll(3)]} //depot/${serial}/...` : `user-submit -d ${lines}`;
  const caller = { time, pid, call, who: `u${roll(4)}@ws${roll(3)}` };
  const final = track(
    caller,
    `lapse .${100 + roll(800)}s`,
    "db.rev",
    `  locks read/write 1/0 rows get+pos+scan put+del 0+1+${roll(999)} 0+0`,
    `  total lock wait+held read/write ${roll(3000)}ms+${roll(9)}ms/0ms+0ms`,
  );
  const done = completed("@NOW@", pid, `.${100 + roll(800)}s`, "1+2us 3+4io 5+6net 7k 8pf");
  const blocks = [start(caller)];
  if (roll(4) === 0) blocks.push(trigger(caller, "check.style", ".044s"));
  if (roll(4) === 0)
    blocks.push(track(caller, "clients/my%2Ews(W)", "  total lock wait+held read/write 0ms+0ms/5ms+7ms"));
  if (roll(4) === 0) blocks.push(compute("@NOW@", pid, ".031s"));
  if (roll(4) > 0) blocks.push(...(roll(3) === 0 ? [final, done] : [done, final]));
  else if (roll(2) === 0) blocks.push(done);
  return blocks;
}

function randomAside(roll: (limit: number) => number, time: string, pid: number): string {
  const asides = [
    event(time, `Server is now using ${roll(200)} active threads.`),
    "server to client 127.0.0.1:1666 vs 127.0.0.1:1666\n",
    `\nsome text nobody knows ${roll(99)}\n`,
    error(time, pid, "user-files", `//depot/${roll(9)} - no such file(s).`),
    `${INFO}\n\tPerforce Server starting 2024/03/05 ${time} pid 9 P4D/LINUX26X86_64/2023.2/2519561.\n`,
  ];
  return asides[roll(asides.length)] as string;
}
