import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CaseDb } from "../../src/casedb/casedb.js";
import type { CaseReader, RemoteCall } from "../../src/contracts/case-reader.js";
import { P4LogWriter, type WriterCommand } from "../support/p4log-writer.js";
import { at, realCase } from "./real-case.js";

const info = (serverId: string, address: string, services: string, offset: string) =>
  `User name: super\nServer address: ${address}\nServer date: 2024/03/05 12:00:00 ${offset}\nServer version: P4D/LINUX26X86_64/2023.2/2535420 (2023/12/19)\nServer services: ${services}\nServerID: ${serverId}\n`;

const submit: WriterCommand = {
  pid: 500,
  startMs: at(9, 0, 10),
  cmd: "user-submit",
  user: "ben",
  workspace: "ben_ws",
  ip: "10.0.0.5",
};

function edgeLog(): string {
  const log = new P4LogWriter().start(submit).completed(submit, at(9, 0, 50), 40_000);
  log.track(submit, { lapseMs: 40_000, rpc: [{ host: "commit.example.com:1666", sndMs: 10, rcvMs: 39_000 }] });
  return log.toString();
}

/** Two hours ahead: the commit server stands in another zone. */
function commitLog(): string {
  const log = new P4LogWriter();
  const add = (pid: number, second: number, lapseMs: number, over: Partial<WriterCommand>) => {
    const startMs = at(11, 0, 0) + second * 1000;
    const command = {
      pid,
      startMs,
      cmd: "rmt-SubmitShelf",
      user: "ben",
      workspace: "ben_ws",
      ip: "10.9.0.1/10.0.0.5",
      ...over,
    };
    log.start(command).completed(command, startMs + lapseMs, lapseMs);
  };
  add(900, 2, 1000, {}); // before the submit began
  add(901, 11, 38_000, {});
  add(902, 12, 500, { cmd: "rmt-Other", workspace: "ben_laptop" });
  add(903, 12, 9000, { user: "cleo", workspace: "ben_ws" });
  add(904, 30, 39_000, { workspace: "elsewhere", ip: "10.0.7.7" });
  add(905, 300, 1000, {}); // long after it
  return log.toString();
}

const files = (address: string) => ({
  "edge/logs/log": edgeLog(),
  "edge/info.txt": info("edge.1", "edge.example.com:1666", "edge-server", "+0000 UTC"),
  "commit/logs/log": commitLog(),
  "commit/info.txt": info("commit.1", address, "commit-server", "+0200 CEST"),
});

describe("a command of an edge in the log of its commit server", () => {
  let caseDb: CaseDb;
  let reader: CaseReader;
  const callOf = (from: CaseReader): RemoteCall => {
    const edge = from.servers().find(({ role }) => role === "edge");
    const [call] = from.remoteCalls(edge?.id ?? 0, 1000, 5);
    if (call === undefined) throw new Error("no call in the edge's log");
    return call;
  };
  beforeAll(async () => {
    caseDb = await realCase(files("ssl:commit:1666"), null);
    reader = caseDb.reader();
  });
  afterAll(() => caseDb.close());

  it("finds the server by its address or its name", () => {
    const commit = reader.servers().find(({ role }) => role === "commit")?.id;
    expect(reader.serverAt("commit.example.com:1666")).toBe(commit);
    expect(reader.serverAt("COMMIT.1")).toBe(commit);
    expect(reader.serverAt("backup.example.com:1666")).toBeNull();
    expect(reader.serverAt("commit.example.com:1777")).toBeNull();
  });

  it("finds who ran there for the same user meanwhile, likeliest first, across zones", () => {
    expect(reader.remoteCounterparts(callOf(reader)).map(({ pid }) => pid)).toEqual([901, 902, 904]);
    expect(reader.remoteCounterparts(callOf(reader))[0]).toMatchObject({ lapseMs: 38_000, startMs: at(11, 0, 11) });
  });

  it("takes the only commit server for an address that nobody knows", async () => {
    const aliased = await realCase(files("10.1.1.1:1999"), null);
    const other = aliased.reader();
    expect(other.serverAt("commit.example.com:1666")).toBeNull();
    expect(other.remoteCounterparts(callOf(other))[0]?.pid).toBe(901);
    aliased.close();
  });

  it("finds nothing without that server's log", async () => {
    const { "edge/logs/log": log, "edge/info.txt": said } = files("commit:1666");
    const alone = await realCase({ "edge/logs/log": log, "edge/info.txt": said }, null);
    expect(alone.reader().remoteCounterparts(callOf(alone.reader()))).toEqual([]);
    alone.close();
  });
});
