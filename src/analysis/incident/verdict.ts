import { classify, isInteractive } from "../../base/perforce-command.js";
import type { CaseReader, ServerFact } from "../../contracts/case-reader.js";
import type { Capability } from "../../contracts/evidence.js";
import type { IncidentDraft } from "../../contracts/incident-draft.js";
import { COMMAND_FLAG } from "../../contracts/record-batch.js";
import { missingLog } from "./log-cover.js";

/** What must cover the window before "nothing was wrong" may be said, in the words of whoever has to collect it. */
const REQUIRED: readonly (readonly [Capability, string])[] = [
  ["command-start", "a P4LOG with command starts (configurable server=1 or higher)"],
  ["command-completion", "a P4LOG with completion records (configurable server=3)"],
  ["table-track", "a P4LOG with track output of tables (configurable track=1 or the default)"],
];
const ABOUT_COMMANDS: readonly Capability[] = [
  ...REQUIRED.map(([capability]) => capability),
  "server-threads",
  "monitor",
  "lslocks",
  "lsof",
];

/** Commands open this long when the log ends, this many of them: people were waiting, and no line can say for what. */
const HANGING_MS = 60_000;
const HANGING_COUNT = 20;

/** Why "no incident" cannot be said; empty when it can. Servers known only from `p4 info` and the like do not count. */
export function uncoveredWindow(reader: CaseReader): string[] {
  const servers = reader.servers().filter((server) => aboutCommands(reader, server));
  if (servers.length === 0) return REQUIRED.map(([, words]) => words);
  const many = servers.length > 1;
  return servers.flatMap((server) => {
    const have = reader.capabilities(server.id);
    const gaps = REQUIRED.filter(([capability]) => !have.has(capability)).map(([, words]) => words);
    const hanging = hangingAtEnd(reader, server.id);
    if (hanging >= HANGING_COUNT) {
      gaps.push(`lslocks and p4 monitor show -ale taken while the ${hanging} commands open at the end of the log hung`);
    }
    gaps.push(...missingLog(reader, server.id));
    return gaps.map((gap) => (many ? `${gap} of server ${server.label}` : gap));
  });
}

function aboutCommands(reader: CaseReader, server: ServerFact): boolean {
  const have = reader.capabilities(server.id);
  return ABOUT_COMMANDS.some((capability) => have.has(capability));
}

function hangingAtEnd(reader: CaseReader, serverId: number): number {
  const window = reader.window(serverId);
  if (window === null) return 0;
  const ended = COMMAND_FLAG.supplanted | COMMAND_FLAG.removedFromMonitor | COMMAND_FLAG.noCompletionKind;
  return reader.openCommands(serverId).filter((command) => {
    if ((command.flags & ended) !== 0 || window.lastMs - command.startMs < HANGING_MS) return false;
    const kind = classify(command.cmd, command.args);
    return (
      kind !== "background" && kind !== "transfer" && kind !== "verify" && !isInteractive(command.cmd, command.args)
    );
  }).length;
}

/** What would have made a found incident surer. */
export function missingFor(drafts: readonly IncidentDraft[], reader: CaseReader): string[] {
  const missing = new Set<string>();
  for (const draft of drafts) {
    if (draft.cluster === null) continue;
    const have = reader.capabilities(draft.serverId);
    if (!have.has("lslocks")) missing.add("lslocks captured during the incident");
    if (!have.has("monitor")) missing.add("p4 monitor show -ale captured during the incident");
    if (!have.has("table-track")) missing.add("track output of the P4LOG (configurable track)");
    const captures = new Set(reader.capturedLocks(draft.serverId).map((lock) => lock.captureId));
    if (have.has("lslocks") && captures.size === 1) missing.add("a second lslocks capture 10 s after the first");
  }
  return [...missing];
}
