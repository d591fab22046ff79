import { describe, expect, it } from "vitest";
import { renderReport } from "../../src/report/report.js";
import { wedgeModel } from "../support/sample-document.js";

const share = (name: string, blockedSeconds: number) => ({ name, commands: 3, users: 2, blockedSeconds });

function modelWith(users: number, name = "nina") {
  return {
    ...wedgeModel(),
    impact: {
      "inc-1": {
        byUser: Array.from({ length: users }, (_, index) => share(`${name}${index}`, 90 - index)),
        byApplication: [share("P4V", 90)],
        byPlace: [share("by way of 10.60.0.3", 0)],
      },
    },
  };
}

describe("whom it cost what", () => {
  it("is a table in Markdown", () => {
    const rows = renderReport("md", modelWith(2))
      .split("\n")
      .filter((line) => /^\| (user|program|from) /.test(line));
    expect(rows).toEqual([
      "| user | `nina0` | 3 | 2 | 90.0 s (1 min 30 s) |",
      "| user | `nina1` | 3 | 2 | 89.0 s (1 min 29 s) |",
      "| program | `P4V` | 3 | 2 | 90.0 s (1 min 30 s) |",
      "| from | `by way of 10.60.0.3` | 3 | 2 | – |",
    ]);
  });

  it("is a table in HTML, and no name becomes markup", () => {
    const page = renderReport("html", modelWith(1, "<img src=x>"));
    expect(page).toContain('id="inc-1-losses"');
    expect(page).toContain("&lt;img src=x&gt;0");
    expect(page).not.toContain("<img src=x>");
  });

  it("tells the first few only", () => {
    const markdown = renderReport("md", modelWith(40));
    expect(markdown).toContain("`nina7`");
    expect(markdown).not.toContain("`nina8`");
  });

  it("is absent where the model does not know, and never part of the document", () => {
    expect(renderReport("md", wedgeModel())).not.toContain("| user |");
    expect(renderReport("json", modelWith(2))).toBe(renderReport("json", wedgeModel()));
  });
});
