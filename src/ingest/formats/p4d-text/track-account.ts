import type { Block, BlockSink } from "./block.js";
import type { CommandLine } from "./command-line.js";
import type { Interner } from "./interner.js";
import type { LogStats } from "./log-stats.js";
import { OpenCommand } from "./open-command.js";
import { TrackLines } from "./track-lines.js";

/** Accounts for the lines of blocks that are not taken here but by the join of two files. Makes no records. */
export class TrackAccount implements BlockSink {
  private readonly lines: TrackLines;

  constructor(names: Interner, stats: LogStats) {
    this.lines = new TrackLines(names, stats, { cite: () => {}, remark: () => {} });
  }

  account(block: Block): void {
    if (block.to === block.track) return;
    const scratch = new OpenCommand(0, 0, 0, 0);
    this.lines.apply(block.table, block.track, block.to, scratch, "");
  }

  command(_line: CommandLine, block: Block): void {
    this.account(block);
  }
  completed(): void {}
  compute(): void {}
  estimates(): void {}
  error(): void {}
  event(): void {}
}
