import type {
  CommandFact,
  CommandSignature,
  LoadBucket,
  ServerErrorFact,
  ServerEventFact,
  TriggerRun,
} from "../../src/contracts/case-reader.js";
import { at, command, ref } from "./fake-reader.js";

/** Parts of invented busy days: load, crowds, errors, triggers. Seconds count from 09:30:00. */

/** A log of `seconds` with the same number of starts in every 10 s, but for those that `over` names. */
export function load(
  seconds: number,
  started: number,
  over: (second: number) => Partial<LoadBucket> = () => ({}),
): LoadBucket[] {
  return Array.from({ length: Math.floor(seconds / 10) }, (_, index) => ({
    atMs: at(index * 10),
    started,
    ended: started,
    lapseMs: started * 100,
    medianLapseMs: 100,
    cpuMs: started * 10,
    lockWaitMs: 0,
    peerMs: 0,
    pausedMs: 0,
    triggerMs: 0,
    ref: ref(),
    ...over(index * 10),
  }));
}

export function signature(over: Partial<CommandSignature>): CommandSignature {
  return {
    user: "pipeline",
    app: "P4Python",
    ip: "10.31.4.20",
    cmd: "user-fstat",
    pattern: "-Ol //depot/a_#.uasset",
    count: 1000,
    totalLapseMs: 40_000,
    longestMs: 90,
    firstMs: at(0),
    lastMs: at(600),
    openCount: 0,
    overlapCount: 0,
    ref: ref(),
    ...over,
  };
}

/** Everyday commands of five people, one every five seconds; `lapseMs` says how long each takes at its second. */
export function everyday(
  seconds: number,
  lapseMs: (second: number) => number,
  over: Partial<CommandFact> = {},
): CommandFact[] {
  return Array.from({ length: Math.floor(seconds / 5) }, (_, index) => {
    const user = `person${index % 5}`;
    return command({
      commandId: 1000 + index,
      pid: 20_000 + index,
      startMs: at(index * 5),
      lapseMs: lapseMs(index * 5),
      user,
      workspace: `${user}_ws`,
      ip: `10.9.8.${10 + (index % 5)}`,
      cmd: "user-opened",
      args: "",
      ...over,
    });
  });
}

export function serverError(
  second: number,
  pid: number | null,
  text: string,
  operation = "user-sync",
): ServerErrorFact {
  return { atMs: at(second), pid, operation, text, ref: ref() };
}

export function serverEvent(second: number, kind: string, text = "", values: (number | null)[] = []): ServerEventFact {
  return { atMs: at(second), kind, pid: 900, values, text, ref: ref() };
}

export function triggerRun(one: CommandFact, over: Partial<TriggerRun> = {}): TriggerRun {
  return {
    name: "jira.check",
    lapseMs: one.triggerMs,
    commandId: one.commandId,
    cmd: one.cmd,
    user: one.user,
    startMs: one.startMs,
    commandLapseMs: one.lapseMs,
    ref: ref(),
    ...over,
  };
}
