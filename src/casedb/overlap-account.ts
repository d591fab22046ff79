import type { ByteAccount } from "../contracts/evidence.js";
import type { CommandStore } from "./command-store.js";
import type { LogMemories } from "./log-memory.js";
import type { RowRemover } from "./row-remover.js";
import type { SourceStore } from "./source-store.js";

interface Stores {
  readonly sources: SourceStore;
  readonly commands: CommandStore;
  readonly remover: RowRemover;
  readonly memories: LogMemories;
}

interface Overlap {
  readonly earlierId: number;
  readonly laterId: number;
  readonly laterBytes: number;
  readonly drop: readonly number[];
}

/** Removes what two logs hold in common from one of them, and says so in its byte account and notes. */
export function dropOverlap({ sources, commands, remover, memories }: Stores, overlap: Overlap): void {
  const { earlierId, laterId, laterBytes, drop } = overlap;
  const counts = commands.countBySource(drop);
  remover.removeCommands(drop);
  remover.removeLinesBefore(laterId, sources.dropOverlappingEdges(earlierId, laterId, laterBytes));
  for (const id of [earlierId, laterId]) {
    memories.forget(id); // not all of its rows are its own any more
    const source = sources.one(id);
    const records = Math.max(0, source.records - (counts.get(id) ?? 0));
    if (id === earlierId) sources.patch(id, { records });
    else {
      const addNote = `the first ${laterBytes} bytes also end ${sources.one(earlierId).path} and count once`;
      sources.patch(id, { records, account: moveToSkipped(source.account, laterBytes), addNote });
    }
  }
}

/** Which of the bytes were noise is not known per line: parsed ones go first, and the sum stays. */
function moveToSkipped(account: ByteAccount, bytes: number): ByteAccount {
  const parsed = Math.min(account.parsed, bytes);
  const noise = Math.min(account.noise, bytes - parsed);
  const unknown = Math.min(account.unknown, bytes - parsed - noise);
  return {
    parsed: account.parsed - parsed,
    noise: account.noise - noise,
    unknown: account.unknown - unknown,
    skipped: account.skipped + parsed + noise + unknown,
  };
}
