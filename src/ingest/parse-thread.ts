import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { BatchGate } from "./formats/p4d-text/worker-wire.js";

/** There is a thread only where the compiled module lies beside this one; run from TypeScript, parsing stays in place. */
const WORKER_FILE = fileURLToPath(new URL("./formats/p4d-text/worker.js", import.meta.url));
export const canThread = existsSync(WORKER_FILE);

/** A thread that parses P4LOGs, and what holds it back. */
export interface Parsing {
  readonly worker: Worker;
  readonly gate: BatchGate;
}

/** One between two files, or before the first. */
let idle: Parsing | null = null;

const nobodyIsTold = () => {};

/**
 * Starts the thread before it is needed: that takes as long as loading the rest of the program, and goes on beside it.
 * This module loads next to nothing, so that it can come first.
 */
export function startAhead(): void {
  if (canThread && idle === null) keep(newThread());
}

/** A thread that waits, or a new one. */
export function takeThread(): Parsing {
  const parsing = idle ?? newThread();
  idle = null;
  parsing.worker.off("error", nobodyIsTold);
  parsing.worker.ref();
  return parsing;
}

/** Keeps it for the next file; `isSound`: it has done what it was told to the end. */
export function giveBack(parsing: Parsing, isSound: boolean): void {
  if (isSound && idle === null) keep(parsing);
  else {
    parsing.worker.on("error", nobodyIsTold); // it is being stopped
    void parsing.worker.terminate();
  }
}

function keep(parsing: Parsing): void {
  parsing.worker.on("error", nobodyIsTold); // whoever takes it will see that it does not answer
  parsing.worker.unref();
  idle = parsing;
}

function newThread(): Parsing {
  const gate = new BatchGate();
  return { worker: new Worker(WORKER_FILE, { workerData: gate.shared }), gate };
}
