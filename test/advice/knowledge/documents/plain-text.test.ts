import { describe, expect, it } from "vitest";
import type { KnowledgeDocument } from "../../../../src/advice/knowledge/documents/document.js";
import { only, read, textOf } from "./reading.js";

describe("plain text", () => {
  it("finds headings of AsciiDoc, underlined, numbered and in capitals", async () => {
    const adoc = await only(
      "runbook.adoc",
      "= Runbook\n\nIntro.\n\n== Stop\n\nRun this:\n\n----\np4 admin stop\n----\n",
    );
    expect(adoc.title).toBe("Runbook");
    expect(textOf(adoc)).toEqual(["|prose:Intro.", "Stop|prose:Run this:|code:p4 admin stop"]);
    const text = await only(
      "sdp.txt",
      "SDP Guide\n=========\n\nWords.\n\nROTATING THE LOG\n\nMore.\n\n3.2 Starting again\n\nLast.\n",
    );
    expect(textOf(text)).toEqual([
      "|prose:Words.",
      "ROTATING THE LOG|prose:More.",
      "ROTATING THE LOG > Starting again|prose:Last.",
    ]);
  });

  it("reads other encodings, and says where it guessed", async () => {
    expect(
      textOf(await only("u.txt", new Uint8Array([0xff, 0xfe, ...Buffer.from("Lock für db.rev", "utf16le")]))),
    ).toEqual(["|prose:Lock für db.rev"]);
    const { documents, warnings } = await read("l.txt", new Uint8Array(Buffer.from("Schl\xfcssel", "latin1")));
    expect(textOf(documents[0] as KnowledgeDocument)).toEqual(["|prose:Schlüssel"]);
    expect(warnings[0]).toMatch(/Windows-1252/);
  });

  it("keeps lists apart and code as it is indented", async () => {
    const text = await only(
      "n.txt",
      "Do this:\n- first\n  goes on\n- second\n\n    p4 admin stop\n      indented\n\n1) last\n",
    );
    expect(textOf(text)).toEqual([
      "|prose:Do this:|list:- first goes on|list:- second|code:    p4 admin stop\n      indented|list:1) last",
    ]);
  });

  it("leaves out what AsciiDoc says to its tools, and takes no line across the page for code", async () => {
    const adoc = await only(
      "r.adoc",
      "= Runbook\n:toc: left\n\n// hidden\n[source,bash]\n----\nsystemctl stop p4d\n----\n\n* one\n** two\n",
    );
    expect(textOf(adoc)).toEqual(["|code:systemctl stop p4d|list:* one|list:** two"]);
    expect(textOf(await only("s.txt", "Above.\n\n----\n\nBelow.\n"))).toEqual([
      "|prose:Above.|prose:----|prose:Below.",
    ]);
  });

  it("takes shouted words within a sentence, and a numbered sentence, for no heading", async () => {
    const text = await only("t.txt", "NEVER DO THIS\nwithout a copy.\n\n1. Stop the server. Then wait.\n\nEnd.\n");
    expect(textOf(text)).toEqual([
      "|prose:NEVER DO THIS without a copy.|list:1. Stop the server. Then wait.|prose:End.",
    ]);
  });

  it("names the address that the text states", async () => {
    expect(await only("u.txt", "Locks\n=====\n\nSource: https://wiki.example.com/locks\n\nWords.\n")).toMatchObject({
      ...{ title: "Locks", source: "https://wiki.example.com/locks", trust: "site" },
    });
  });

  it("ends in time for one huge line and for many marks", async () => {
    const startMs = performance.now();
    for (const text of ["=".repeat(2_000_000), " ".repeat(2_000_000), "----\n".repeat(200_001), "A ".repeat(1_000_000)])
      await read("huge.txt", `x${text}y`);
    expect(performance.now() - startMs).toBeLessThan(5000);
  });
});
