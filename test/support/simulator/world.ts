import { type Discipline, Engine, type Process, type Script } from "./engine.js";
import type { Program } from "./programs.js";
import * as programs from "./programs.js";
import { Random } from "./random.js";

/** One simulated server: an engine, a population, a clock. Times are ms from the begin of the log. */
export class World {
  readonly engine: Engine;
  readonly random: Random;
  readonly users: number;
  captureTimes: number[] = [];
  /** A snapshot that reads the objects one after the other, this far apart. */
  captureSkewMs = 0;
  endMs = 0;
  /** Without root rights lslocks shows no path, only the inode. */
  pathsReadable = true;
  trackLevel: 1 | 3 = 1;
  convoy = false;
  /** Holders put there on purpose; what else blocks is chance. */
  readonly planted: Process[] = [];
  private nextPid: number;

  constructor(
    seed: number,
    readonly discipline: Discipline,
  ) {
    this.random = new Random(seed);
    this.engine = new Engine(discipline);
    this.users = this.random.int(12, 80);
    this.nextPid = this.random.int(1000, 30_000);
  }

  pid(): number {
    this.nextPid += this.random.int(1, 9);
    return this.nextPid;
  }

  workspace(): { user: string; workspace: string } {
    const who = this.random.int(1, this.users);
    return { user: `user${who}`, workspace: `ws${who}_${this.random.int(1, 2)}` };
  }

  start(atMs: number, program: Program, more: Partial<Script> = {}): Process {
    const who = this.workspace();
    const { cmd, args, steps } = program;
    return this.engine.add({ pid: more.pid ?? this.pid(), startMs: atMs, cmd, args, steps, ...who, ...more });
  }

  /** A fresh workspace, so that a crafted command does not by chance queue behind its own earlier one. */
  loner(): { user: string; workspace: string } {
    const id = this.nextPid + this.random.int(1, 9);
    return { user: `solo${id}`, workspace: `solo_ws${id}` };
  }

  /** Ordinary traffic from `fromMs` to `toMs`, `perSecond` commands on average. */
  traffic(fromMs: number, toMs: number, perSecond: number): void {
    const { random } = this;
    for (let at = fromMs; ; ) {
      at += (-Math.log(1 - random.next()) / perSecond) * 1000;
      if (at >= toMs) return;
      const who = this.workspace();
      this.start(at, this.ordinary(who.workspace), who);
    }
  }

  private ordinary(workspace: string): Program {
    const { random } = this;
    const dice = random.next();
    if (dice < 0.3)
      return programs.sync(
        random,
        workspace,
        random.chance(0.15) ? random.skewed(5000, 90_000) : random.skewed(20, 5000),
      );
    if (dice < 0.45) return programs.edit(random, workspace);
    if (dice < 0.6) return programs.changes(random);
    if (dice < 0.72) return programs.commit(random, workspace, random.skewed(20, 600));
    if (dice < 0.8) return programs.clientEdit(random, workspace);
    if (dice < 0.9) return programs.files(random, random.skewed(3, 400), random.skewed(5, 3000));
    if (dice < 0.94) return programs.label(random, random.skewed(5, 300));
    if (dice < 0.97) return programs.transmit(random, this.pid());
    return programs.reconcile(random, workspace, random.skewed(200, 8000));
  }

  /** Long work that hurts nobody: transfers that hold no table, and lockless scans. */
  bystanders(fromMs: number, count: number): void {
    const { random } = this;
    for (let i = 0; i < count; i++) {
      const who = this.loner();
      const at = fromMs + random.between(-40_000, 5000);
      const netMs = random.skewed(60_000, 900_000);
      if (random.chance(0.6)) this.start(Math.max(0, at), programs.sync(random, who.workspace, netMs), who);
      else this.start(Math.max(0, at), { cmd: "user-changes", args: "//...", steps: [{ do: "work", ms: netMs }] }, who);
    }
  }
}
