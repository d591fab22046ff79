import { describe, expect, it } from "vitest";
import type { KnowledgeDocument } from "../../../../src/advice/knowledge/documents/document.js";
import { read, refusal, textOf } from "./reading.js";

describe("Slack", () => {
  const message = (ts: number, text: string, more: object = {}) => ({
    type: "message",
    ts: `${ts}.000100`,
    user: "U0ADA",
    text,
    ...more,
  });

  it("makes a document of each thread and of what was said between pauses, without the persons", async () => {
    const day = [
      message(1709647623, "p4 hangs, <@U0BOB> look at <https://x.example/y|the page> &amp; call ada@example.com"),
      message(1709647700, "root is pid 4711", {
        thread_ts: "1709647623.000100",
        user: "U0BOB",
        user_profile: { real_name: "Bob Miller" },
      }),
      message(1709647650, "has joined", { subtype: "channel_join" }),
      message(1709640000, "good morning, says Bob Miller"),
      message(1709640100, "morning"),
      { nonsense: true },
    ];
    const { documents, warnings } = await read("export/p4-ops/2024-03-05.json", JSON.stringify(day));
    expect(warnings).toEqual(["export/p4-ops/2024-03-05.json: 1 of 6 entries are no messages"]);
    expect(documents.map(({ title }) => title.slice(0, 20))).toEqual(["#p4-ops, 2024-03-05:", "#p4-ops, 2024-03-05:"]);
    const [morning = "", thread = ""] = documents.map((one) => textOf(one).join());
    expect(morning).toMatch(/good morning.*\|prose:.*: morning/);
    expect(thread).toMatch(/p4 hangs, person-\d look at the page \(https:\/\/x\.example\/y\) & call mailbox-1/);
    for (const name of ["U0ADA", "U0BOB", "Bob", "ada@example.com"]) expect(morning + thread).not.toContain(name);
    expect(new Set(documents.map(({ trust }) => trust))).toEqual(new Set(["untrusted"]));
  });

  it("says when the export is damaged", async () => {
    expect(await refusal("a/b.json", '[{"ts": "1709647623.000100", "text": "cut')).toMatch(/damaged JSON/);
  });

  it("knows a person by id, name and first name as one, and shows none of them", async () => {
    const day = [
      message(1709647623, "<@U0BOB|bob> or Bob?", { user_profile: { real_name: "Ada Miller", display_name: "amill" } }),
      message(1709647630, "Ada, amill and Miller are <@U0ADA>", {
        user: "U0BOB",
        user_profile: { real_name: "Bob Stone" },
      }),
    ];
    const { documents } = await read("2024-03-05.json", JSON.stringify(day));
    expect(documents.map(({ title }) => title)).toEqual(["#2024-03-05, 2024-03-05: person-2 or person-2?"]);
    expect(textOf(documents[0] as KnowledgeDocument)).toEqual([
      "|prose:person-1: person-2 or person-2?|prose:person-2: person-1, person-1 and person-1 are person-1",
    ]);
  });

  it("drops what bots say unless people answer, keeps logs as code and names files", async () => {
    const day = [
      message(1709647000, "all green", { subtype: "bot_message", username: "watcher", user: undefined }),
      message(1709647001, "300 blocked", {
        ...{ subtype: "bot_message", username: "watcher", user: undefined, thread_ts: "1709647001.000100" },
      }),
      message(1709647100, "seen:\n```\npid 1\n  held\n```", {
        ...{ thread_ts: "1709647001.000100", files: [{ name: "log.txt" }] },
      }),
    ];
    const { documents } = await read("e/ops/d.json", JSON.stringify(day));
    expect(documents.map(textOf)).toEqual([
      ["|prose:bot-1: 300 blocked|prose:person-1: seen:|code:pid 1\n  held|prose:(file: log.txt)"],
    ]);
  });

  it("counts entries without a time, and parts what a pause of half an hour parts", async () => {
    const day = [message(1709640000, "one"), message(1709641700, "two"), message(1709643600, "three")];
    const odd = { ...message(1, "x"), ts: "99999999999999999999.1" };
    const { documents, warnings } = await read("e/ops/d.json", JSON.stringify([...day, odd]));
    expect(documents.map(({ sections }) => sections[0]?.blocks.length)).toEqual([2, 1]);
    expect(warnings).toEqual(["e/ops/d.json: 1 of 4 entries are no messages"]);
  });
});
