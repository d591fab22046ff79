import { closeSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { EXIT, OperatorError } from "../base/errors.js";
import { printableJson } from "../base/printable.js";
import type { Console } from "./console.js";

/** The result of a command: to the file of --output, else to stdout. */
export function deliver(console: Console, text: string, output: string | undefined): void {
  if (output === undefined) console.out(text);
  else writeFileSafely(output, text);
}

export function asJson(value: unknown): string {
  return `${printableJson(JSON.stringify(value, null, 2))}\n`;
}

/**
 * Writes beside the target and renames, so that a reader never sees half a report. What is no regular file (/dev/null,
 * a named pipe) is written to as it is; a link stays one. Throws OperatorError (usage) where that can't be.
 */
export function writeFileSafely(path: string, text: string): void {
  let draft: string | null = null;
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing !== undefined && !existing.isFile()) {
      writeFileSync(path, text);
      return;
    }
    if (existing === undefined) mkdirSync(dirname(path), { recursive: true });
    const target = existing === undefined ? path : realpathSync(path);
    draft = `${target}.part-${process.pid}`;
    writeFileSync(draft, text, { flag: "wx" });
    renameSync(draft, target);
  } catch (error) {
    if (draft !== null) rmSync(draft, { force: true });
    throw cannotWrite(path, error);
  }
}

/**
 * The same for what is made piece by piece and need not fit into memory. What `write` throws goes on as it is, but for
 * errors of the file system; then nothing is left behind.
 */
export async function writePiecesSafely<T>(
  path: string,
  write: (put: (piece: Uint8Array | string) => void) => Promise<T>,
): Promise<T> {
  let draft: string | null = null;
  let fd: number | null = null;
  const removeDraft = () => {
    if (draft !== null) rmSync(draft, { force: true });
  };
  process.once("exit", removeDraft);
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing === undefined) mkdirSync(dirname(path), { recursive: true });
    const target = existing === undefined ? path : realpathSync(path);
    const isPlain = existing === undefined || existing.isFile();
    if (isPlain) draft = `${target}.part-${process.pid}`;
    fd = openSync(draft ?? target, isPlain ? "wx" : "w");
    const open = fd;
    const result = await write((piece) => writeFileSync(open, piece));
    if (draft !== null) renameSync(draft, target);
    return result;
  } catch (error) {
    removeDraft();
    const isFileError = (error as NodeJS.ErrnoException).syscall !== undefined;
    throw isFileError ? cannotWrite(path, error) : error;
  } finally {
    process.off("exit", removeDraft);
    if (fd !== null) closeSync(fd);
  }
}

/** Why a place the operator named, or the one p4rca chose, can't be written. */
export function cannotWrite(path: string, error: unknown): OperatorError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = REASONS[code ?? ""] ?? message;
  return new OperatorError("cannot-write", `cannot write ${path}: ${reason}`, EXIT.usage, HINTS[code ?? ""] ?? null);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left",
  EDQUOT: "quota exceeded",
  EISDIR: "it is a folder",
  ENOTDIR: "part of the path is a file, not a folder",
  EEXIST: "part of the path is a file, not a folder",
};

const ELSEWHERE = "Run it from a folder you may write to, or say where: --case FILE, --html FILE, --output FILE.";
const HINTS: Readonly<Record<string, string>> = {
  EACCES: ELSEWHERE,
  EPERM: ELSEWHERE,
  EROFS: ELSEWHERE,
  ENOSPC: "Free space, then run it again.",
};
