import { describe, expect, it } from "vitest";
import type { KnowledgeDocument } from "../../../../src/advice/knowledge/documents/document.js";
import { only, read, textOf } from "./reading.js";

describe("p4 help", () => {
  it("makes a document of each topic", async () => {
    const help = `
    monitor -- Display server process information

    p4 monitor show [-a -l -e]
    p4 monitor terminate id

	The show command lists running commands.

    counters -- Display list of known counters

    p4 counters [-e filter]

	Lists counters.
`;
    const { documents } = await read("help.txt", help);
    expect(documents.map(({ id, source, facets }) => [id, source, facets.commands])).toEqual([
      ["help.txt::monitor", "help.txt", ["user-monitor"]],
      ["help.txt::counters", "help.txt", ["user-counters"]],
    ]);
    expect(textOf(documents[0] as KnowledgeDocument)[0]).toContain(
      "code:    p4 monitor show [-a -l -e]\n    p4 monitor terminate id",
    );
  });

  it("takes a synonym as another name of the same command", async () => {
    const client =
      "\n    client -- Edit a workspace\n    workspace -- Synonym for 'client'\n\n    p4 client [name]\n\n\tEdits it.\n";
    expect(await only("client.txt", client)).toMatchObject({
      ...{ id: "client.txt::client", title: "p4 help client (also workspace): Edit a workspace" },
      ...{ facets: { commands: ["user-client", "user-workspace"] }, trust: "untrusted", kind: "p4-help" },
    });
  });

  it("reads the list of all commands, and the page above all", async () => {
    const list =
      "\n    Perforce client commands:\n\n\tadd         Open a new file\n\tadmin       Do something to the server\n";
    const commands = await only("commands.txt", list);
    expect(commands.id).toBe("commands.txt::commands");
    expect(textOf(commands)).toEqual(["|list:p4 add: Open a new file|list:p4 admin: Do something to the server"]);
    const help = "\n    Perforce -- a system.\n\n    p4 is its client.  Try:\n\n\tp4 help simple\n";
    expect(await only("help.txt", help)).toMatchObject({ id: "help.txt::help", facets: { commands: [] } });
  });

  it("takes an address stated above it for the source", async () => {
    const help = "Source: https://www.example.com/p4help\n\n    sync -- Update\n\n    p4 sync [-f]\n\n\tUpdates.\n";
    expect(await only("s.txt", help)).toMatchObject({ source: "https://www.example.com/p4help", trust: "site" });
  });

  it("leaves text that only looks like help to plain text", async () => {
    expect((await only("x.txt", "A runbook.\n\n    sync -- never on the master\n")).kind).toBe("text");
  });
});
