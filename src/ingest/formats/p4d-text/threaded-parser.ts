import type { Worker } from "node:worker_threads";
import type { ParseOutcome, RecordOutlet, RecordParser, SourceInfo } from "../../evidence-format.js";
import { canThread, giveBack, takeThread } from "../../parse-thread.js";
import { isReusable } from "./batch-builder.js";
import { LogParser } from "./log-parser.js";
import { type BatchGate, type FromWorker, type PackedBatch, type ToWorker, unpack } from "./worker-wire.js";

/** Files smaller than this are parsed at once: a thread would cost more than it saves. */
const THREAD_FROM_BYTES = 256 << 10;
/**
 * Bytes given to the thread and not yet worked off; beyond it the next `push` waits. Enough to keep the thread busy while
 * the other one commits, and a bound on memory whatever the writer's speed.
 */
const MOST_IN_FLIGHT_BYTES = 8 << 20;

/** Parses small files in the calling thread, and the rest of larger ones in a thread of its own. */
export class ThreadedParser implements RecordParser {
  private waiting: Uint8Array[] | null = [];
  private waitingBytes = 0;
  private parser: RecordParser | null = null;

  constructor(
    private readonly source: SourceInfo,
    private readonly outlet: RecordOutlet,
    private readonly threads: boolean = canThread,
  ) {}

  push(chunk: Uint8Array): void | Promise<void> {
    if (this.parser !== null) return this.parser.push(chunk);
    this.waiting?.push(chunk);
    this.waitingBytes += chunk.length;
    if (this.waitingBytes < THREAD_FROM_BYTES) return;
    return this.start(
      this.threads ? new WorkerParser(this.source, this.outlet) : new LogParser(this.source, this.outlet),
    );
  }

  async end(torn = false): Promise<ParseOutcome> {
    if (this.parser === null) await this.start(new LogParser(this.source, this.outlet));
    return (this.parser as RecordParser).end(torn);
  }

  abort(): void {
    this.waiting = null;
    this.parser?.abort();
  }

  private async start(parser: RecordParser): Promise<void> {
    const { waiting } = this;
    this.waiting = null;
    this.parser = parser;
    for (const chunk of waiting ?? []) await parser.push(chunk);
  }
}

/** The side of the calling thread: chunks go out, batches come in and straight to the outlet. */
class WorkerParser implements RecordParser {
  private readonly worker: Worker;
  private readonly gate: BatchGate;
  private readonly inFlight: number[] = [];
  private inFlightBytes = 0;
  private failure: unknown = null;
  private outcome: ParseOutcome | null = null;
  /** Wakes whoever waits for the state to change. */
  private wake: () => void = () => {};
  private readonly onMessage = (message: FromWorker) => this.receive(message);
  private readonly onError = (error: unknown) => this.fail(error);

  constructor(
    source: SourceInfo,
    private readonly outlet: RecordOutlet,
  ) {
    ({ worker: this.worker, gate: this.gate } = takeThread());
    this.worker.on("message", this.onMessage);
    this.worker.on("error", this.onError);
    // The rest of the source (functions, shared maps) does not cross to a thread, and a P4LOG's parser needs none of it.
    const { sourceId, path, modifiedMs, maxLineBytes } = source;
    this.send({ kind: "open", source: { sourceId, path, modifiedMs, maxLineBytes } }, []);
  }

  push(chunk: Uint8Array): void | Promise<void> {
    this.throwFailure();
    const own = chunk.byteLength === chunk.buffer.byteLength ? chunk : chunk.slice();
    this.inFlight.push(own.length);
    this.inFlightBytes += own.length;
    this.send({ kind: "push", chunk: own }, [own.buffer as ArrayBuffer]);
    if (this.inFlightBytes >= MOST_IN_FLIGHT_BYTES) return this.until(() => this.inFlightBytes < MOST_IN_FLIGHT_BYTES);
  }

  async end(torn: boolean): Promise<ParseOutcome> {
    this.throwFailure();
    this.send({ kind: "end", torn }, []);
    await this.until(() => this.outcome !== null);
    this.release();
    return this.outcome as unknown as ParseOutcome;
  }

  abort(): void {
    this.release(false);
  }

  private send(message: ToWorker, transfer: ArrayBuffer[]): void {
    this.worker.postMessage(message, transfer);
  }

  private receive(message: FromWorker): void {
    const isBatch = message.kind === "commands" || message.kind === "rows";
    if (this.failure !== null) {
      if (isBatch) this.gate.leave();
      return;
    }
    try {
      if (message.kind === "commands") {
        this.outlet.commands({ commands: unpack(message.commands), children: message.children.map(unpack) });
        for (const batch of [message.commands, ...message.children]) this.giveBack(batch);
      } else if (message.kind === "rows") this.outlet.rows(unpack(message.batch));
      else if (message.kind === "done") this.inFlightBytes -= this.inFlight.shift() ?? 0;
      else if (message.kind === "outcome") this.outcome = message.outcome;
      else this.fail(Object.assign(new Error(message.message), { stack: message.stack }));
    } catch (error) {
      this.fail(error); // the outlet's: it passes through to whoever feeds this parser
    } finally {
      if (isBatch) this.gate.leave();
    }
    this.wake();
  }

  /** The memory of a stored batch is the thread's again. */
  private giveBack({ table, numbers }: PackedBatch): void {
    if (isReusable(table)) this.send({ kind: "spare", table, numbers }, [numbers.buffer as ArrayBuffer]);
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.wake();
  }

  private throwFailure(): void {
    if (this.failure !== null) throw this.failure;
  }

  private async until(reached: () => boolean): Promise<void> {
    while (!reached()) {
      this.throwFailure();
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.throwFailure();
  }

  private release(isSound = true): void {
    this.worker.off("message", this.onMessage);
    this.worker.off("error", this.onError);
    giveBack({ worker: this.worker, gate: this.gate }, isSound);
  }
}
