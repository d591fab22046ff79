import type { CaseReader } from "../../contracts/case-reader.js";
import type { CapturedLock, EvidenceRef, LockActor, LockUse } from "../../contracts/lock-facts.js";
import type { Fact } from "../../contracts/signal.js";
import { clock, fact, lockName, modeWord, seconds, text, who } from "./wording.js";

/**
 * What single lines say about locks, in words and numbers that stand in the line itself: a `total lock` line of track
 * output, or a row of lslocks, lsof or `monitor show -L`. The same line of the same command always gets the same words.
 */
export class LockLines {
  private readonly usesOf = new Map<number, readonly LockUse[]>();
  private captured: ReadonlyMap<string, CapturedLock> | null = null;

  constructor(
    private readonly reader: CaseReader,
    private readonly serverId: number,
  ) {}

  /** That `actor` waited; null where the line says nothing of the kind, or was too unimportant to be kept. */
  wait(actor: LockActor, ref: EvidenceRef): Fact | null {
    if (this.reader.lineText(ref) === null) return null;
    const use = this.useAt(actor, ref, (one) => one.waitMs);
    if (use !== null) {
      const words = `${who(actor)} waited ${seconds(use.waitMs)} for ${lockName(use.object)}`;
      return use.waitMs > 0 ? fact(words, use.waitMs, "ms", ref) : null;
    }
    const row = this.rowAt(ref);
    return row?.waiting === true && row.pid === actor.pid ? fact(seen(row, who(actor)), row.pid, "pid", ref) : null;
  }

  /** That `actor` held; null likewise. */
  held(actor: LockActor, ref: EvidenceRef): Fact | null {
    if (this.reader.lineText(ref) === null) return null;
    const use = this.useAt(actor, ref, (one) => one.heldMs);
    if (use !== null) {
      const words = `${who(actor)} held ${lockName(use.object)} ${modeWord(use.mode)} for ${seconds(use.heldMs)}`;
      return use.heldMs > 0 ? fact(words, use.heldMs, "ms", ref) : null;
    }
    const row = this.rowAt(ref);
    if (row === null) return null;
    if (row.pid === actor.pid) return row.waiting ? null : fact(seen(row, who(actor)), row.pid, "pid", ref);
    if (row.blockerPid !== actor.pid || actor.pid === null) return null;
    return fact(`${seen(row, `pid ${row.pid}`)}, blocked by ${who(actor)}`, actor.pid, "pid", ref);
  }

  /** The longest wait of `actor` that one of the lines tells of, with the line. */
  longestWait(actor: LockActor, refs: readonly EvidenceRef[]): Fact | null {
    let best: Fact | null = null;
    for (const ref of refs) {
      const told = this.wait(actor, ref);
      if (told !== null && (best === null || waitMs(told) > waitMs(best))) best = told;
    }
    return best;
  }

  /** The longest wait that the track output of a command tells of. */
  longestOwnWait(actor: LockActor): Fact | null {
    const uses = actor.commandId === null ? [] : this.uses(actor.commandId);
    return this.longestWait(
      actor,
      uses.filter((use) => use.waitMs > 0).map((use) => use.ref),
    );
  }

  private useAt(actor: LockActor, ref: EvidenceRef, size: (use: LockUse) => number): LockUse | null {
    if (actor.commandId === null) return null;
    const there = this.uses(actor.commandId).filter((use) => samePlace(use.ref, ref));
    return there.reduce<LockUse | null>((most, use) => (most === null || size(use) > size(most) ? use : most), null);
  }

  private uses(commandId: number): readonly LockUse[] {
    const known = this.usesOf.get(commandId) ?? this.reader.lockUses(commandId);
    this.usesOf.set(commandId, known);
    return known;
  }

  private rowAt(ref: EvidenceRef): CapturedLock | null {
    if (this.captured === null) {
      this.captured = new Map(this.reader.capturedLocks(this.serverId).map((row) => [placeOf(row.ref), row]));
    }
    return this.captured.get(placeOf(ref)) ?? null;
  }
}

/** `lslocks shows pid 7432 (...) waiting for db.rev at 14:07:03`, or `... holding db.rev for read at ...`. */
export function seen(row: CapturedLock, name: string): string {
  const at = row.takenMs === null ? "" : ` at ${clock(row.takenMs)}`;
  const object = row.object === null ? "a lock file without a name" : text(row.object, 60);
  const what = row.waiting ? `waiting for ${object}` : `holding ${object} ${modeWord(row.mode)}`;
  return `${row.origin} shows ${name} ${what}${at}`;
}

export function samePlace(a: EvidenceRef | null, b: EvidenceRef | null): boolean {
  return a !== null && b !== null && placeOf(a) === placeOf(b);
}

function placeOf(ref: EvidenceRef): string {
  return `${ref.sourceId}:${ref.lineNo}:${ref.byteOffset}`;
}

function waitMs(told: Fact): number {
  return told.unit === "ms" && typeof told.value === "number" ? told.value : 0;
}
