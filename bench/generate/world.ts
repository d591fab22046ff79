import type { LogMix } from "../generate-log.js";
import { Dice } from "./dice.js";
import { BLOCK, lapse, time } from "./log-text.js";
import { type Job, rareLines } from "./rare-lines.js";

const TABLES = (
  "nameval user group trigger protect monitor domain view have label integed resolve archmap revdx revhx revpx rev change " +
  "changex desc locks working config counters storage"
).split(" ");
const COMMANDS = "sync fstat files have changes opened edit where client describe print".split(" ");
const APPS = [
  "p4/2023.2/LINUX26X86_64/2519561",
  "Helix P4V/NTX64/2023.3/2495381/v94",
  "jenkins.p4-plugin/1.14.2",
  "UnrealGameSync/v84",
];

/** A server of many pids at once, that prints one block after another. */
export class World {
  private readonly dice: Dice;
  private nowMs = Date.UTC(2024, 2, 5, 6);
  private nextPid = 20_000;
  private readonly jobs: Job[] = [];

  constructor(private readonly mix: LogMix) {
    this.dice = new Dice(mix.seed * 2_654_435_761 + 1);
  }

  nextBlock(): string {
    const { dice, mix } = this;
    this.nowMs += dice.upTo(mix.stepMs);
    if (dice.next() < 0.004) return this.event();
    if (mix.server === 1) return this.start();
    const ready = this.jobs.findIndex(({ startMs, lapseMs }) => startMs + lapseMs <= this.nowMs);
    if (ready < 0 || this.jobs.length < mix.inFlight) return this.start();
    const [job] = this.jobs.splice(ready, 1);
    return this.finish(job as Job);
  }

  private start(): string {
    const { dice, mix } = this;
    const person = dice.upTo(mix.people);
    const cmd = dice.next() < 0.03 ? "dm-CommitSubmit" : `user-${dice.pick(COMMANDS)}`;
    const slow = dice.next() < (mix.calm ? 0.002 : 0.02);
    const waitMs = dice.next() < 0.05 ? dice.upTo(this.longestWaitMs(slow)) : 0;
    const pid = this.takePid(dice.upTo(3));
    const args = cmd.startsWith("dm-") ? "" : ` ${this.args()}`;
    const who = `u${person}@u${person}_ws${person % 3} 10.${person % 7}.${person % 251}.${person % 97}`;
    const line = `${time(this.nowMs)} pid ${pid} ${who} [${APPS[person % APPS.length]}] '${cmd}${args}'`;
    const lapseMs = waitMs + Math.floor((slow ? 30_000 : 300) * dice.next() ** 3) + 1;
    if (mix.server === 3) this.jobs.push({ pid, line, cmd, startMs: this.nowMs, lapseMs, waitMs });
    return `${BLOCK}${line}\n\n`;
  }

  private longestWaitMs(slow: boolean): number {
    if (this.mix.calm) return slow ? 2000 : 90;
    return slow ? 20_000 : 400;
  }

  private takePid(skipped: number): number {
    const pid = this.nextPid + skipped;
    this.nextPid = pid + 1 > 4_000_000 ? 300 : pid + 1;
    return pid;
  }

  private args(): string {
    const { dice, mix } = this;
    // Long ones have a long tail, as file lists do: up to four times the mean, mostly far less.
    const path = this.path(mix.argBytes < 1000 ? mix.argBytes : mix.argBytes * 4 * dice.next() ** 3);
    return this.isRare() ? rareLines.args(dice, path) : path;
  }

  private path(bytes: number): string {
    let path = "//depot";
    while (path.length < bytes) path += `/part${this.dice.upTo(500)}`;
    return `${path}/...`;
  }

  /** Without rarer lines no dice are thrown, so that such a mix stays as it was. */
  private isRare(): boolean {
    return this.mix.rare > 0 && this.dice.next() < this.mix.rare;
  }

  private finish(job: Job): string {
    // Behind arguments over several lines the reference misses triggers and deaths: no use comparing those.
    const isOneLine = !job.line.includes("\n");
    if (isOneLine && this.isRare() && this.isRare()) return rareLines.vanished(job);
    const usage = `${this.dice.upTo(900)}+${this.dice.upTo(90)}us ${this.dice.upTo(4000)}+${this.dice.upTo(400)}io 0+0net ${9000 + this.dice.upTo(90_000)}k 0pf`;
    const done = `${BLOCK}${time(job.startMs + job.lapseMs)} pid ${job.pid} completed ${lapse(job.lapseMs)} ${usage}\n`;
    const compute = job.cmd === "user-sync" ? this.compute(job) : "";
    const before = isOneLine ? this.extras(job) : "";
    return `${compute}${before}${done}${this.track(job, usage)}\n`;
  }

  private compute(job: Job): string {
    const ms = Math.floor(job.lapseMs * 0.8);
    const end = `${BLOCK}${time(job.startMs + ms)} pid ${job.pid} compute end ${lapse(ms)} 12+3us 0+0io 0+0net 8964k 0pf\n\n`;
    return this.isRare() ? end + rareLines.afterCompute(this.dice) : end;
  }

  /** Server-lock and trigger blocks, which come before the completion. */
  private extras(job: Job): string {
    if (this.isRare()) return rareLines.beforeEnd(this.dice, job, this.takePid(0));
    if (job.cmd !== "dm-CommitSubmit" && job.cmd !== "user-client") return "";
    const held = Math.floor(job.lapseMs / 2);
    const lock = `${BLOCK}${job.line}\n--- meta/commit(W)\n---   total lock wait+held read/write 0ms+0ms/${job.waitMs}ms+${held}ms\n\n`;
    return `${lock}${BLOCK}${job.line} trigger check.style\nlapse ${lapse(held)}\n`;
  }

  private track(job: Job, usage: string): string {
    const { dice, mix } = this;
    let text = `${BLOCK}${job.line}\n`;
    if (this.isRare()) text += rareLines.trackHead(dice, job);
    text += `--- lapse ${lapse(job.lapseMs)}\n--- usage ${usage}\n--- memory cmd/proc 12mb/30mb\n`;
    text += `--- rpc msgs/size in+out ${dice.upTo(9)}+${dice.upTo(900)}/0mb+${dice.upTo(40)}mb himarks 795416/795272 snd/rcv ${lapse(dice.upTo(99))}/.002s\n`;
    text += "--- filetotals (svr) send/recv files+bytes 0+0mb/0+0mb\n";
    const count = 1 + dice.upTo(mix.tables * 2 - 1);
    const first = dice.upTo(TABLES.length);
    const waitsAt = dice.upTo(count);
    for (let i = 0; i < count; i++) text += this.section(job, `${TABLES[(first + i) % TABLES.length]}`, i === waitsAt);
    return this.isRare() ? text + rareLines.sections(dice, job) : text;
  }

  private section(job: Job, name: string, waits: boolean): string {
    const { dice, mix } = this;
    const write = dice.next() < 0.2;
    const wait = waits ? job.waitMs : 0;
    const longest = Math.max(1, job.lapseMs - wait);
    const held = dice.upTo(mix.calm ? Math.min(longest, 90) : longest);
    let text = `--- db.${name}\n---   pages in+out+cached ${dice.upTo(900)}+${dice.upTo(9)}+96\n`;
    text += `---   locks read/write ${write ? "0/2" : "2/0"} rows get+pos+scan put+del ${dice.upTo(9)}+${dice.upTo(99)}+${dice.upTo(99_999)} ${write ? 3 : 0}+0\n`;
    if (dice.next() < 0.6) {
      const times = write ? `0ms+0ms/${wait}ms+${held}ms` : `${wait}ms+${held}ms/0ms+0ms`;
      text += `---   total lock wait+held read/write ${times}\n---   max lock wait+held read/write ${times}\n`;
    } else text += `---   peek count ${dice.upTo(9)} wait+held total/max 0ms+${held}ms/0ms+${held}ms\n`;
    return text;
  }

  private event(): string {
    if (this.isRare()) return rareLines.event(this.dice, this.nowMs);
    return `${time(this.nowMs)} ${String(this.dice.upTo(1e9)).padStart(9, "0")} pid 4242: Server is now using ${this.jobs.length} active threads.\n`;
  }
}
