import { lslocksJson } from "../capture-writer.js";
import {
  captured,
  deterministicGzip,
  type FixtureFile,
  type HostFacts,
  manifest,
  serverFacts,
} from "../fixture-scenarios/fixture-files.js";
import type { LogPiece } from "../fixture-scenarios/log-recorder.js";
import type { Random } from "../fixture-scenarios/random.js";
import { locksJson, locksText, monitorText, openFiles, type Snapshot } from "../fixture-scenarios/snapshot.js";
import type { CaseFile, Variant } from "./incident-kind.js";
import type { SimulatedServer } from "./simulated-server.js";

export interface Saving {
  readonly variant: Variant;
  readonly random: Random;
  /** Prefix of this server's files; empty when it is the only one. */
  readonly folder: string;
  /** Stretch that a hole in the log may not touch. */
  readonly keep: { readonly fromMs: number; readonly toMs: number };
}

/** Everything that was saved of one server, as its variant saves it. */
export function evidenceOf(server: SimulatedServer, saving: Saving): CaseFile[] {
  const { variant, folder } = saving;
  const { host, options } = server;
  const folders = placesOf(variant, folder, host);
  const files: CaseFile[] = logOf(server, saving, folders.logs);
  if (variant.captures !== "none") files.push(...capturesOf(server, saving, folders.captures));
  if (variant.serverFacts) {
    files.push(
      ...serverFacts(host, folder, options.untilMs - 2000).map((file) => ({
        ...file,
        path: folders.captures + base(file),
      })),
    );
  }
  if (variant.hostEvidence) files.push(...hostFilesOf(server, variant, folders));
  if (variant.layout === "collector" && folder === "") files.push(manifest(host, lookTime(server), stepsOf(files)));
  return firstOfEachPath(files);
}

function firstOfEachPath(files: readonly CaseFile[]): CaseFile[] {
  const byPath = new Map<string, CaseFile>();
  for (const file of files) if (!byPath.has(file.path)) byPath.set(file.path, file);
  return [...byPath.values()];
}

interface Places {
  readonly logs: string;
  readonly captures: string;
  readonly system: string;
}

function placesOf(variant: Variant, folder: string, host: HostFacts): Places {
  if (variant.layout === "flat") return { logs: folder, captures: folder, system: folder };
  const logs =
    variant.layout === "sdp" ? `${folder}${host.log.replace(/^\//, "").replace(/[^/]*$/, "")}` : `${folder}logs/`; // /p4/1/logs/log -> p4/1/logs/
  return { logs, captures: `${folder}captures/`, system: `${folder}system/` };
}

function base(file: FixtureFile): string {
  return file.path.slice(file.path.lastIndexOf("/") + 1);
}

function lookTime(server: SimulatedServer): number {
  return server.snapshots[0]?.atMs ?? server.options.untilMs;
}

function stepsOf(files: readonly CaseFile[]): string[] {
  return files
    .filter((file) => file.path.startsWith("captures/"))
    .map((file) => `${file.path.replace(/^captures\/(.*)\.txt$/, "$1")} ok 1 ${file.path}`); // captures/lsof-1.txt -> lsof-1
}

/** The log, rotated and damaged as the variant says. */
function logOf(server: SimulatedServer, saving: Saving, folder: string): CaseFile[] {
  const { host, options } = server;
  const { variant, random, keep } = saving;
  const pieces = variant.logHole ? withHole(server.pieces(), saving, options) : server.pieces();
  const parts = partsOf(pieces, cutsOf(saving, options), variant.rotation, options.untilMs);
  return parts.map(({ text, endMs }, index, all) => {
    const last = index === all.length - 1;
    const stamp = new Date(endMs).toISOString().slice(0, 19).replace("T", "_").replaceAll(":", "-");
    const gz = (variant.rotation === "gz" || variant.rotation === "short-gz") && !last;
    const whole = gz ? deterministicGzip(Buffer.from(text)) : text;
    const short = variant.rotation === "short-gz" && index === 0 && !last && endMs <= keep.fromMs;
    return {
      path: `${folder}log${last ? "" : `.${stamp}`}${gz ? ".gz" : ""}`,
      content: short ? whole.slice(0, Math.floor(whole.length * (0.3 + 0.6 * random.next()))) : whole,
      modifiedMs: endMs - host.offsetMinutes * 60_000,
    };
  });
}

function cutsOf({ variant, random, keep }: Saving, span: { fromMs: number; untilMs: number }): number[] {
  if (variant.rotation === "none") return [];
  const lengthMs = span.untilMs - span.fromMs;
  const first = span.fromMs + (lengthMs * random.between(15, 45)) / 100;
  const second = span.fromMs + (lengthMs * random.between(46, 85)) / 100;
  // What is cut off must be gone before anything happened.
  const early = span.fromMs + (keep.fromMs - span.fromMs) * 0.7;
  return variant.rotation === "short-gz" && early > span.fromMs + 60_000
    ? [early, Math.max(second, early + 60_000)]
    : [first, second];
}

function withHole(
  pieces: readonly LogPiece[],
  { random, keep }: Saving,
  span: { fromMs: number; untilMs: number },
): LogPiece[] {
  const before = keep.fromMs - span.fromMs;
  const after = span.untilMs - keep.toMs;
  const lengthMs = random.between(40, 100) * 1000;
  const room = Math.max(before, after) - lengthMs - 60_000;
  if (room <= 0) return [...pieces];
  const holeMs = (before >= after ? span.fromMs : keep.toMs) + 30_000 + Math.floor(random.next() * room);
  return pieces.filter((piece) => piece.atMs < holeMs || piece.atMs >= holeMs + lengthMs);
}

const OVERLAP_PIECES = 400;

/**
 * Cut at each instant. Torn: in the middle of the next longer block. Overlap: somebody copied the log around a rotation,
 * so the first blocks of a part are those that ended the one before.
 */
function partsOf(pieces: readonly LogPiece[], cuts: readonly number[], rotation: Variant["rotation"], untilMs: number) {
  const parts: { text: string; endMs: number }[] = [];
  const torn = rotation === "torn";
  let text: string[] = [];
  for (const piece of pieces) {
    const next = cuts[parts.length];
    if (next === undefined || piece.atMs < next || (torn && piece.text.length < 700)) {
      text.push(piece.text);
      continue;
    }
    const lines = piece.text.split(/(?<=\n)/);
    const keep = torn ? Math.ceil(lines.length / 2) : 0;
    const again = rotation === "overlap" ? text.slice(-OVERLAP_PIECES) : [];
    parts.push({ text: text.join("") + lines.slice(0, keep).join(""), endMs: piece.atMs });
    text = [...again, lines.slice(keep).join("")];
  }
  return [...parts, { text: text.join(""), endMs: untilMs }];
}

function capturesOf(server: SimulatedServer, { variant }: Saving, folder: string): CaseFile[] {
  const { host } = server;
  return server.snapshots.flatMap((snapshot, index) => {
    const takenMs = snapshot.atMs + variant.skewMs;
    const file = (kind: string, command: string, body: string): CaseFile => ({
      path: `${folder}${kind}-${index + 1}.txt`,
      content: captured(host, takenMs, command, body),
      modifiedMs: takenMs - host.offsetMinutes * 60_000,
    });
    const files = [file("monitor", "p4 monitor show -ale", monitorText(snapshot))];
    if (variant.captures === "monitor") return files;
    const json = variant.locksForm !== "text";
    files.push(file("lslocks", `lslocks -u ${json ? "-J " : ""}-o +BLOCKER`, locksIn(variant.locksForm, snapshot)));
    if (variant.captures === "all") files.push(file("lsof", "lsof -nPw -p ...", openFiles(snapshot)));
    return files;
  });
}

function locksIn(form: Variant["locksForm"], snapshot: Snapshot): string {
  if (form === "text") return locksText(snapshot);
  return form === "json" ? locksJson(snapshot) : lslocksJson(snapshot.locks, true);
}

function hostFilesOf(server: SimulatedServer, variant: Variant, places: Places): CaseFile[] {
  const { host } = server;
  const files = server.hostFiles.map(
    (file): CaseFile => ({
      path: `${file.folder === "system" ? places.system : places.captures}${file.name}.txt`,
      content: captured(host, file.atMs + variant.skewMs, file.command, file.body),
      modifiedMs: file.atMs + variant.skewMs - host.offsetMinutes * 60_000,
    }),
  );
  if (server.syslogLines.length > 0) {
    const lines = [...server.syslogLines].sort((a, b) => a.atMs - b.atMs).map((line) => line.text);
    const atMs = server.options.untilMs;
    files.push({
      path: `${places.system}syslog.txt`,
      content: captured(host, atMs, "journalctl --no-pager -q -o short-iso", lines.join("")),
      modifiedMs: atMs - host.offsetMinutes * 60_000,
    });
  }
  return files;
}
