import { parentPort, workerData } from "node:worker_threads";
import { reuse } from "./batch-builder.js";
import { LogParser } from "./log-parser.js";
import {
  BatchGate,
  buffersOf,
  type FromWorker,
  type PackedBatch,
  pack,
  packCommands,
  type ToWorker,
} from "./worker-wire.js";

/** The parsing thread: one file after the other, batches go back as they fill. */
let parser: LogParser | null = null;
const gate = new BatchGate(workerData as SharedArrayBuffer);

function post(message: FromWorker): void {
  parentPort?.postMessage(message);
}

function postBatches(message: FromWorker, batches: readonly PackedBatch[]): void {
  gate.enter();
  parentPort?.postMessage(message, buffersOf(batches));
}

function handle(message: ToWorker): void {
  if (message.kind === "open") {
    parser = new LogParser(message.source, {
      commands: (batch) => {
        const packed = packCommands(batch);
        postBatches(packed, [packed.commands, ...packed.children]);
      },
      rows: (batch) => {
        const packed = pack(batch);
        postBatches({ kind: "rows", batch: packed }, [packed]);
      },
    });
  } else if (message.kind === "push") {
    parser?.push(message.chunk);
    post({ kind: "done" });
  } else if (message.kind === "spare") reuse(message.table, message.numbers);
  else if (parser !== null) {
    const outcome = parser.end(message.torn);
    parser = null;
    post({ kind: "outcome", outcome });
  }
}

parentPort?.on("message", (message: ToWorker) => {
  try {
    handle(message);
  } catch (error) {
    const { message: text, stack } = error instanceof Error ? error : new Error(String(error));
    post({ kind: "failed", message: text, stack });
  }
});
