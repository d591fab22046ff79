import { liveThrough, runAll } from "./everyday-life.js";
import type { Errand } from "./everyday-commands.js";
import { LockWorld, type Run } from "./lock-world.js";
import { type LogPiece, LogRecorder, type TrackLevel } from "./log-recorder.js";
import { hire, type Person } from "./people.js";
import { type Random, seededRandom } from "./random.js";
import { type Snapshot, takeSnapshot } from "./snapshot.js";

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
}

/** One stretch of a server's life: everyday traffic, and whatever a scenario adds. */
export class ServerDay {
  readonly random: Random;
  readonly people: Person[];
  readonly log: LogRecorder;
  readonly world: LockWorld;
  readonly snapshots: Snapshot[] = [];
  private pid: number;

  constructor(readonly options: DayOptions) {
    this.random = seededRandom(options.seed);
    this.people = hire(this.random, options.people);
    this.log = new LogRecorder(options.trackLevel);
    this.world = new LockWorld(options.fromMs, this.log);
    this.pid = options.firstPid;
    const { fromMs, untilMs, pauseMs } = options;
    const nextPid = () => this.nextPid();
    liveThrough(this.world, { random: this.random, people: this.people, fromMs, untilMs, pauseMs, nextPid });
  }

  nextPid(): number {
    this.pid += this.random.between(1, 6);
    return this.pid;
  }

  /** Runs errands on one connection; the promise-free way to get at the runs is `finish`. */
  run(atMs: number, who: Person, errands: readonly Errand[], pid = this.nextPid()): number {
    this.world.at(atMs, () => runAll(this.world, who, errands, pid));
    return pid;
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
  rotate(cuts: readonly { readonly atMs: number; readonly inTrack?: boolean }[]): string[] {
    const parts: string[] = [];
    let part = "";
    let cut = 0;
    for (const piece of this.orderedPieces()) {
      const next = cuts[cut];
      if (next === undefined || piece.atMs < next.atMs || (next.inTrack === true && !longTrack(piece))) {
        part += piece.text;
        continue;
      }
      const lines = piece.text.split(/(?<=\n)/);
      const keep = next.inTrack === true ? Math.ceil(lines.length / 2) : 0;
      parts.push(part + lines.slice(0, keep).join(""));
      part = lines.slice(keep).join("");
      cut++;
    }
    return [...parts, part];
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
