import { COMMAND_FLAG } from "../../../contracts/record-batch.js";
import type { OpenCommand } from "./open-command.js";

/** Log seconds a command without its track block is kept after its end (log2sql: 3 s, and then it reports it twice). */
const WAIT_FOR_TRACK_S = 60;
/** Log seconds a complete command is kept, so that an equal line of the same second is known as a repeat. */
const WAIT_WHEN_COMPLETE_S = 2;
const MOST_WAITING = 50_000;
const MOST_COMPLETE = 5_000;
/** In a log without completions everything ever started counts as open: so many are kept in mind. */
const MOST_ENDLESS = 50_000;
/** A step back of more than this is a clock change (summer time), not disorder between processes. */
const CLOCK_STEP_S = 60;

/** Former commands of one pid that are kept at least; p4d writes a track block at once or soon, not dozens of commands later. */
const MOST_FORMER = 32;

/** First the oldest. What has left the queue is not held on to: it would be moved about with every collection. */
class DueQueue {
  private commands: (OpenCommand | null)[] = [];
  private dues: number[] = [];
  private head = 0;

  constructor(private readonly most: number) {}

  add(command: OpenCommand, due: number): void {
    this.commands.push(command);
    this.dues.push(due);
  }

  get isOverfull(): boolean {
    return this.commands.length - this.head > this.most;
  }

  /** The next command whose time has come, or null. */
  next(tick: number): OpenCommand | null {
    while (this.head < this.commands.length) {
      const due = this.dues[this.head] as number;
      if (due > tick && !this.isOverfull) return null;
      const command = this.commands[this.head] as OpenCommand;
      this.commands[this.head++] = null;
      this.compact();
      if (!command.emitted && command.due === due) return command;
    }
    return null;
  }

  /** Commands that are due, in order. */
  *due(): Generator<OpenCommand> {
    for (let at = this.head; at < this.commands.length; at++) {
      const command = this.commands[at] as OpenCommand;
      if (!command.emitted && command.due === this.dues[at]) yield command;
    }
  }

  private compact(): void {
    if (this.head < 1024 || this.head * 2 < this.commands.length) return;
    this.commands = this.commands.slice(this.head);
    this.dues = this.dues.slice(this.head);
    this.head = 0;
  }
}

/** OpenCommands as plain values; commands by their place in `rest`. */
export interface OpenMemory {
  readonly tick: number;
  readonly running: number;
  readonly lastS: number | null;
  readonly counted: readonly number[];
  readonly waiting: readonly number[];
  readonly complete: readonly number[];
}

/**
 * Commands in memory, by pid: the newest in front, older ones of the same pid behind it while their track block may
 * still come. Commands leave by log time, which only runs forward here whatever the clock does.
 */
export class OpenCommands {
  private readonly byPid = new Map<number, OpenCommand>();
  private readonly complete = new DueQueue(MOST_COMPLETE);
  private readonly waiting = new DueQueue(MOST_WAITING);
  private tick = 0;
  private lastS = Number.NaN;
  /** The oldest commands when last looked, the next to go at the end. */
  private oldest: OpenCommand[] = [];
  /** Commands counted as running. */
  running = 0;
  /** The log tells of ends, so that what is open may well be. */
  private sawEnds = false;

  constructor(
    private readonly emit: (command: OpenCommand) => void,
    private readonly forgetOpen: (command: OpenCommand) => void,
    private readonly most: number,
  ) {}

  newest(pid: number): OpenCommand | undefined {
    return this.byPid.get(pid);
  }

  add(command: OpenCommand): void {
    command.older = this.byPid.get(command.pid) ?? null;
    if (command.older !== null) this.byPid.delete(command.pid); // so that the map is in order of arrival
    this.byPid.set(command.pid, command);
    this.trim(command);
    if (this.byPid.size > (this.sawEnds ? this.most : MOST_ENDLESS)) this.forgetOldest();
  }

  /** Behind the newest command of its pid: a command known only from a late track block. */
  addOlder(command: OpenCommand, newest: OpenCommand): void {
    command.older = newest.older;
    newest.older = command;
    newest.depth++;
  }

  /** Lets the oldest of a long row of commands of one pid go, so that searching the row stays cheap. */
  private trim(newest: OpenCommand): void {
    newest.depth = (newest.older?.depth ?? 0) + 1;
    if (newest.depth <= 2 * MOST_FORMER) return;
    let last = newest;
    for (let kept = 0; kept < MOST_FORMER && last.older !== null; kept++) last = last.older;
    const former: OpenCommand[] = [];
    for (let command = last.older; command !== null; command = command.older) former.push(command);
    last.older = null;
    newest.depth = MOST_FORMER;
    for (const command of former.reverse()) {
      this.uncount(command);
      this.emit(command);
    }
  }

  count(command: OpenCommand): void {
    command.counted = true;
    this.running++;
  }

  /** A completion or a final track block has come. */
  seeEnd(): void {
    this.sawEnds = true;
  }

  /** The command no longer runs. */
  uncount(command: OpenCommand): void {
    if (!command.counted) return;
    command.counted = false;
    if (this.running > 0) this.running--;
  }

  /** Plans when an ended command leaves memory. */
  settle(command: OpenCommand): void {
    const whole = COMMAND_FLAG.hasStart | COMMAND_FLAG.hasCompletion | COMMAND_FLAG.hasTables;
    const complete = (command.flags & whole) === whole;
    const due = this.tick + (complete ? WAIT_WHEN_COMPLETE_S : WAIT_FOR_TRACK_S);
    if (command.due === due) return;
    command.due = due;
    const queue = complete ? this.complete : this.waiting;
    queue.add(command, due);
    if (queue.isOverfull) this.release();
  }

  /** Log time has reached `timeS`; `exact` for lines whose time is when they were written. */
  advance(timeS: number, exact: boolean): void {
    if (timeS > this.lastS) {
      this.tick += timeS - this.lastS;
      this.lastS = timeS;
      this.release();
    } else if (Number.isNaN(this.lastS) || (exact && timeS < this.lastS - CLOCK_STEP_S)) this.lastS = timeS;
  }

  /** `commands`: what `rest` gives. */
  memory(commands: readonly OpenCommand[]): OpenMemory {
    const place = new Map(commands.map((command, index) => [command, index]));
    const placesOf = (queue: DueQueue) => [...queue.due()].flatMap((command) => place.get(command) ?? []);
    const { tick, running } = this;
    const lastS = Number.isNaN(this.lastS) ? null : this.lastS;
    const counted = commands.flatMap((command, index) => (command.counted ? [index] : []));
    return { tick, running, lastS, counted, waiting: placesOf(this.waiting), complete: placesOf(this.complete) };
  }

  /** Takes up `memory`; the commands have their `due` already. */
  resume(commands: readonly OpenCommand[], memory: OpenMemory): void {
    this.tick = memory.tick;
    this.running = memory.running;
    this.lastS = memory.lastS ?? Number.NaN;
    for (const command of commands) {
      command.older = this.byPid.get(command.pid) ?? null;
      command.depth = (command.older?.depth ?? 0) + 1;
      this.byPid.set(command.pid, command);
    }
    for (const index of memory.counted) if (commands[index] !== undefined) commands[index].counted = true;
    for (const queue of ["waiting", "complete"] as const) {
      for (const index of memory[queue]) {
        const command = commands[index];
        if (command !== undefined) this[queue].add(command, command.due);
      }
    }
  }

  /** Everything that is left, by pid in the order of their newest commands. */
  *rest(): Generator<OpenCommand> {
    for (const newest of this.byPid.values()) {
      const chain: OpenCommand[] = [];
      for (let command: OpenCommand | null = newest; command !== null; command = command.older) chain.push(command);
      yield* chain.reverse();
    }
  }

  private release(): void {
    for (const queue of [this.complete, this.waiting]) {
      for (let command = queue.next(this.tick); command !== null; command = queue.next(this.tick)) {
        this.remove(command);
        this.emit(command);
      }
    }
  }

  private remove(command: OpenCommand): void {
    this.uncount(command);
    const newest = this.byPid.get(command.pid);
    if (newest === command) {
      if (command.older === null) this.byPid.delete(command.pid);
      else this.byPid.set(command.pid, command.older);
      return;
    }
    for (let at = newest ?? null; at !== null; at = at.older) {
      if (at.older !== command) continue;
      at.older = command.older;
      return;
    }
  }

  private forgetOldest(): void {
    let command = this.oldest.pop();
    while (command?.emitted === true) command = this.oldest.pop();
    if (command === undefined) {
      this.oldest = this.findOldest();
      command = this.oldest.pop() as OpenCommand;
    }
    this.remove(command);
    this.forgetOpen(command);
  }

  /** Some of all, so that looking for them is rare: entries that left stand in the way at the front of a map. */
  private findOldest(): OpenCommand[] {
    const most = Math.max(1, this.byPid.size >> 3);
    const found: OpenCommand[] = [];
    for (const command of this.byPid.values()) if (found.push(command) >= most) break;
    return found.reverse();
  }
}
