import type { Dice } from "./dice.js";
import { BLOCK, lapse, time } from "./log-text.js";

/** A command that has started; `line` is what its track blocks repeat. */
export interface Job {
  readonly pid: number;
  readonly line: string;
  readonly cmd: string;
  readonly startMs: number;
  readonly lapseMs: number;
  readonly waitMs: number;
}

/** What most logs have little of. Each kind is one that the reference reads too, so that records can be compared. */
export const rareLines = { args, trackHead, sections, afterCompute, beforeEnd, vanished, event };

/** Arguments with a JSON document at their end, or over several lines. */
function args(dice: Dice, path: string): string {
  if (dice.next() < 0.5) return `key-${dice.upTo(99)} {"path": "${path}", "n": {"x": ${dice.upTo(9)}}}`;
  return `-d Ticket ${dice.upTo(9999)}\nSecond line of ${path}\n\tand an indented one\n`;
}

/** Lines that come before the tables of a track block. */
function trackHead(dice: Dice, job: Job): string {
  const lines = [
    "--- failed authentication check\n",
    "--- exited on fatal server error\n",
    `--- paused ${(dice.upTo(job.lapseMs) / 1000).toFixed(3)}s\n`,
    `locks acquired by blocking after ${1 + dice.upTo(5)} non-blocking attempts\n`,
    "",
  ];
  return dice.pick(lines);
}

/** Sections beside the tables: server locks, archive files, storage, librarian access. */
function sections(dice: Dice, job: Job): string {
  const held = dice.upTo(job.lapseMs);
  const times = `---   total lock wait+held read/write 0ms+0ms/${job.waitMs}ms+${held}ms\n`;
  const kinds = [
    `--- meta/db(R)\n${times}`,
    `--- clients/u1%2Ews(W)\n${times}`,
    `--- clientEntity/u1(W)\n${times}`,
    `--- change/${dice.upTo(99_999)}(W)\n${times}`,
    `--- label/rel%2E1(W)\n${times}`,
    `--- storageup/storageup(R)\n${times}--- storageup/storagemasterup(W)\n${times}`,
    `--- rdb.lbr\n---   pages in+out+cached ${dice.upTo(99)}+${dice.upTo(9)}+2\n${times}`,
    `--- db.sendq\n---   pages in+out+cached 8+2+9\n---   pages split internal+leaf ${dice.upTo(9)}+${dice.upTo(9)}\n`,
    librarian(dice),
  ];
  return dice.pick(kinds) + dice.pick(kinds.slice(0, 4));
}

function librarian(dice: Dice): string {
  const some = () => dice.upTo(40);
  const size = () =>
    dice.pick([`${dice.upTo(900)}`, `${dice.upTo(900)}.${dice.upTo(9)}K`, `${dice.upTo(90)}.4M`, "1.7G"]);
  return (
    `--- lbr ${dice.pick(["Rcs", "Binary", "Compress", "Uncompress"])}\n` +
    `---   opens+closes+checkins+exists ${some()}+${some()}+${some()}+${some()}\n` +
    `---   reads+readbytes+writes+writebytes ${some()}+${size()}+${some()}+${size()}\n` +
    `---   digests+filesizes+modtimes+copies ${some()}+${some()}+${some()}+${some()}\n`
  );
}

/** The estimates of a sync, right behind the end of its compute phase. */
function afterCompute(dice: Dice): string {
  const some = () => dice.upTo(5000);
  const files = `files added/updated/deleted=${some()}/${some()}/${some()}`;
  return `${BLOCK}Server network estimates: ${files}, bytes added/updated=${some() * 977}/${some() * 977}\n\n`;
}

/** Blocks on the way: an error message, a fetch by a replica (which never completes), a server lock, a trigger. */
function beforeEnd(dice: Dice, job: Job, pid: number): string {
  const at = time(job.startMs);
  const kinds = [
    `Perforce server error:\n\tDate ${at}:\n\tPid ${job.pid}\n\tOperation: ${job.cmd}\n\t//depot/... - no such file(s).\n\n`,
    `${BLOCK}${at} pid ${pid} svc_edge@unknown 10.1.1.9 [p4d/2023.2/LINUX26X86_64/2535420] 'rmt-FileFetch'\n\n`,
    `${BLOCK}${job.line}\n--- clients/u1%2Ews(W)\n---   total lock wait+held read/write 0ms+0ms/0ms+${dice.upTo(9)}ms\n\n`,
    `${BLOCK}${job.line} trigger swarm.job\nlapse ${lapse(dice.upTo(2000))}\n\n`,
  ];
  return dice.pick(kinds);
}

/** The end of a command whose process died: nothing more is printed of it. */
function vanished(job: Job): string {
  return `${BLOCK}${job.line} exited unexpectedly, removed from monitor table.\n\n`;
}

/** `2024/03/05 06:00:01 000000123 pid 4242: Server now has 3 paused threads.` */
function event(dice: Dice, nowMs: number): string {
  const head = `${time(nowMs)} ${String(dice.upTo(1e9)).padStart(9, "0")} pid 4242: `;
  if (dice.next() < 0.5) return `${head}Server now has ${dice.upTo(20)} paused threads.\n`;
  const rates = `Pause rate CPU ${dice.upTo(100)}%, mem ${dice.upTo(100)}%, CPU pressure ${dice.upTo(3)}, mem pressure ${dice.upTo(3)}`;
  return `${head}Server under resource pressure.  ${rates}\n`;
}
