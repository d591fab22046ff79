import type { Random } from "../simulator/random.js";
import { type DamagedInput, lineStart, read } from "./damaged-input.js";

const NAME = "log";

/** The end is missing, in mid-line. */
export function tornTail(log: Buffer, dice: Random): DamagedInput {
  return plain(log, log.subarray(0, dice.int(3000, log.length - 1)));
}

/** The beginning is missing, in mid-line. */
export function tornHead(log: Buffer, dice: Random): DamagedInput {
  return plain(log, log.subarray(dice.int(1, log.length - 3000)));
}

/** Bytes in the middle are missing, within blocks and lines. */
export function tornBlocks(log: Buffer, dice: Random): DamagedInput {
  const holes = Array.from({ length: dice.int(1, 4) }, () => dice.int(2000, log.length - 4000));
  let content = log;
  const scars: number[] = [];
  for (const at of holes.sort((a, b) => b - a)) {
    const bytes = dice.int(1, 1500);
    content = Buffer.concat([content.subarray(0, at), content.subarray(at + bytes)]);
    // The scars behind move forward, those within the hole lie at its edge.
    for (let i = 0; i < scars.length; i++) scars[i] = Math.max(at, (scars[i] as number) - bytes);
    scars.push(at);
  }
  return plain(
    log,
    content,
    scars.map((at) => [at, at]),
  );
}

/** A block of the file system that was never written: zeros. */
export function zeroedBlocks(log: Buffer, dice: Random): DamagedInput {
  const content = Buffer.from(log);
  const from = dice.int(1500, log.length - 6000);
  const to = from + dice.pick([7, 512, 4096]);
  content.fill(0, from, to);
  return plain(log, content, [[from, to]]);
}

/** The log went through a Windows machine. */
export function carriageReturns(log: Buffer): DamagedInput {
  const content = Buffer.from(log.toString("latin1").replaceAll("\n", "\r\n"), "latin1");
  return { ...plain(log, content), lossless: true };
}

/** Some lines end in CRLF, some do not: parts of the log were pasted together. */
export function mixedLineEnds(log: Buffer, dice: Random): DamagedInput {
  const text = log.toString("latin1").replaceAll("\n", () => (dice.chance(0.3) ? "\r\n" : "\n"));
  return { ...plain(log, Buffer.from(text, "latin1")), lossless: true };
}

/** An editor put a mark in front. */
export function byteOrderMark(log: Buffer): DamagedInput {
  return { ...plain(log, Buffer.concat([Buffer.from("\ufeff"), log])), lossless: true };
}

/** UTF-16, as PowerShell writes what is redirected; the log itself stands beside it. */
export function utf16(log: Buffer): DamagedInput {
  const content = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(log.toString("latin1"), "utf16le")]);
  const whole = plain(log, log);
  const other = { ...read("utf16", content, ["not recognised as evidence"]), warnings: [{ code: "not-recognised" }] };
  return {
    ...whole,
    files: [...whole.files, { name: "utf16", bytes: content }],
    expected: [...whole.expected, other],
    lossless: true,
  };
}

/** Names in Latin-1, as old clients send them: no UTF-8, and no reason to lose the line. */
export function latin1Names(log: Buffer, dice: Random): DamagedInput {
  const content = Buffer.from(log);
  for (let at = content.indexOf("/part"); at >= 0; at = content.indexOf("/part", at + 1)) {
    if (dice.chance(0.2)) content[at + 2] = 0xe4;
  }
  return plain(log, content, [[0, content.length]]);
}

/** Bytes of another kind behind the last line. */
export function garbageBehind(log: Buffer, dice: Random): DamagedInput {
  const whole = log.subarray(0, lineStart(log, log.length - 400));
  const garbage = Buffer.from(Array.from({ length: dice.int(10, 3000) }, () => dice.int(128, 255)));
  const content = Buffer.concat([whole, garbage]);
  const input = plain(log, content, [[whole.length, content.length]]);
  return {
    ...input,
    expected: input.expected.map((file) => ({ ...file, warnings: [placeOf(content, whole.length)] })),
  };
}

function placeOf(content: Buffer, byteOffset: number) {
  const lineNo = content.subarray(0, byteOffset).filter((byte) => byte === 10).length + 1;
  return { code: "unknown-", lineNo, byteOffset };
}

function plain(log: Buffer, content: Buffer, scarred: readonly (readonly [number, number])[] = []): DamagedInput {
  return {
    files: [{ name: NAME, bytes: content }],
    expected: [read(NAME, content)],
    log,
    lossless: false,
    scars: scarred.map(([from, to]) => ({ path: NAME, from, to })),
  };
}
