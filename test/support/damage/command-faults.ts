import { join } from "node:path";
import type { CaseDb } from "../../../src/casedb/casedb.js";
import { caseOf, differences, knowledge, writeLogs } from "../../pipeline/fill.js";
import type { DamagedInput } from "./damaged-input.js";
import { subsetFaults } from "./subset-faults.js";

/** Where a command stands. */
interface Found {
  readonly path: string;
  readonly pid: number;
  readonly byteOffset: number;
  readonly byteLength: number;
}

const COMMANDS = `SELECT source.path, pid, byte_offset, byte_length FROM command JOIN source ON source.id = source_id`;

/** What reading whole logs gives; each is read once. */
export class CleanLogs {
  private readonly known = new Map<string, Promise<readonly string[]>>();

  constructor(private readonly folder: string) {}

  of(log: Buffer): Promise<readonly string[]> {
    const key = log.toString("latin1");
    const known = this.known.get(key) ?? this.read(log);
    this.known.set(key, known);
    return known;
  }

  private async read(log: Buffer): Promise<readonly string[]> {
    const folder = join(this.folder, `clean-${this.known.size}`);
    const caseDb = await caseOf(writeLogs(folder, [{ name: "log", bytes: log }]));
    const known = knowledge(caseDb);
    caseDb.close();
    return known;
  }
}

/** No command is counted twice, none is made up, and none is lost where nothing was. */
export async function commandFaults(caseDb: CaseDb, input: DamagedInput, clean: CleanLogs): Promise<string[]> {
  const whole = await clean.of(input.log);
  const found = commandsOf(caseDb);
  const exempt = new Set(
    found.filter((one) => touchesScar(one, input) || isLastLine(one, input)).map(({ pid }) => pid),
  );
  const known = knowledge(caseDb);
  return [
    ...placeFaults(found, input),
    ...(input.lossless
      ? differences(settled(known), settled(whole))
      : subsetFaults(known, whole, (pid) => exempt.has(pid)).slice(0, 6)),
  ];
}

function commandsOf(caseDb: CaseDb): Found[] {
  return Array.from(caseDb.query(COMMANDS).rows, ([path, pid, byteOffset, byteLength]) => ({
    path: String(path),
    ...{ pid: Number(pid), byteOffset: Number(byteOffset), byteLength: Number(byteLength) },
  }));
}

/** Counts of running commands are the server's own while it says them, which an overlap may not repeat. */
function settled(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/"running":-?\d+,/, ""));
}

/**
 * A plain file that ends right behind a line: whether the command began once more, or the top of one of its later blocks
 * is all that is left, nobody can tell.
 */
function isLastLine({ path, byteOffset, byteLength }: Found, { files, expected }: DamagedInput): boolean {
  const content = files.some(({ name }) => name === path) ? expected.find((file) => file.path === path)?.content : null;
  return content !== null && content !== undefined && byteOffset + byteLength >= content.length - 3;
}

/**
 * A line across the damage may say anything, and of a pid that is named in it or in the block that it breaks, anything
 * may be thought.
 */
function touchesScar({ path, pid, byteOffset, byteLength }: Found, { scars, expected }: DamagedInput): boolean {
  return scars.some((scar) => {
    if (path === scar.path && byteOffset <= scar.to && byteOffset + byteLength >= scar.from - 1) return true;
    const content = expected.find((file) => file.path === scar.path)?.content?.toString("latin1") ?? "";
    const from = content.lastIndexOf("Perforce server info:", lineAt(content, scar.from) - 1);
    const end = content.indexOf("\n", scar.to);
    const lines = content.slice(Math.max(0, from), end < 0 ? content.length : end);
    return lines.includes(`pid ${pid}`);
  });
}

function lineAt(content: string, byte: number): number {
  return byte < 1 ? 0 : content.lastIndexOf("\n", byte - 1) + 1;
}

/** Every command stands where the case says it does. */
function placeFaults(found: readonly Found[], { expected }: DamagedInput): string[] {
  const contents = new Map(expected.flatMap(({ path, content }) => (content === null ? [] : [[path, content]])));
  return found
    .filter(({ path, pid, byteOffset, byteLength }) => {
      const content = contents.get(path);
      if (content === undefined) return false;
      const line = content.toString("latin1", byteOffset, byteOffset + byteLength);
      // A line may end in the next rotation.
      return !line.includes(`pid ${pid}`) && byteOffset + byteLength < content.length;
    })
    .map((command) => `not where it is said to be: ${JSON.stringify(command)}`)
    .slice(0, 3);
}
