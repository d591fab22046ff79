import { describe, expect, it } from "vitest";
import type { KnowledgeDocument } from "../../../../src/advice/knowledge/documents/document.js";
import { only, read, refusal, textOf } from "./reading.js";

describe("tickets", () => {
  it("reads ServiceNow and Jira, without the persons", async () => {
    const snow = await read(
      "snow.csv",
      '\ufeffnumber;short_description;description;close_notes;assigned_to\nINC001;"p4 hangs; for all";"Ada Miller says\n\nall wait";killed pid;Ada Miller\n',
    );
    expect(snow.documents.map(({ id, title }) => [id, title])).toEqual([
      ["snow.csv::INC001", "INC001: p4 hangs; for all"],
    ]);
    expect(textOf(snow.documents[0] as KnowledgeDocument)).toEqual([
      "Description|prose:person-1 says|prose:all wait",
      "Resolution|prose:killed pid",
    ]);
    const jira = await read(
      "jira.csv",
      "Issue key,Summary,Status,Comment,Comment,Reporter\nP4-7,Slow sync,Done,first,second,bob\nP4-8,cut\n",
    );
    expect(jira.documents.map(({ title }) => title)).toEqual(["P4-7: Slow sync", "P4-8: cut"]);
    expect(textOf(jira.documents[0] as KnowledgeDocument)).toEqual([
      "|list:- Status: Done",
      "Comments|prose:first|prose:second",
    ]);
    expect(jira.warnings).toEqual(["jira.csv: 1 of 2 rows have another number of fields than the first"]);
  });

  it("says when a table has no tickets in it", async () => {
    expect(await refusal("x.csv", "a,b\n1,2\n")).toMatch(/no column for a summary/);
  });

  it("finds persons in the heads of notes, and everywhere else in the file", async () => {
    const { documents, warnings } = await read(
      "snow.csv",
      [
        "sep=;",
        "number;short_description;work_notes;opened_by",
        'INC1;hang;"2024-03-05 10:15:00 - Bob Stone (Work notes)\nkilled it, call ada@example.com";System Administrator',
        "INC2;Stone saw it again;;Ada Miller",
      ].join("\r\n"),
    );
    expect(warnings).toEqual([]);
    expect(documents.map(textOf)).toEqual([
      ["Comments|prose:2024-03-05 10:15:00 - person-1 (Work notes)\nkilled it, call mailbox-1"],
      [],
    ]);
    expect(documents[1]?.title).toBe("INC2: person-1 saw it again");
    expect(documents[0]?.trust).toBe("untrusted");
  });

  it("keeps logs between the marks of Jira as code, and who wrote comments out", async () => {
    const document = await only(
      "j.tsv",
      'Issue key\tSummary\tComment\tCustom field (Root cause)\nP-1\tSlow\t"05/Mar/24 10:15 AM;jdoe;jdoe saw {noformat}\npid 1\n  held\n{noformat}"\tlong scan\n',
    );
    expect(textOf(document)).toEqual([
      "Resolution|prose:long scan",
      "Comments|prose:05/Mar/24 10:15 AM;person-1;person-1 saw|code:pid 1\n  held",
    ]);
  });

  it("reads up to an open quote and says so; gives a ticket that comes twice an id of its own", async () => {
    const { documents, warnings } = await read("d.csv", 'key,summary\nA-1,one\nA-1,two\nA-2,"cut off\nA-3,three\n');
    expect(documents.map(({ id, title }) => [id, title])).toEqual([
      ["d.csv::A-1", "A-1: one"],
      ["d.csv::A-1~2", "A-1: two"],
    ]);
    expect(warnings[0]).toMatch(/^d\.csv: read up to row 3 only/);
  });
});
