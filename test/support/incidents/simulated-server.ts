import type { MonitorRow } from "../capture-writer.js";
import type { Errand } from "../fixture-scenarios/everyday-commands.js";
import { liveThrough, runAll } from "../fixture-scenarios/everyday-life.js";
import type { HostFacts } from "../fixture-scenarios/fixture-files.js";
import { LockWorld } from "../fixture-scenarios/lock-world.js";
import { type LogHabits, type LogPiece, LogRecorder, type TrackLevel } from "../fixture-scenarios/log-recorder.js";
import { hire, type Person } from "../fixture-scenarios/people.js";
import type { Random } from "../fixture-scenarios/random.js";
import { type Snapshot, takeSnapshot } from "../fixture-scenarios/snapshot.js";
import type { Plan, Run, Step } from "../fixture-scenarios/world-shapes.js";
import type { P4LogWriter } from "../p4log-writer.js";

export interface ServerOptions {
  readonly random: Random;
  readonly host: HostFacts;
  /** Local ms, as all instants here. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly trackLevel: TrackLevel;
  readonly habits: LogHabits;
  readonly people: number;
  /** Mean pause of a person between two commands. */
  readonly pauseMs: number;
  readonly submits: boolean;
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A file the collector saved on the host beside log and captures. */
export interface HostFile {
  readonly atMs: number;
  readonly folder: "captures" | "system";
  readonly name: string;
  readonly command: string;
  readonly body: string;
}

/** One server's stretch of life: everyday traffic, and whatever a kind does to it. */
export class SimulatedServer {
  readonly people: Person[];
  readonly world: LockWorld;
  readonly recorder: LogRecorder;
  readonly snapshots: Snapshot[] = [];
  readonly hostFiles: HostFile[] = [];
  readonly syslogLines: { readonly atMs: number; readonly text: string }[] = [];
  /** Rows that every `p4 monitor show` has besides the commands of the world. */
  readonly standingRows: MonitorRow[] = [];
  /** Local ms after which nothing of the log was saved. */
  logEndsMs: number | null = null;
  private readonly reshapes: (Stretch & { change: (plan: Plan) => Plan | null })[] = [];
  private readonly delays: (Stretch & { extraMs: (run: Run, step: Step) => number })[] = [];
  private lastPid: number;
  private readonly firstPid: number;
  private readonly guestPids = new Set<number>();

  constructor(readonly options: ServerOptions) {
    const { random, fromMs, untilMs, pauseMs, submits } = options;
    this.lastPid = random.between(1100, 900_000) * 2;
    this.firstPid = this.lastPid;
    this.people = hire(random, options.people);
    this.recorder = new LogRecorder(options.trackLevel, options.habits);
    this.world = new LockWorld(fromMs, this.recorder, {
      admit: (plan, nowMs) => this.admit(plan, nowMs),
      delayMs: (run, step, nowMs) => this.delayOf(run, step, nowMs),
    });
    const nextPid = () => this.nextPid();
    liveThrough(this.world, { random, people: this.people, fromMs, untilMs, pauseMs, nextPid, submits });
  }

  get host(): HostFacts {
    return this.options.host;
  }

  get peopleAtDesks(): Person[] {
    return this.people.filter(({ role }) => role === "artist" || role === "programmer");
  }

  /** Everyday pids are even and rise with time, as a kernel gives them. */
  nextPid(): number {
    this.lastPid += 2 * this.options.random.between(1, 3);
    return this.lastPid;
  }

  /** A pid for a guest who comes at `atMs`: odd, so that no everyday command has it, and about where the others then are. */
  guestPid(atMs: number): number {
    const { fromMs, people, pauseMs } = this.options;
    const perMs = (people * 4) / (pauseMs + 1500);
    let pid = (this.firstPid + Math.floor((atMs - fromMs) * perMs)) | 1;
    while (this.guestPids.has(pid)) pid += 2;
    this.guestPids.add(pid);
    return pid;
  }

  /** Somebody who is not part of the everyday traffic. */
  guest(more: Partial<Person> = {}): Person {
    const { random } = this.options;
    const name = random.pick([
      "nightly",
      "relmgr",
      "ines",
      "otto2",
      "qa_bot",
      "dana",
      "p4admin",
      "wes",
      "lotte",
      "raj",
    ]);
    const user = more.user ?? `${name}${random.between(1, 9)}`;
    const ip = `10.${random.between(20, 32)}.${random.between(0, 9)}.${random.between(10, 250)}`;
    const app = random.pick([
      "p4/2021.1/LINUX26X86_64/2156517",
      "Helix P4V/NTX64/2023.3/2495381/v94",
      "p4/2023.2/NTX64/2519561",
    ]);
    return {
      user,
      workspace: `${user}_${random.pick(["ws", "main", "dev.main", "rpt"])}`,
      ip,
      app,
      role: "programmer",
      ...more,
    };
  }

  /** Runs errands on one connection and gives its pid. */
  run(atMs: number, who: Person, errands: readonly Errand[], pid = this.guestPid(atMs)): number {
    this.world.at(atMs, () => runAll(this.world, who, errands, pid));
    return pid;
  }

  /** `errands()` again and again, `pauseMs` apart, until `untilMs`; each time a connection of its own unless `pid` is given. */
  repeat(
    fromMs: number,
    untilMs: number,
    who: Person,
    errands: () => readonly Errand[],
    pauseMs: () => number,
    pid?: number,
  ): void {
    const once = () => {
      if (this.world.nowMs >= untilMs) return;
      const again = () => this.world.at(this.world.nowMs + pauseMs(), once);
      runAll(this.world, who, errands(), pid ?? this.nextPid(), again);
    };
    this.world.at(fromMs, once);
  }

  /** What becomes of commands that start in a stretch: the same, another plan, or null when they get no answer at all. */
  reshape(fromMs: number, toMs: number, change: (plan: Plan) => Plan | null): void {
    this.reshapes.push({ fromMs, toMs, change });
  }

  /** Ms a step takes beyond its own while it begins in a stretch; it is no CPU time. */
  delay(fromMs: number, toMs: number, extraMs: (run: Run, step: Step) => number): void {
    this.delays.push({ fromMs, toMs, extraMs });
  }

  /** Ends processes without a word in the log; tells `then` which, so that it can write what p4d found later. */
  kill(atMs: number, which: (run: Run) => boolean, then: (killed: readonly Run[]) => void = () => {}): void {
    this.world.at(atMs, () => {
      const killed = [...this.world.running].filter(which);
      for (const run of killed) this.world.kill(run);
      then(killed);
    });
  }

  /** Nobody gets in; who is in stays. */
  down(fromMs: number, toMs: number): void {
    this.reshape(fromMs, toMs, () => null);
  }

  /** One or more blocks of the P4LOG that belong to no command of the world. */
  log(atMs: number, fill: (log: P4LogWriter) => void, pid = 0): void {
    this.recorder.write(atMs, pid, "line", fill);
  }

  /** `2024-06-11T12:00:01+0200 host TAG: text`, as `journalctl -o short-iso` prints it. */
  syslog(atMs: number, tag: string, text: string): void {
    const minutes = Math.abs(this.host.offsetMinutes);
    const two = (value: number) => String(value).padStart(2, "0");
    const zone = `${this.host.offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
    const stamp = new Date(Math.floor(atMs / 1000) * 1000).toISOString().slice(0, 19);
    this.syslogLines.push({ atMs, text: `${stamp}${zone} ${this.host.host} ${tag}: ${text}\n` });
  }

  /** `system/NAME.txt` or `captures/NAME.txt` with the collector's head over it; NAME tells what it is, as the collector's do. */
  systemFile(atMs: number, name: string, command: string, body: string, folder: HostFile["folder"] = "system"): void {
    this.hostFiles.push({ atMs, folder, name, command, body });
  }

  /** Somebody looks at the server: monitor, lslocks and lsof. */
  lookAt(atMs: number): void {
    this.world.at(atMs, () => {
      const seen = takeSnapshot(this.world, this.host.root);
      this.snapshots.push({ ...seen, monitor: [...seen.monitor, ...this.standingRows] });
    });
  }

  /** Two looks ten seconds apart, as the collector takes them. */
  lookTwice(atMs: number): void {
    this.lookAt(atMs);
    this.lookAt(atMs + 10_000);
  }

  finish(): void {
    this.world.runUntil(this.options.untilMs);
  }

  runsOf(pid: number): Run[] {
    return this.world.all.filter((run) => run.plan.pid === pid);
  }

  /** What was written, in the order of time. */
  pieces(): LogPiece[] {
    const endMs = this.logEndsMs ?? this.options.untilMs;
    return this.recorder.pieces
      .map((piece, index) => ({ piece, index }))
      .filter(({ piece }) => piece.atMs <= endMs)
      .sort((a, b) => a.piece.atMs - b.piece.atMs || a.index - b.index)
      .map(({ piece }) => piece);
  }

  private admit(plan: Plan, nowMs: number): Plan | null {
    let now: Plan | null = plan;
    for (const { fromMs, toMs, change } of this.reshapes) {
      if (now !== null && nowMs >= fromMs && nowMs < toMs) now = change(now);
    }
    return now;
  }

  private delayOf(run: Run, step: Step, nowMs: number): number {
    let extra = 0;
    for (const { fromMs, toMs, extraMs } of this.delays) {
      if (nowMs >= fromMs && nowMs < toMs) extra += extraMs(run, step);
    }
    return Math.round(extra);
  }
}
