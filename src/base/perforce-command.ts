import type { CommandFact } from "../contracts/case-reader.js";

/**
 * Reading one command: what kind of work it is and where its time went. A P4LOG says `user-files`, `p4 monitor show`
 * says `files`: both give the verb `files`.
 */
export type CommandClass =
  | "report"
  | "transfer"
  | "reconcile"
  | "submit"
  | "integrate"
  | "label"
  | "obliterate"
  | "checkpoint"
  | "journal"
  | "admin"
  | "verify"
  | "permissions"
  | "form"
  | "background"
  | "other";

const VERBS: readonly (readonly [CommandClass, readonly string[]])[] = [
  [
    "report",
    "annotate branches changes changelists clients counters cstat depots describe diff diff2 dirs files filelog fixes fstat grep groups have integrated interchanges istat jobs keys labels opened resolved sizes streams users where workspaces".split(
      " ",
    ),
  ],
  ["transfer", "sync update print transmit".split(" ")],
  ["reconcile", "reconcile rec status clean".split(" ")],
  ["submit", "submit shelve dm-SubmitChange dm-CommitSubmit dm-ShelveFiles dm-SubmitShelve".split(" ")],
  ["integrate", "integrate integ merge copy populate undo".split(" ")],
  ["label", "label labelsync tag".split(" ")],
  ["obliterate", "obliterate".split(" ")],
  ["verify", "verify storage archive snap dbverify dbstat journaldbchecksums".split(" ")],
  ["permissions", "protect group triggers typemap".split(" ")],
  ["form", "change changelist client workspace user branch stream job depot spec resolve login passwd".split(" ")],
  ["background", "pull journalcopy ldapsync bgtask user-cron IDLE Init() client-Stats".split(" ")],
];
const CLASS_OF = new Map(VERBS.flatMap(([kind, verbs]) => verbs.map((verb) => [verb, kind] as const)));

/** The word a person types: `files` of `user-files`; `dm-` and `rmt-` functions keep their name. */
export function verbOf(cmd: string): string {
  const verb = cmd.startsWith("user-") ? cmd.slice(5) : cmd;
  return verb.split(" ", 1)[0] ?? verb;
}

/** What kind of work a command is. `cmd` and `args` as logged or as monitor shows them. */
export function classify(cmd: string, args: string): CommandClass {
  const verb = verbOf(cmd);
  if (verb.startsWith("rmt-")) return "background";
  if (verb === "admin") return adminClass(args);
  if (verb === "sync" && hasFlag(args, "n")) return "report";
  if ((verb === "label" || verb === "client") && hasFlag(args, "o")) return "report";
  return CLASS_OF.get(verb) ?? "other";
}

function adminClass(args: string): CommandClass {
  const word = args.trimStart().split(" ", 1)[0];
  if (word === "checkpoint" || word === "dump") return "checkpoint";
  if (word === "journal") return "journal";
  return word === "resource-monitor" ? "background" : "admin";
}

/** Is `-x` among the words of the arguments, alone or joined with others (`-fn`)? Long options never match. */
export function hasFlag(args: string, letter: string): boolean {
  return args.split(" ").some((word) => word.length > 1 && word[0] === "-" && word[1] !== "-" && word.includes(letter));
}

const FORM_OPENERS = new Set(
  "change changelist client workspace user branch stream job depot label group protect triggers typemap spec submit shelve".split(
    " ",
  ),
);

/** The command waits for a person: an open form, a password, a merge. Its time is think time and hurts nobody. */
export function isInteractive(cmd: string, args: string): boolean {
  const verb = verbOf(cmd);
  if (verb === "login" || verb === "passwd") return true;
  if (verb === "resolve") return !hasFlag(args, "a") && !hasFlag(args, "n");
  if (!FORM_OPENERS.has(verb)) return false;
  return !args.split(" ").some((word) => word.startsWith("-")) || args.trim() === "";
}

/** Reads only: stopping it loses nothing. `verify` is not here: -u and -v write digests. */
export function isReadOnly(cmd: string, args: string): boolean {
  return classify(cmd, args) === "report" || verbOf(cmd) === "print";
}

/** Children and parents of a parallel sync, known from their arguments (`--parallel=threads=4`, `transmit -t208015`). */
export function isParallelTransfer(cmd: string, args: string): boolean {
  return verbOf(cmd) === "transmit" || args.includes("--parallel");
}

/** A path that covers a depot or everything: `//...`, `//depot/...`, `//*`. A revision may follow. */
export function isWholeDepot(args: string): boolean {
  return args.split(" ").some((word) => {
    const path = word.split(/[@#]/, 1)[0] ?? "";
    return (
      path === "//..." || path === "//*" || (path.startsWith("//") && path.endsWith("/...") && slashes(path) === 3)
    );
  });
}

function slashes(path: string): number {
  return path.split("/").length - 1;
}

/** How a command's lapse was spent, in ms. Null: not logged, which under track thresholds does not mean zero. */
export interface TimeBudget {
  readonly lapseMs: number;
  readonly lockWaitMs: number;
  readonly pausedMs: number | null;
  readonly triggerMs: number;
  readonly sndMs: number | null;
  readonly rcvMs: number | null;
  readonly cpuMs: number | null;
  /** The part that took at least half of the lapse; `none`: several or unknown. */
  readonly dominant: "lock-wait" | "paused" | "trigger" | "peer" | "cpu" | "none";
}

/** The first split of the taxonomy (4.0): null where the lapse itself is unknown. */
export function timeBudget(command: CommandFact): TimeBudget | null {
  const lapseMs = command.lapseMs ?? (command.endMs === null ? null : command.endMs - command.startMs);
  if (lapseMs === null || lapseMs <= 0) return null;
  const peerMs = (command.rpcSndMs ?? 0) + (command.rpcRcvMs ?? 0);
  const parts: [TimeBudget["dominant"], number][] = [
    ["lock-wait", command.lockWaitMs],
    ["paused", command.pausedMs ?? 0],
    ["trigger", command.triggerMs],
    ["peer", peerMs],
    ["cpu", command.cpuMs ?? 0],
  ];
  const dominant = parts.find(([, ms]) => ms * 2 >= lapseMs)?.[0] ?? "none";
  return {
    lapseMs,
    lockWaitMs: command.lockWaitMs,
    pausedMs: command.pausedMs,
    triggerMs: command.triggerMs,
    sndMs: command.rpcSndMs,
    rcvMs: command.rpcRcvMs,
    cpuMs: command.cpuMs,
    dominant,
  };
}
