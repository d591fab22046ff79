import { parentPort } from "node:worker_threads";
import { LogParser } from "./log-parser.js";
import { buffersOf, type FromWorker, pack, packCommands, type ToWorker } from "./worker-wire.js";

/** The parsing thread: one file after the other, batches go back as they fill. */
let parser: LogParser | null = null;

function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function handle(message: ToWorker): void {
  if (message.kind === "open") {
    parser = new LogParser(message.source, {
      commands: (batch) => {
        const packed = packCommands(batch);
        post(packed, buffersOf([packed.commands, ...packed.children]));
      },
      rows: (batch) => {
        const packed = pack(batch);
        post({ kind: "rows", batch: packed }, buffersOf([packed]));
      },
    });
  } else if (message.kind === "push") {
    parser?.push(message.chunk);
    post({ kind: "done" });
  } else if (parser !== null) {
    const outcome = parser.end();
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
