import { expect, it } from "vitest";
import { collectorGaps } from "../../src/pipeline/collector-gaps.js";
import { realCase } from "../casedb/real-case.js";

it("names what the collector did not get, once, and not what a second try brought", async () => {
  const steps = [
    ...["monitor-1 timeout 20 captures/monitor-1.txt", "monitor-2 timeout 20 captures/monitor-2.txt"],
    ...["lslocks-1 failed:127 0 captures/lslocks-1.txt", "lslocks-2 ok 0 captures/lslocks-2.txt"],
    ...["lsof-1 skipped:no-p4d-process 0 -", "iostat failed:1 2 system/iostat.txt", "df-k ok 0 system/df-k.txt"],
  ];
  const manifest = ["p4rca-collect manifest 1", "zone: +01:00", ...steps.map((step) => `step: ${step}`)].join("\n");
  const caseDb = await realCase({ "manifest.txt": `${manifest}\n` });
  expect(collectorGaps(caseDb)).toEqual([
    "monitor: timed out when it was collected",
    "lsof: not collected (no-p4d-process)",
    "iostat: could not be collected (exit 1)",
  ]);
  caseDb.close();
});
