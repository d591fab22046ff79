import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { fileURLToPath } from "node:url";

export interface LogMix {
  readonly seed: number;
  readonly bytes: number;
  /** Table sections a command has on average. */
  readonly tables: number;
  /** 3: starts, compute ends and completions with track blocks; 1: starts only. */
  readonly server: 1 | 3;
  /** People, and so workspaces and addresses. */
  readonly people: number;
  /** Arguments of about this many bytes. */
  readonly argBytes: number;
}

export const DEFAULT_MIX: LogMix = { seed: 1, bytes: 200e6, tables: 8, server: 3, people: 400, argBytes: 40 };

const TABLES = (
  "nameval user group trigger protect monitor domain view have label integed resolve archmap revdx revhx revpx rev change " +
  "changex desc locks working config counters storage"
).split(" ");
const COMMANDS = [
  "sync",
  "fstat",
  "files",
  "have",
  "changes",
  "opened",
  "edit",
  "where",
  "client",
  "describe",
  "print",
];
const APPS = [
  "p4/2023.2/LINUX26X86_64/2519561",
  "Helix P4V/NTX64/2023.3/2495381/v94",
  "jenkins.p4-plugin/1.14.2",
  "UnrealGameSync/v84",
];
const BLOCK = "Perforce server info:\n\t";

/** A seeded P4LOG of realistic shape: many pids at once, waits now and then, triggers, server locks, events. */
export function* generateLog(mix: LogMix = DEFAULT_MIX): Generator<string> {
  const world = new World(mix);
  let written = 0;
  while (written < mix.bytes) {
    const text = world.nextBlock();
    written += text.length;
    yield text;
  }
}

interface Job {
  readonly pid: number;
  readonly line: string;
  readonly cmd: string;
  readonly startMs: number;
  readonly lapseMs: number;
  readonly waitMs: number;
}

/** xorshift: the same seed gives the same log on every machine. */
class Dice {
  constructor(private state: number) {}

  next(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) / 2 ** 32;
  }

  upTo(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.upTo(list.length)] as T;
  }
}

class World {
  private readonly dice: Dice;
  private nowMs = Date.UTC(2024, 2, 5, 6);
  private nextPid = 20_000;
  private readonly jobs: Job[] = [];

  constructor(private readonly mix: LogMix) {
    this.dice = new Dice(mix.seed * 2_654_435_761 + 1);
  }

  nextBlock(): string {
    const { dice, mix } = this;
    this.nowMs += dice.upTo(60);
    if (dice.next() < 0.004) return this.event();
    if (mix.server === 1) return this.start();
    const ready = this.jobs.findIndex(({ startMs, lapseMs }) => startMs + lapseMs <= this.nowMs);
    if (ready < 0 || this.jobs.length < 20) return this.start();
    const [job] = this.jobs.splice(ready, 1);
    return this.finish(job as Job);
  }

  private start(): string {
    const { dice, mix } = this;
    const person = dice.upTo(mix.people);
    const cmd = dice.next() < 0.03 ? "dm-CommitSubmit" : `user-${dice.pick(COMMANDS)}`;
    const slow = dice.next() < 0.02;
    const waitMs = dice.next() < 0.05 ? dice.upTo(slow ? 20_000 : 400) : 0;
    const pid = this.nextPid + dice.upTo(3);
    this.nextPid = pid + 1 > 4_000_000 ? 300 : pid + 1;
    const args = cmd.startsWith("dm-") ? "" : ` ${this.path(mix.argBytes)}`;
    const who = `u${person}@u${person}_ws${person % 3} 10.${person % 7}.${person % 251}.${person % 97}`;
    const line = `${time(this.nowMs)} pid ${pid} ${who} [${APPS[person % APPS.length]}] '${cmd}${args}'`;
    const lapseMs = waitMs + Math.floor((slow ? 30_000 : 300) * dice.next() ** 3) + 1;
    if (mix.server === 3) this.jobs.push({ pid, line, cmd, startMs: this.nowMs, lapseMs, waitMs });
    return `${BLOCK}${line}\n\n`;
  }

  private path(bytes: number): string {
    let path = "//depot";
    while (path.length < bytes) path += `/part${this.dice.upTo(500)}`;
    return `${path}/...`;
  }

  private finish(job: Job): string {
    const usage = `${this.dice.upTo(900)}+${this.dice.upTo(90)}us ${this.dice.upTo(4000)}+${this.dice.upTo(400)}io 0+0net ${9000 + this.dice.upTo(90_000)}k 0pf`;
    const done = `${BLOCK}${time(job.startMs + job.lapseMs)} pid ${job.pid} completed ${lapse(job.lapseMs)} ${usage}\n`;
    const compute = job.cmd === "user-sync" ? this.compute(job) : "";
    return `${compute}${this.extras(job)}${done}${this.track(job, usage)}\n`;
  }

  private compute(job: Job): string {
    const ms = Math.floor(job.lapseMs * 0.8);
    return `${BLOCK}${time(job.startMs + ms)} pid ${job.pid} compute end ${lapse(ms)} 12+3us 0+0io 0+0net 8964k 0pf\n\n`;
  }

  /** Server-lock and trigger blocks, which come before the completion. */
  private extras(job: Job): string {
    if (job.cmd !== "dm-CommitSubmit" && job.cmd !== "user-client") return "";
    const held = Math.floor(job.lapseMs / 2);
    const lock = `${BLOCK}${job.line}\n--- meta/commit(W)\n---   total lock wait+held read/write 0ms+0ms/${job.waitMs}ms+${held}ms\n\n`;
    return `${lock}${BLOCK}${job.line} trigger check.style\nlapse ${lapse(held)}\n`;
  }

  private track(job: Job, usage: string): string {
    const { dice, mix } = this;
    let text = `${BLOCK}${job.line}\n--- lapse ${lapse(job.lapseMs)}\n--- usage ${usage}\n--- memory cmd/proc 12mb/30mb\n`;
    text += `--- rpc msgs/size in+out ${dice.upTo(9)}+${dice.upTo(900)}/0mb+${dice.upTo(40)}mb himarks 795416/795272 snd/rcv ${lapse(dice.upTo(99))}/.002s\n`;
    text += "--- filetotals (svr) send/recv files+bytes 0+0mb/0+0mb\n";
    const count = 1 + dice.upTo(mix.tables * 2 - 1);
    const first = dice.upTo(TABLES.length);
    const waitsAt = dice.upTo(count);
    for (let i = 0; i < count; i++) text += this.section(job, `${TABLES[(first + i) % TABLES.length]}`, i === waitsAt);
    return text;
  }

  private section(job: Job, name: string, waits: boolean): string {
    const { dice } = this;
    const write = dice.next() < 0.2;
    const wait = waits ? job.waitMs : 0;
    const held = dice.upTo(Math.max(1, job.lapseMs - wait));
    let text = `--- db.${name}\n---   pages in+out+cached ${dice.upTo(900)}+${dice.upTo(9)}+96\n`;
    text += `---   locks read/write ${write ? "0/2" : "2/0"} rows get+pos+scan put+del ${dice.upTo(9)}+${dice.upTo(99)}+${dice.upTo(99_999)} ${write ? 3 : 0}+0\n`;
    if (dice.next() < 0.6) {
      const times = write ? `0ms+0ms/${wait}ms+${held}ms` : `${wait}ms+${held}ms/0ms+0ms`;
      text += `---   total lock wait+held read/write ${times}\n---   max lock wait+held read/write ${times}\n`;
    } else text += `---   peek count ${dice.upTo(9)} wait+held total/max 0ms+${held}ms/0ms+${held}ms\n`;
    return text;
  }

  private event(): string {
    return `${time(this.nowMs)} ${String(this.dice.upTo(1e9)).padStart(9, "0")} pid 4242: Server is now using ${this.jobs.length} active threads.\n`;
  }
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
}

/** Three digits, cut off, as p4d prints them: .031s 1.38s 34.9s 109s */
function lapse(ms: number): string {
  if (ms < 1000) return `.${String(ms).padStart(3, "0")}s`;
  if (ms < 10_000) return `${(Math.floor(ms / 10) / 100).toFixed(2)}s`;
  if (ms < 100_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  return `${Math.floor(ms / 1000)}s`;
}

/** Writes a generated log to a file, in pieces of a megabyte. */
export async function writeLog(path: string, mix: LogMix): Promise<void> {
  const out = createWriteStream(path);
  let pending = "";
  for (const text of generateLog(mix)) {
    pending += text;
    if (pending.length < 1 << 20) continue;
    if (!out.write(pending)) await once(out, "drain");
    pending = "";
  }
  out.end(pending);
  await once(out, "finish");
}

/** tsx bench/generate-log.ts FILE [MB] [SEED] [SERVER] */
async function main(): Promise<void> {
  const [path, megabytes = "200", seed = "1", server = "3"] = process.argv.slice(2);
  if (path === undefined) throw new Error("usage: generate-log.ts FILE [MB] [SEED] [SERVER]");
  const bytes = Number(megabytes) * 1e6;
  await writeLog(path, { ...DEFAULT_MIX, bytes, seed: Number(seed), server: server === "1" ? 1 : 3 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
