import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What a program cost, with all the processes that it started. */
export interface Measurement {
  readonly wallS: number;
  readonly userS: number;
  readonly systemS: number;
  /** Most memory resident at once in all its processes together; pages they share count in each. */
  readonly peakMb: number;
  /** The end of what it printed. */
  readonly stdout: string;
}

/** Runs the program, then tells what this shell's waited-for children took: exact, whatever they started themselves. */
const WRAPPER = `"$@" 3>&-; code=$?; read -r stat < /proc/self/stat; echo "$stat" >&3; exit $code`;
const SAMPLE_MS = 50;
/** Clock ticks a second in /proc, the same on every Linux. */
const TICKS = 100;

/** Runs a program to its end. Throws with the end of its stderr when it fails. */
export async function measure(command: readonly string[]): Promise<Measurement> {
  const fromNs = process.hrtime.bigint();
  const shell = spawn("sh", ["-c", WRAPPER, "sh", ...command], { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const memory = new TreeMemory(shell.pid ?? 0);
  const timer = setInterval(() => memory.sample(), SAMPLE_MS);
  let complaint = "";
  let stdout = "";
  let stat = "";
  shell.stdout?.on("data", (text: Buffer) => {
    stdout = (stdout + text.toString()).slice(-2000);
  });
  shell.stderr?.on("data", (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-2000);
  });
  shell.stdio[3]?.on("data", (text: Buffer) => {
    stat += text.toString();
  });
  const code = await new Promise<number | null>((resolve) => shell.once("close", resolve));
  const wallS = Number(process.hrtime.bigint() - fromNs) / 1e9;
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${complaint}`);
  // 4242 (sh) S 1 …: cutime and cstime are fields 16 and 17 of proc(5), counted from 1.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const cpu = { userS: Number(fields[13]) / TICKS, systemS: Number(fields[14]) / TICKS };
  return { wallS, ...cpu, peakMb: memory.peakMb(), stdout };
}

/**
 * The memory of a shell's descendants. Linux keeps each process's own peak, so one look late in its life is enough; only
 * the sum over several processes depends on when one looks.
 */
class TreeMemory {
  private sumKb = 0;
  private singleKb = 0;

  constructor(private readonly shellPid: number) {}

  sample(): void {
    let sumKb = 0;
    for (const pid of descendants(this.shellPid)) {
      const status = readOr(`/proc/${pid}/status`, "");
      sumKb += kilobytes(status, "VmRSS");
      this.singleKb = Math.max(this.singleKb, kilobytes(status, "VmHWM"));
    }
    this.sumKb = Math.max(this.sumKb, sumKb);
  }

  peakMb(): number {
    return (Math.max(this.sumKb, this.singleKb) * 1024) / 1e6;
  }
}

function descendants(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) =>
    readOr(`/proc/${pid}/task/${thread}/children`, "").split(" ").filter(Boolean).map(Number),
  );
  return [...children, ...children.flatMap(descendants)];
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it has just ended
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return otherwise; // it has just ended
  }
}

/** `VmHWM:	  123456 kB` */
function kilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
}
