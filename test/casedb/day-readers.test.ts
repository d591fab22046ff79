import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CaseDb } from "../../src/casedb/casedb.js";
import type { CaseReader } from "../../src/contracts/case-reader.js";
import { P4LogWriter, type WriterCommand } from "../support/p4log-writer.js";
import { at, realCase } from "./real-case.js";

const sync = (pid: number, second: number, change: number): WriterCommand => ({
  pid,
  startMs: at(9, 0, second),
  cmd: "user-changes",
  args: `-m1 //depot/main/...@${change}`,
  user: "poller",
  app: "poll.py",
});

/** A poller that overlaps itself, a slow submit with a trigger, a login, eight silent minutes, and one that never ends. */
function day(): string {
  const log = new P4LogWriter();
  const submit: WriterCommand = { pid: 300, startMs: at(9, 0, 5), cmd: "user-submit", args: "-c 9", user: "ben" };
  const login: WriterCommand = { pid: 301, startMs: at(9, 0, 6), cmd: "user-login", user: "cleo" };
  const stuck: WriterCommand = { pid: 302, startMs: at(9, 0, 7), cmd: "user-sync", args: "//...", user: "dan" };
  const polls = [sync(201, 0, 4711), sync(202, 2, 4712), sync(203, 4, 4713)];
  for (const poll of polls) log.start(poll);
  log.completed(polls[0] as WriterCommand, at(9, 0, 3), 3000);
  log.completed(polls[1] as WriterCommand, at(9, 0, 4), 2000);
  log.start(submit).start(login).start(stuck);
  log.completed(polls[2] as WriterCommand, at(9, 0, 7), 3000);
  log.trigger(submit, "swarm.commit", 9_000);
  log.completed(login, at(9, 0, 8), 2000);
  log.completed(submit, at(9, 0, 20), 15_000);
  log.track(submit, {
    lapseMs: 15_000,
    pausedMs: 1500,
    usage: "4000+500us 0+8io 0+0net 8192k 0pf",
    memory: [900, 950],
    rpc: [
      { sndMs: 700, rcvMs: 300 },
      { host: "commit.example.com:1666", sndMs: 100, rcvMs: 5000 },
    ],
    sections: [{ name: "db.rev", locks: [0, 1], rows: [0, 0, 0, 1, 0], total: [0, 0, 2500, 10] }],
  });
  const late: WriterCommand = { pid: 400, startMs: at(9, 8, 20), cmd: "user-info", user: "eve" };
  log.start(late).completed(late, at(9, 8, 20), 10);
  return log.toString();
}

describe("readers of a day", () => {
  let caseDb: CaseDb;
  let reader: CaseReader;
  let server: number;
  beforeAll(async () => {
    caseDb = await realCase({ "logs/log": day() });
    reader = caseDb.reader();
    server = reader.servers()[0]?.id ?? 0;
  });
  afterAll(() => caseDb.close());

  it("sums what ended in each minute, also where nothing did", () => {
    const load = reader.load(server, 60_000);
    expect(load.map(({ atMs, started, ended }) => [(atMs - at(9, 0)) / 60_000, started, ended])).toEqual([
      [0, 6, 5],
      ...[1, 2, 3, 4, 5, 6, 7].map((minute) => [minute, 0, 0]),
      [8, 1, 1],
    ]);
    expect(load[0]).toMatchObject({
      lapseMs: 25_000,
      medianLapseMs: 3000,
      cpuMs: expect.any(Number),
      lockWaitMs: 2500,
      peerMs: 1000,
      pausedMs: 1500,
      triggerMs: 9000,
      ref: { lineNo: 2 },
    });
    expect(load[0]?.cpuMs).toBeGreaterThanOrEqual(4500);
    expect(load[1]).toMatchObject({ lapseMs: 0, medianLapseMs: null });
  });

  it("finds the silence and who ran through it", () => {
    expect(reader.quietStretches(server, 60_000)).toMatchObject([
      { fromMs: at(9, 0, 20), toMs: at(9, 8, 20), running: 1 },
    ]);
    expect(reader.quietStretches(server, 600_000)).toEqual([]);
  });

  it("groups commands that are the same but for numbers", () => {
    expect(reader.signatures(server, at(9, 0), at(9, 10), 2, 10)).toMatchObject([
      {
        user: "poller",
        app: "poll.py",
        cmd: "user-changes",
        pattern: "-m# //depot/main/...@#",
        count: 3,
        totalLapseMs: 8000,
        longestMs: 3000,
        firstMs: at(9, 0, 0),
        lastMs: at(9, 0, 4),
        openCount: 0,
        overlapCount: 1,
        ref: { lineNo: 2 },
      },
    ]);
    expect(reader.signatures(server, at(9, 0, 1), at(9, 0, 3), 2, 10)).toEqual([]);
    expect(reader.signatures(server, at(9, 0), at(9, 10), 1, 1)).toHaveLength(1);
  });

  it("finds commands by name and by figure", () => {
    expect(reader.commandsNamed(server, ["user-login", "user-submit"], 5).map(({ pid }) => pid)).toEqual([300, 301]);
    expect(reader.commandsNamed(server, ["user-login", "user-submit"], 1).map(({ pid }) => pid)).toEqual([300]);
    expect(reader.commandsNamed(server, ["user-nothing"], 5)).toEqual([]);
    const pids = (figure: Parameters<CaseReader["commandsBy"]>[1], atLeast: number) =>
      reader.commandsBy(server, figure, atLeast, 10).map(({ pid }) => pid);
    expect(pids("paused", 1000)).toEqual([300]);
    expect(pids("paused", 1501)).toEqual([]);
    expect(pids("cpu", 4000)).toEqual([300]);
    expect(pids("peer", 1000)).toEqual([300]);
    expect(pids("peer", 1001)).toEqual([]);
    expect(pids("memory", 950)).toEqual([300]);
    expect(pids("compute", 1)).toEqual([]);
  });

  it("tells trigger runs and calls of other servers with the command around them", () => {
    expect(reader.triggerRuns(server, 1000, 5)).toMatchObject([
      { name: "swarm.commit", lapseMs: 9000, cmd: "user-submit", user: "ben", commandLapseMs: 15_000 },
    ]);
    expect(reader.triggerRuns(server, 9001, 5)).toEqual([]);
    expect(reader.remoteCalls(server, 1000, 5)).toMatchObject([
      { address: "commit.example.com:1666", sndMs: 100, rcvMs: 5000, user: "ben", startMs: at(9, 0, 5) },
    ]);
    expect(reader.remoteCounterparts(reader.remoteCalls(server, 1000, 5)[0] as never)).toEqual([]);
  });
});
