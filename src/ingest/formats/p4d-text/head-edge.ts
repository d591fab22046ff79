import type { Block, PhaseLine } from "./block.js";
import type { CommandLine } from "./command-line.js";
import { isNoCompletionKind } from "./command-rules.js";
import type { EdgeCollector } from "./edge-collector.js";
import type { LogStats } from "./log-stats.js";
import { lapseMsOf, TRACK } from "./track-survey.js";

/** Sends blocks about commands of the file before this one to the edge; takes none when two files are being joined. */
export class HeadEdge {
  constructor(
    private readonly edges: EdgeCollector | null,
    private readonly stats: LogStats,
  ) {}

  markStarted(pid: number): void {
    this.edges?.markStarted(pid);
  }

  /** A completion or `compute end` of a pid nothing began on here: it began in an earlier file, or its start is lost. */
  takesPhase(line: PhaseLine, block: Block, running: number): boolean {
    const { edges } = this;
    if (edges === null || (edges.hasStarted(line.pid) && !edges.followsHead(line.pid))) return false;
    return this.keep(block, line.pid, running);
  }

  /** A track block whose start line is older than the file. */
  takesTrack(line: CommandLine, block: Block, survey: number, running: number): boolean {
    const { edges, stats } = this;
    if (edges === null) return false;
    const started = edges.hasStarted(line.pid);
    const laterPart = survey === TRACK.replica && !started && !isBackground(block);
    if (!laterPart && !edges.isEarlier(line.pid, line.startS, stats)) return false;
    if (survey === TRACK.final && Number.isNaN(stats.firstS)) {
      stats.estimate(line.startS + Math.floor(lapseMsOf(block) / 1000));
    }
    return this.keep(block, started ? null : line.pid, running);
  }

  /** What names a pid that did not begin here: an error block, or the end of its process. */
  takesMention(pid: number, block: Block, running: number): boolean {
    if (this.edges === null || Number.isNaN(pid) || this.edges.hasStarted(pid)) return false;
    return this.keep(block, null, running);
  }

  keep(block: Block, pid: number | null, running: number): boolean {
    if (this.edges === null) return false;
    if (this.edges.keep(block, pid, running)) return true;
    this.stats.warn("edge-overflow", block.table, block.message);
    return false;
  }
}

/** `... [p4d/2018.1] 'pull -u -i 1'` */
function isBackground({ table, message }: Block): boolean {
  const text = table.text(message);
  const called = text.slice(text.indexOf("] '") + 3, text.lastIndexOf("'"));
  const space = called.indexOf(" ");
  return isNoCompletionKind(space < 0 ? called : called.slice(0, space), space < 0 ? null : called.slice(space + 1));
}
