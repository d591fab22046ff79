import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeHtml, html } from "../../src/report/html/markup.js";
import { renderReport } from "../../src/report/report.js";
import { wedgeModel } from "../support/sample-document.js";
import { HOSTILE, hostileModels } from "./hostile-model.js";

interface Tag {
  readonly name: string;
  readonly attributes: readonly (readonly [string, string])[];
}

/** Every tag of the page. Escaped data holds no `<`, `>` or quote, so tags can be read with plain patterns. */
function tagsOf(page: string): Tag[] {
  const markup = page.replace(/<style>[\s\S]*?<\/style>/, "").replace(/<script>[\s\S]*?<\/script>/, "");
  return [...markup.matchAll(/<([^>]*)>/g)].map((match) => {
    const inside = match[1] ?? "";
    const name = /^\/?!?[a-z0-9]*/.exec(inside)?.[0] ?? "";
    const attributes = [...inside.slice(name.length).matchAll(/([^\s="]+)(?:="([^"]*)")?/g)];
    return { name, attributes: attributes.map(([, key = "", value = ""]) => [key, value] as const) };
  });
}

const benign = tagsOf(renderReport("html", wedgeModel()));
const OWN_TAGS = new Set([
  ...benign.map(({ name }) => name),
  ..."br ul /ul li /li details /details summary /summary ol /ol code /code rect /rect small /small em /em".split(" "),
]);

function isHarmless({ name, attributes }: Tag): boolean {
  return (
    OWN_TAGS.has(name) &&
    attributes.every(([key, value]) => {
      if (key === "href") return value.startsWith("#");
      if (key === "style") return /^width:\d+(px|%)$/.test(value);
      return !/^(on|src|action|formaction|xlink|background|poster|data$)/.test(key);
    })
  );
}

describe("the HTML report", () => {
  it("lets no text of a log become markup, an event handler or an address", () => {
    fc.assert(
      fc.property(hostileModels, (model) => {
        const page = renderReport("html", model);
        expect(page.match(/<script>/g)).toHaveLength(1);
        expect(page.match(/<style>/g)).toHaveLength(1);
        expect(tagsOf(page).filter((tag) => !isHarmless(tag))).toEqual([]);
      }),
      { numRuns: 80 },
    );
  }, 60_000);

  it("forbids every fetch by its own policy and names no address", () => {
    const page = renderReport("html", wedgeModel());
    expect(page).toContain(
      "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\"",
    );
    expect(page).not.toMatch(/https?:\/\/|url\((?!#)|@import|<link|<img|<iframe/);
  });

  it.each(HOSTILE)("escapes %j", (value) => {
    expect(escapeHtml(value)).not.toMatch(/[<>"'`\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it("escapes by default and keeps markup that is markup already", () => {
    expect(html`<p title="${'"x"'}">${["<i>", html`<b>${"&"}</b>`, 3, null]}</p>`.text).toBe(
      '<p title="&quot;x&quot;">&lt;i&gt;<b>&amp;</b>3</p>',
    );
  });

  it("holds every piece of evidence with its line, linked from the chain", () => {
    const page = renderReport("html", wedgeModel());
    for (const id of ["E1", "E2", "E3"]) {
      expect(page).toContain(`id="inc-1-${id}"`);
      expect(page).toContain(`href="#inc-1-${id}"`);
    }
    expect(page).toContain("incident/logs/log:38");
    expect(page).toContain("---   total lock wait+held read/write 0ms+0ms/40038ms+460ms");
  });

  it("is the same for the same model", () => {
    expect(renderReport("html", wedgeModel())).toBe(renderReport("html", wedgeModel()));
  });
});
