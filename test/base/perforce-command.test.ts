import { describe, expect, it } from "vitest";
import {
  classify,
  hasFlag,
  isInteractive,
  isReadOnly,
  isWholeDepot,
  timeBudget,
  verbOf,
} from "../../src/base/perforce-command.js";
import { command } from "../support/fake-reader.js";

describe("classify", () => {
  it.each([
    ["user-files", "//...", "report"],
    ["files", "//...", "report"],
    ["user-sync", "-f //...", "transfer"],
    ["user-sync", "-n //...", "report"],
    ["user-sync", "--no-such", "transfer"],
    ["dm-CommitSubmit", "", "submit"],
    ["user-populate", "//a/... //b/...", "integrate"],
    ["user-label", "-o rel", "report"],
    ["user-label", "-d rel", "label"],
    ["user-admin", "checkpoint -Z", "checkpoint"],
    ["user-admin", "dump", "checkpoint"],
    ["user-admin", "journal", "journal"],
    ["user-admin", "restart", "admin"],
    ["admin", "resource-monitor", "background"],
    ["rmt-FileFetch", "", "background"],
    ["pull", "-i 1", "background"],
    ["pull -I 100 -b 1", "", "background"],
    ["user-never-heard-of", "", "other"],
    ["", "", "other"],
  ])("%s %s is %s", (cmd, args, kind) => {
    expect(classify(cmd, args)).toBe(kind);
  });
});

describe("verbOf", () => {
  it("drops what the server puts before a user's word", () => {
    expect(["user-fstat", "dm-SubmitChange", "fstat", ""].map(verbOf)).toEqual([
      "fstat",
      "dm-SubmitChange",
      "fstat",
      "",
    ]);
  });
});

describe("hasFlag", () => {
  it.each([
    ["-n", true],
    ["-fn //...", true],
    ["--parallel=n", false],
    ["//depot/-n", false],
    ["-", false],
    ["", false],
  ])("finds n in %j: %s", (args, found) => {
    expect(hasFlag(args, "n")).toBe(found);
  });
});

describe("isInteractive", () => {
  it.each([
    ["user-change", "", true],
    ["user-change", "4711", true],
    ["user-change", "-i", false],
    ["user-submit", "-d text", false],
    ["user-login", "-a", true],
    ["user-resolve", "-am", false],
    ["user-resolve", "", true],
    ["user-files", "", false],
  ])("%s %s: %s", (cmd, args, interactive) => {
    expect(isInteractive(cmd, args)).toBe(interactive);
  });
});

describe("isReadOnly", () => {
  it("does not hold for verify, which may write digests", () => {
    expect(isReadOnly("user-verify", "-q //...")).toBe(false);
    expect(isReadOnly("user-print", "//a")).toBe(true);
    expect(isReadOnly("user-sync", "//...")).toBe(false);
  });
});

describe("isWholeDepot", () => {
  it.each([
    ["//...", true],
    ["-a //depot/...@123", true],
    ["//*", true],
    ["//depot/main/...", false],
    ["//depot/...c", false],
    ["//depot", false],
    ["", false],
  ])("%j: %s", (args, whole) => {
    expect(isWholeDepot(args)).toBe(whole);
  });
});

describe("timeBudget", () => {
  const of = (over: Parameters<typeof command>[0]) => timeBudget(command(over))?.dominant;

  it("names the part that took half of the lapse", () => {
    expect(of({ commandId: 1, lapseMs: 1000, lockWaitMs: 500 })).toBe("lock-wait");
    expect(of({ commandId: 1, lapseMs: 1000, pausedMs: 900 })).toBe("paused");
    expect(of({ commandId: 1, lapseMs: 1000, triggerMs: 600, cpuMs: 600 })).toBe("trigger");
    expect(of({ commandId: 1, lapseMs: 1000, rpcSndMs: 300, rpcRcvMs: 200 })).toBe("peer");
    expect(of({ commandId: 1, lapseMs: 1000, cpuMs: 999 })).toBe("cpu");
    expect(of({ commandId: 1, lapseMs: 1000, cpuMs: 499, rpcSndMs: 499 })).toBe("none");
  });

  it("is unknown without a lapse, and falls back to the clock", () => {
    expect(timeBudget(command({ commandId: 1, lapseMs: null }))).toBeNull();
    expect(timeBudget(command({ commandId: 1, startMs: 0, lapseMs: null, endMs: 4000 }))?.lapseMs).toBe(4000);
    expect(timeBudget(command({ commandId: 1, lapseMs: 0 }))).toBeNull();
  });
});
