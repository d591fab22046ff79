import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { generateLog, mixNamed } from "../../bench/generate-log.js";
import { openCase } from "../../src/casedb/casedb.js";
import { caseOf, differences } from "../pipeline/fill.js";
import { p4rca } from "./run-p4rca.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-threads-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Large enough for a thread of its own; all kinds of sections, librarian ones and triggers among them. */
const parts = [0, 1].map((part) => {
  const path = join(folder, `log.${2 - part}`);
  const mix = { ...mixNamed("rare-lines"), bytes: 1_500_000, seed: 31 + part };
  writeFileSync(path, [...generateLog(mix)].join(""), "latin1");
  return path;
});

// The program from dist parses in a thread and writes in another; from TypeScript all is done in one.
describe("p4rca ingest in two threads", () => {
  it("makes the case that one thread makes, whatever the order of the files", async () => {
    const inPlace = await caseOf(parts);
    for (const paths of [parts, [...parts].reverse()]) {
      const casePath = join(folder, `${paths === parts ? "as-given" : "reversed"}.sqlite`);
      const run = await p4rca(["ingest", ...paths, "--case", casePath, "--quiet"]);
      expect(run.exitCode).toBe(0);
      const threaded = openCase(casePath, { readonly: true });
      expect(differences(threaded.canonicalDump(), inPlace.canonicalDump())).toEqual([]);
      expect(threaded.canonicalDump().length).toBeGreaterThan(1000);
      threaded.close();
    }
    const types = [...inPlace.query("SELECT DISTINCT type FROM librarian_use").rows].flat();
    expect(types.sort()).toEqual(["Binary", "Compress", "Rcs", "Uncompress"]);
    inPlace.close();
  });
});
