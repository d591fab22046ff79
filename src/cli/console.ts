import { writeSync } from "node:fs";
import { EXIT, Interrupted } from "../base/errors.js";
import { printable, printableJson } from "../base/printable.js";
import type { ProgressEvent } from "../base/progress.js";
import { type Cell, formatRows, type Rows, type TableFormat } from "./format-rows.js";
import { isAsciiLocale } from "./locale.js";

/** How long Ctrl-C waits for work that can't look at the flag, such as reading a pipe nobody writes to. */
const PATIENCE_MS = 500;

/**
 * The terminal: results on stdout, talk on stderr, colour only where a person looks. Ctrl-C sets a flag that the work
 * sees at its next checkpoint; a second Ctrl-C ends at once.
 */
export class Console {
  exitCode = 0;
  quiet = false;
  json = false;
  ascii = isAsciiLocale(process.env);
  private interrupted = false;
  private lastLine = "";
  private lastShownMs = 0;
  private barShown = false;
  private readonly noColorFlag: boolean;

  constructor(argv: readonly string[]) {
    this.noColorFlag = argv.includes("--no-color");
    // Errors in the command line itself are found before any option is read.
    this.json = argv.includes("--json");
    process.on("SIGINT", this.onInterrupt);
    process.on("SIGTERM", this.onInterrupt);
    process.stdout.on("error", ignoreBrokenPipe);
  }

  close(): void {
    process.off("SIGINT", this.onInterrupt);
    process.off("SIGTERM", this.onInterrupt);
    this.clearBar();
  }

  out(text: string): void {
    this.clearBar();
    writeAll(1, text);
  }

  err(text: string): void {
    this.clearBar();
    writeAll(2, text);
  }

  /** Objects as the rows of a table. */
  table(rows: readonly object[], columns: readonly string[]): string {
    const cells = rows.map((row) => columns.map((name) => cellOf((row as Record<string, unknown>)[name])));
    return this.rows({ columns, rows: cells }, "table");
  }

  /** Rows of a query; a table is as wide as the terminal, or whole where there is none. */
  rows(result: Rows, format: TableFormat): string {
    const width = process.stdout.isTTY === true ? (process.stdout.columns ?? 80) : null;
    return formatRows(result, format, { width, ascii: this.ascii });
  }

  note(text: string): void {
    if (!this.quiet) this.err(`${printable(text)}\n`);
  }

  /** With --json the error is one JSON line on stderr, so that scripts need not parse English. */
  problem(message: string, hint: string | null, code: string): void {
    if (this.json) {
      this.err(`${printableJson(JSON.stringify({ error: { code, message, hint } }))}\n`);
      return;
    }
    this.err(`p4rca: ${printable(message)}\n${hint === null ? "" : `  ${printable(hint)}\n`}`);
  }

  /** NO_COLOR, TERM=dumb, --no-color and a pipe all mean plain text. */
  private get color(): boolean {
    const plain = this.noColorFlag || Boolean(process.env.NO_COLOR) || process.env.TERM === "dumb";
    return process.stdout.isTTY === true && !plain;
  }

  /** How the text report is to look; colour never goes into a file. */
  textOptions(output: string | undefined): { width: number; color: boolean; ascii: boolean } {
    return { width: this.width, color: this.color && output === undefined, ascii: this.ascii };
  }

  private get width(): number {
    return Math.min(Math.max(process.stdout.columns ?? 80, 40), 80);
  }

  checkpoint = (): void => {
    if (this.interrupted) throw new Interrupted();
  };

  /** A bar on a terminal, a line every five seconds elsewhere. */
  progress = (event: ProgressEvent): void => {
    if (this.quiet) return;
    const now = Date.now();
    const terminal = process.stderr.isTTY === true && process.env.TERM !== "dumb";
    if (this.lastShownMs === 0) this.lastShownMs = now - (terminal ? 0 : 1000);
    if (now - this.lastShownMs < (terminal ? 100 : 5000)) return;
    this.lastShownMs = now;
    const line = progressLine(event, terminal ? Math.max((process.stderr.columns ?? 80) - 1, 40) : 200);
    if (terminal) {
      writeAll(2, `\r\u001b[2K${line}`);
      this.barShown = true;
    } else if (line !== this.lastLine) {
      writeAll(2, `${line}\n`);
    }
    this.lastLine = line;
  };

  private clearBar(): void {
    if (!this.barShown) return;
    this.barShown = false;
    writeAll(2, "\r\u001b[2K");
  }

  private readonly onInterrupt = (): void => {
    if (this.interrupted) this.die();
    this.interrupted = true;
    // A kill at any moment leaves a case that opens, so waiting longer gains nothing.
    setTimeout(() => {
      const { message, hint, code } = new Interrupted();
      this.problem(message, hint, code);
      this.die();
    }, PATIENCE_MS).unref();
  };

  /** By the signal itself, which a shell reports as 130: process.exit() would wait for a thread that reads a pipe. */
  private die(): never {
    this.close();
    for (const cleanUp of process.listeners("exit")) cleanUp(EXIT.interrupted);
    process.kill(process.pid, "SIGINT");
    process.exit(EXIT.interrupted);
  }
}

function cellOf(value: unknown): Cell {
  if (typeof value === "number" || typeof value === "string") return value;
  if (value === null || value === undefined) return null;
  return Array.isArray(value) ? value.join("; ") : String(value);
}

function progressLine(event: ProgressEvent, width: number): string {
  const amount = (value: number) =>
    event.unit === "bytes" ? `${(value / 1e6).toFixed(value < 1e8 ? 1 : 0)} MB` : String(value);
  const part = event.total !== null && event.total > 0 ? Math.min(event.done / event.total, 1) : null;
  const bar =
    part === null
      ? ""
      : ` [${"#".repeat(Math.round(part * 20)).padEnd(20, ".")}] ${String(Math.floor(part * 100)).padStart(3)}%`;
  const done = event.done > 0 ? ` ${amount(event.done)}` : "";
  return `${event.stage}${bar}${done} ${printable(event.detail ?? "")}`.slice(0, width).trimEnd();
}

/** A pipe may take less than asked; EAGAIN means its reader is slow. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(fd, bytes, offset);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EPIPE") return;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
