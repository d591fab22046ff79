import type { Errand } from "./everyday-commands.js";
import { liveThrough, runAll } from "./everyday-life.js";
import { LockWorld } from "./lock-world.js";
import { type LogPiece, LogRecorder, type TrackLevel } from "./log-recorder.js";
import { hire, type Person } from "./people.js";
import { type Random, seededRandom } from "./random.js";
import { type Snapshot, takeSnapshot } from "./snapshot.js";
import type { Run } from "./world-shapes.js";

export interface DayOptions {
  readonly seed: number;
  /** Local ms, as all instants here. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly trackLevel: TrackLevel;
  readonly people: number;
  readonly pauseMs: number;
  readonly firstPid: number;
  readonly root: string;
  readonly submits?: boolean;
}

/** One file of a rotated log. */
export interface LogPart {
  readonly text: string;
  readonly endMs: number;
}

/** One stretch of a server's life: everyday traffic, and whatever a scenario adds. */
export class ServerDay {
  readonly random: Random;
  readonly people: Person[];
  readonly log: LogRecorder;
  readonly world: LockWorld;
  readonly snapshots: Snapshot[] = [];
  private pid: number;
  private readonly taken = new Set<number>();

  constructor(readonly options: DayOptions) {
    this.random = seededRandom(options.seed);
    this.people = hire(this.random, options.people);
    this.log = new LogRecorder(options.trackLevel);
    this.world = new LockWorld(options.fromMs, this.log);
    this.pid = options.firstPid;
    const { fromMs, untilMs, pauseMs } = options;
    const nextPid = () => this.nextPid();
    const { random, people } = this;
    liveThrough(this.world, { random, people, fromMs, untilMs, pauseMs, nextPid, submits: options.submits ?? true });
  }

  /** Everyday pids are even, so that a guest's, drawn before its time comes, is never one of them. */
  nextPid(): number {
    this.pid += 2 * this.random.between(1, 3);
    return this.pid;
  }

  private guestPid(atMs: number): number {
    const { fromMs, people, pauseMs, firstPid } = this.options;
    let pid = (firstPid + Math.floor(((atMs - fromMs) / pauseMs) * people * 3.6)) | 1;
    while (this.taken.has(pid)) pid += 2;
    this.taken.add(pid);
    return pid;
  }

  /** Runs errands on one connection and gives its pid; what became of them is known after `finish`. */
  run(atMs: number, who: Person, errands: readonly Errand[], pid = this.guestPid(atMs)): number {
    this.world.at(atMs, () => runAll(this.world, who, errands, pid));
    return pid;
  }

  /** A replica asks for journal again and again; it waits until there is some. */
  feedReplica(user: string, ip: string): void {
    const who: Person = { user, workspace: "unknown", ip, app: "p4d/2023.2/LINUX26X86_64/2535420", role: "monitor" };
    const pid = this.nextPid();
    const ask = () => {
      const waitMs = this.random.between(800, 26_000);
      const errand: Errand = { cmd: "rmt-Journal", args: "", steps: [{ idle: waitMs }, { work: 1 }] };
      if (this.world.nowMs + waitMs < this.options.untilMs) runAll(this.world, who, [errand], pid, ask);
    };
    this.world.at(this.options.fromMs + 1500, ask);
  }

  /** What every log has and what means nothing: a user's mistake, a client that went away. */
  grumble(): void {
    const { fromMs, untilMs } = this.options;
    for (let atMs = fromMs + 70_000; atMs < untilMs; atMs += this.random.between(90_000, 300_000)) {
      const who = this.random.pick(this.people);
      const pid = this.nextPid();
      this.log.write(atMs, pid, "line", (log) => {
        const command = { ...who, pid, startMs: atMs - 31_000, cmd: "IDLE" };
        if (this.random.next() < 0.3) log.exitedUnexpectedly(command);
        else log.error(atMs, pid, "user-resolved", [`//${who.workspace}/... - no file(s) resolved.`]);
      });
    }
  }

  /** Somebody looks at the server: monitor, lslocks and lsof. */
  lookAt(atMs: number): void {
    this.world.at(atMs, () => this.snapshots.push(takeSnapshot(this.world, this.options.root)));
  }

  finish(): void {
    this.world.runUntil(this.options.untilMs);
  }

  runOf(pid: number, cmd: string): Run {
    const found = this.world.all.find((run) => run.plan.pid === pid && run.plan.cmd === cmd);
    if (found === undefined) throw new Error(`no ${cmd} with pid ${pid}`);
    return found;
  }

  /** Commands that waited a second or more for locks, with what they waited, still waiting included. */
  victims(): { run: Run; waitMs: number }[] {
    return this.world.all
      .map((run) => {
        const open = run.waitingFor === null ? 0 : this.options.untilMs - run.waitingFor.sinceMs;
        return { run, waitMs: [...run.uses.values()].reduce((sum, use) => sum + use.waitMs, open) };
      })
      .filter(({ waitMs }) => waitMs >= 1000);
  }

  /**
   * The log, cut at each instant as a rotation may cut it: after `inTrack` in the middle of the next track block, so that
   * its second half opens the next part.
   */
  rotate(cuts: readonly { readonly atMs: number; readonly inTrack?: boolean }[]): LogPart[] {
    const parts: LogPart[] = [];
    let text = "";
    for (const piece of this.orderedPieces()) {
      const next = cuts[parts.length];
      if (next === undefined || piece.atMs < next.atMs || (next.inTrack === true && !longTrack(piece))) {
        text += piece.text;
        continue;
      }
      const lines = piece.text.split(/(?<=\n)/);
      const keep = next.inTrack === true ? Math.ceil(lines.length / 2) : 0;
      parts.push({ text: text + lines.slice(0, keep).join(""), endMs: piece.atMs });
      text = lines.slice(keep).join("");
    }
    return [...parts, { text, endMs: this.options.untilMs }];
  }

  private orderedPieces(): LogPiece[] {
    return this.log.pieces
      .map((piece, index) => ({ piece, index }))
      .sort((a, b) => a.piece.atMs - b.piece.atMs || a.index - b.index)
      .map(({ piece }) => piece);
  }
}

function longTrack(piece: LogPiece): boolean {
  return piece.kind === "track" && piece.text.split("\n").length >= 10;
}
