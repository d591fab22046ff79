import { describe, expect, it } from "vitest";
import { messageSignature, serverMessage } from "../../src/base/server-messages.js";

describe("serverMessage", () => {
  it.each([
    [
      "The filesystem 'P4LOG' has only 9M free, but the server configuration requires at least 250M available.",
      "space-min",
    ],
    ["write: /p4/1/logs/journal: No space left on device", "no-space"],
    ["Database get error on db.rev!\nBTree is corrupt!", "corruption"],
    ["read: /p4/1/root/db.rev: Input/output error", "io-fault"],
    ["Journal file '-' replay failed at line 1!\nBad opcode '1765553439' journal record!", "journal-replay"],
    ["Transfer of librarian file '//depot/a.bin 1.7' failed.", "archive-transfer"],
    ["Librarian checkout //depot/a.c 1.4 failed.", "archive"],
    ["Too much memory used (over 4096); see 'p4 help maxmemory'.", "limit"],
    ["Request too large for server memory (try later?).", "memory"],
    ["Waited too long (300s) while command paused;  terminated.", "pressure"],
    ["Request refused: this server is configured to run a maximum of 500 simultaneous commands.", "max-commands"],
    ["Perforce password (P4PASSWD) invalid or unset.", "ticket"],
    ["License expired.", "license"],
    ["warning: Your license will expire in 60 days.", "other"],
    ["//depot/corrupt/db.rev - no such file(s).", "user"],
    ["'swarm.changesave' validation failed: no job", "trigger"],
    ["Connection from 10.1.2.3 broken.", "peer-lost"],
    ["Something nobody has ever seen.", "other"],
  ])("%s is %s", (text, kind) => {
    expect(serverMessage(text)).toBe(kind);
  });

  it("reads the beginning of an endless text only", () => {
    expect(serverMessage(`${"x".repeat(100_000)} btree is corrupt`)).toBe("other");
  });
});

describe("messageSignature", () => {
  it("is the same whatever numbers, names and paths there are", () => {
    const one = messageSignature("Client 'a_ws' of pid 17: //depot/a.c#3 failed\nsecond line");
    expect(one).toBe(messageSignature("Client 'b_ws' of pid 99: //depot/x/b.c#4 failed"));
    expect(one).not.toBe(messageSignature("Client 'a_ws' of pid 17: //depot/a.c#3 went away"));
    expect(messageSignature("'".repeat(50_000)).length).toBeLessThanOrEqual(160);
  });
});
