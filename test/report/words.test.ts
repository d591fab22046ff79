import { describe, expect, it } from "vitest";
import { clean, columnsOf, cutEnd, cutMiddle, pageFor, wrap } from "../../src/report/text/columns.js";
import { bytesText, durationText, exactDuration, percentText } from "../../src/report/view/amounts.js";
import { bestEvidence, placeText, verbatim } from "../../src/report/view/citations.js";
import { lossTexts, mendedTexts } from "../../src/report/view/evidence-balance.js";
import { localTime, shortTime } from "../../src/report/view/local-times.js";
import { rootHeldSeconds } from "../../src/report/view/root-hold.js";
import { reportModel, wedgeDocument, wedgeIncident, wedgeModel } from "../support/sample-document.js";
import { lostEvidenceModel } from "../support/sample-variants.js";

const page = pageFor(80, false);

describe("amounts", () => {
  it.each([
    [0, "0.0 s"],
    [59.94, "59.9 s"],
    [60, "1 min"],
    [158.2, "2 min 38 s"],
    [3599.7, "1 h"],
    [11520.4, "3 h 12 min"],
    [183_600, "2 d 3 h"],
  ])("%d seconds is %s", (seconds, words) => {
    expect(durationText(seconds)).toBe(words);
  });

  it("gives the exact seconds beside larger units", () => {
    expect(exactDuration(158.2)).toBe("158.2 s (2 min 38 s)");
    expect(exactDuration(40)).toBe("40.0 s");
  });

  it("never rounds up to certainty", () => {
    expect([percentText(0.999), percentText(1), percentText(0.29)]).toEqual(["99%", "100%", "29%"]);
  });

  it.each([
    [999, "999 bytes"],
    [1000, "1.0 kB"],
    [146_100_000, "146.1 MB"],
  ])("%d bytes is %s", (bytes, words) => {
    expect(bytesText(bytes)).toBe(words);
  });
});

describe("local times", () => {
  const berlin = { offsetMinutes: 60, label: "+01:00" };

  it("are what the server's log prints", () => {
    expect(localTime("2024-03-05T23:30:00Z", berlin)).toBe("2024/03/06 00:30:00");
  });

  it("leave the date out beside a time of the same local day only", () => {
    expect(shortTime("2024-03-05T22:59:59Z", "2024-03-05T22:00:00Z", berlin)).toBe("23:59:59");
    expect(shortTime("2024-03-05T23:00:00Z", "2024-03-05T22:00:00Z", berlin)).toBe("2024/03/06 00:00:00");
  });
});

describe("columns", () => {
  it("counts wide characters twice and never too few", () => {
    expect(columnsOf("db.rev")).toBe(6);
    expect(columnsOf("日本")).toBe(4);
    expect(columnsOf("👍")).toBe(2);
    expect(columnsOf("e\u0301")).toBe(2);
  });

  it("cuts the middle so that path and line number stay", () => {
    expect(cutMiddle("incident/logs/commit/log.20240305:5521", 21, page)).toBe("incident/l…40305:5521");
    expect(cutMiddle("日本語日本語", 7, page)).toBe("日…本語");
    expect(cutEnd("one two three", 8, page)).toBe("one two…");
  });

  it("wraps at blanks and cuts words that fit no line", () => {
    expect(wrap("held db.revdx for read", 10, page)).toEqual(["held", "db.revdx", "for read"]);
    expect(wrap("x".repeat(30), 9, page)).toEqual(["xxxx…xxxx"]);
    expect(wrap("   ", 9, page)).toEqual([]);
  });

  it("makes controls visible, and everything else too where only ASCII is shown", () => {
    expect(clean("a\u001b[2Jb", page)).toBe("a\\x1b[2Jb");
    expect(clean("café", pageFor(80, true))).toBe("caf\\u{e9}");
  });
});

describe("what reports say about a model", () => {
  it("takes the root's hold from its bar, else from a cited fact, else says nothing", () => {
    const model = wedgeModel();
    const incident = wedgeIncident();
    expect(rootHeldSeconds(model, incident)).toBe(41.85);
    const bare = reportModel(wedgeDocument());
    expect(rootHeldSeconds(bare, incident)).toBe(41.85);
    expect(rootHeldSeconds(bare, { ...incident, evidence: [] })).toBeNull();
    const other = model.timeline.map((bar) => ({ ...bar, incident: "inc-9" }));
    expect(rootHeldSeconds({ ...model, timeline: other }, { ...incident, evidence: [] })).toBeNull();
  });

  it("cites the leading hypothesis' first fact", () => {
    expect(bestEvidence(wedgeIncident())?.id).toBe("E3");
    expect(bestEvidence({ ...wedgeIncident(), hypotheses: [] })?.id).toBe("E1");
  });

  it("names file and line, also of a file it does not know", () => {
    const { inputs } = wedgeDocument().case;
    expect(placeText(inputs, { input: 2, line: 7 })).toBe("incident/logs/log.1.gz:7");
    expect(placeText(inputs, { input: 99, line: 0 })).toBe("input 99");
    expect(verbatim("\t2024/03/05 14:07:03 pid 4101\r\n")).toBe("    2024/03/05 14:07:03 pid 4101");
  });

  it("does not call a clock that was set right a loss", () => {
    const document = wedgeDocument();
    const [log, ...others] = document.case.inputs;
    if (log === undefined) throw new Error("the sample has inputs");
    const notes = ["clock 42 s behind the log's, judged by 23 monitor rows; corrected"];
    const clocked = { ...document, case: { ...document.case, inputs: [{ ...log, notes }, ...others] } };
    expect(lossTexts(clocked)).toEqual([]);
    expect(mendedTexts(clocked)).toEqual([`${log.path}: ${notes[0]}`]);
  });

  it("does not call lost what another file holds, too", () => {
    const document = wedgeDocument();
    const [log] = document.case.inputs;
    if (log === undefined) throw new Error("no inputs");
    const note = "the first 57408 bytes also end logs/log.1 and count once";
    const bytesBy = { ...log.bytesBy, unknown: 0, skipped: 57_408 };
    const overlapping = { ...document, case: { ...document.case, inputs: [{ ...log, notes: [note], bytesBy }] } };
    expect(lossTexts(overlapping)).toEqual([]);
    expect(mendedTexts(overlapping)).toEqual([`${log.path}: ${note}`]);
  });

  it("lists what was lost, and nothing where nothing was", () => {
    expect(lossTexts(wedgeDocument())).toEqual([]);
    expect(lossTexts(lostEvidenceModel().document)).toEqual([
      "3.0 MB of 146.1 MB not read",
      "400.0 kB of 146.1 MB not understood",
      "incident/logs/log.1.gz: truncated gzip after 101.9 MB",
      "incident/captures/lslocks.1: first line torn",
    ]);
  });
});
