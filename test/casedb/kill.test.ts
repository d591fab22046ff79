import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCase } from "../../src/casedb/casedb.js";
import { COMMANDS_PER_BATCH, USES_PER_COMMAND } from "./endless-ingest.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "p4rca-kill-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = fileURLToPath(new URL("./endless-ingest.ts", import.meta.url));

/** Lets the endless ingest write until it has said `lines` times that it goes on, then kills it within its next batch. */
function killedAfter(path: string, lines: number, delayMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", script, path], { stdio: ["ignore", "pipe", "inherit"] });
    let seen = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString().split("\n").length - 1;
      if (seen >= lines) setTimeout(() => child.kill("SIGKILL"), delayMs);
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => (signal === "SIGKILL" ? resolve() : reject(new Error(`exit ${code}`))));
  });
}

describe("a kill while a case is being written", () => {
  it.each([
    [1, 0],
    [3, 7],
    [8, 13],
    [15, 1],
    [25, 29],
  ])(
    "leaves a case that opens, is whole, and shows whole batches only (after %i batches and %i ms)",
    async (lines, delay) => {
      const path = join(folder, `killed-${lines}.case`);
      await killedAfter(path, lines, delay);

      const reader = openCase(path, { readonly: true });
      const count = (sql: string) => Number([...reader.query(sql).rows][0]?.[0]);
      const commands = count("SELECT count(*) FROM command");
      expect(commands % COMMANDS_PER_BATCH).toBe(0);
      expect(count("SELECT count(*) FROM table_use")).toBe(commands * USES_PER_COMMAND);
      expect(reader.sources().map(({ state }) => state)).toContain("open");
      reader.close();

      const raw = new Database(path);
      expect(raw.pragma("integrity_check", { simple: true })).toBe("ok");
      raw.close();

      const resumed = openCase(path);
      const done = resumed.sources();
      expect(done.every(({ state }) => state === "done")).toBe(true);
      const rows = Number([...resumed.query("SELECT count(*) FROM command").rows][0]?.[0]);
      expect(rows).toBe(done.reduce((sum, { records }) => sum + records, 0));
      resumed.close();
    },
  );
});
