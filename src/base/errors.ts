/** Exit codes of CONTRACT: decided once, in cli/main. */
export const EXIT = {
  done: 0,
  internal: 1,
  usage: 2,
  evidence: 3,
  service: 4,
  finding: 10,
  evalRegression: 11,
  interrupted: 130,
} as const;

/** An error the operator can act on: what happened, and what to do next. Anything else that is thrown is a bug. */
export class OperatorError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly exitCode: number,
    readonly hint: string | null = null,
  ) {
    super(message);
    this.name = "OperatorError";
  }
}

/** Thrown at a checkpoint after Ctrl-C; the case stays resumable. */
export class Interrupted extends OperatorError {
  constructor() {
    super("interrupted", "interrupted", EXIT.interrupted, "Run the same command again to resume.");
    this.name = "Interrupted";
  }
}
