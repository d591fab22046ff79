import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReportModel } from "../../src/contracts/report-model.js";
import { renderReport } from "../../src/report/report.js";
import { reportModel, wedgeDocument, wedgeModel, wedgeTimeline } from "../support/sample-document.js";
import { HOSTILE } from "./hostile-model.js";

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const CHROMIUM = CANDIDATES.find((path) => path !== undefined && existsSync(path));
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

interface Opened {
  readonly page: Page;
  /** Everything the page asked for besides itself. */
  readonly requests: string[];
  readonly complaints: string[];
}

// Without a browser there is nothing to open the page with; CI installs Debian's chromium.
describe.skipIf(CHROMIUM === undefined)("the HTML report in Chromium (skipped where none is installed)", () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), "p4rca-report-"));

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? "", args: ARGS });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(model: ReportModel, javaScriptEnabled: boolean, width = 1280): Promise<Opened> {
    const file = join(folder, "report.html");
    writeFileSync(file, renderReport("html", model));
    const url = pathToFileURL(file).href;
    const page = await browser.newPage({ javaScriptEnabled, viewport: { width, height: 900 } });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => {
      if (request.url() !== url) requests.push(request.url());
    });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(url);
    return { page, requests, complaints };
  }

  it("filters bars by duration and table, zooms, and fetches nothing", async () => {
    const { page, requests, complaints } = await open(wedgeModel(), true);
    const bars = page.locator("#inc-1-timeline [data-seconds]");
    const shown = page.locator("#inc-1-timeline [data-shown]");
    const total = wedgeTimeline().length;
    expect(await bars.count()).toBe(total);
    expect(await shown.textContent()).toBe(`${total} of ${total} bars`);

    await page.locator("#inc-1-timeline [data-threshold-box]").fill("30");
    const long = wedgeTimeline().filter((bar) => bar.toMs - bar.fromMs >= 30_000).length;
    expect(await shown.textContent()).toBe(`${long} of ${total} bars`);
    expect(await bars.locator("visible=true").count()).toBe(long);

    await page.locator("#inc-1-timeline [data-lane-filter]").selectOption("db.revdx");
    expect(await page.locator("#inc-1-timeline [data-lane]").locator("visible=true").count()).toBe(1);

    const inner = page.locator("#inc-1-timeline .timeline-inner");
    const before = await inner.evaluate((element) => element.clientWidth);
    await page.locator('#inc-1-timeline [data-zoom="2"]').click();
    expect(await inner.evaluate((element) => element.clientWidth)).toBe(before * 2);

    await page.locator("#inc-1-timeline [data-seconds].root").first().hover();
    expect(await page.locator("#inc-1-timeline [data-detail]").textContent()).toMatch(
      /^Root blocker: pid 4101 nightly user-files held db.revdx for read 41.9 s/,
    );
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  it("filters the table of files", async () => {
    const { page, complaints } = await open(wedgeModel(), true);
    await page.locator('[data-table-filter="inputs-table"]').fill("lslocks");
    expect(await page.locator("#inputs-table tbody tr").locator("visible=true").count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  it("says everything with JavaScript off, without dead controls", async () => {
    const { page, requests } = await open(wedgeModel(), false);
    for (const text of [
      wedgeDocument().headline,
      "pid 4101",
      "user-files //depot/...",
      "incident/logs/log:38",
      "---   total lock wait+held read/write 0ms+0ms/40038ms+460ms",
      "Never terminate 4117",
    ]) {
      expect(await page.getByText(text).locator("visible=true").count(), text).toBeGreaterThan(0);
    }
    expect(await page.locator("[data-controls]").locator("visible=true").count()).toBe(0);
    expect(await page.locator("#inc-1-timeline [data-seconds].root").first().isVisible()).toBe(true);
    expect(requests).toEqual([]);
    await page.close();
  }, 60_000);

  it("fits a narrow screen without scrolling sideways", async () => {
    const { page } = await open(wedgeModel(), true, 400);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(400);
    await page.close();
  }, 60_000);

  it("shows hostile text as text: no script runs, nothing is fetched", async () => {
    const document = wedgeDocument();
    const [incident] = document.incidents;
    if (incident === undefined || incident.suspect === null) throw new Error("the sample has an incident");
    const bait = HOSTILE.slice(0, 12).join(" ");
    const evidence = incident.evidence.map((item) => ({ ...item, fact: bait, source: { ...item.source, text: bait } }));
    const suspect = { ...incident.suspect, args: bait, user: bait };
    const poisoned = { ...document, headline: bait, incidents: [{ ...incident, evidence, suspect }] };
    const timeline = wedgeTimeline().map((bar) => ({ ...bar, object: `${bar.object}${bait}`, user: bait }));
    const { page, requests, complaints } = await open(reportModel(poisoned, { timeline }), true);
    expect(await page.locator("h1").textContent()).toContain("</style></script><script>alert(1)</script>");
    expect(await page.locator("zzx, img, script:not(:last-of-type)").count()).toBe(0);
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);
});
