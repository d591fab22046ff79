import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OperatorError } from "../../src/base/errors.js";
import { openCase } from "../../src/casedb/casedb.js";
import { addFile, batchOf, command } from "./evidence-builder.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "p4rca-case-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A case as builds made it before names had numbers, with one join noted. */
function makeVersion3(path: string): void {
  const db = new Database(path);
  const migrations = new URL("../../src/casedb/migrations/", import.meta.url);
  for (const [index, name] of readdirSync(migrations).sort().slice(0, 3).entries()) {
    const sql = readFileSync(new URL(name, migrations), "utf8");
    db.exec(sql);
    const sha256 = createHash("sha256").update(sql).digest("hex");
    db.prepare("INSERT INTO migration (version, name, sha256) VALUES (?, ?, ?)").run(index + 1, name, sha256);
  }
  db.pragma("user_version = 3");
  db.pragma(`application_id = ${0x70347263}`);
  db.exec(`INSERT INTO meta VALUES ('finalized', 'yes');
    INSERT INTO source (id, path, state) VALUES (1, 'log', 'done');
    INSERT INTO command (id, source_id, line_no, flags, pid, key_hash, user, workspace, ip, app, cmd, args, lapse_ms) VALUES
      (1, 1, 5, 3, 100, 5, '7', 'ws', '10.0.0.1', NULL, 'user-sync', '//...', 20),
      (2, 1, 9, 19, 101, 6, 'anna', NULL, NULL, 'p4', '', NULL, NULL)`);
  const columns = (db.pragma("table_info(command)") as { name: string }[]).map(({ name }) => name);
  const row = db.prepare("SELECT * FROM command WHERE id = 1").get() as Record<string, unknown>;
  const before = JSON.stringify(columns.map((name) => (name === "cmd" ? "user-edit" : row[name])));
  db.prepare("INSERT INTO join_undo (table_name, row_key, old_row) VALUES ('command', '[1]', ?)").run(before);
  db.close();
}

function refusal(open: () => unknown): OperatorError {
  try {
    open();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error("it was opened");
}

describe("opening a case", () => {
  it("leaves one file, which opens again for reading and for writing", () => {
    const path = join(folder, "a.case");
    const first = openCase(path);
    addFile(first, {}, (sink, id) => sink.writeCommands(batchOf([command(id, 1, 10, {})])));
    first.finalize();
    first.close();
    expect(readdirSync(folder)).toEqual(["a.case"]);
    const reader = openCase(path, { readonly: true });
    expect(reader.sources()).toHaveLength(1);
    expect(reader.isFinalized()).toBe(true);
    reader.close();
    const writer = openCase(path);
    addFile(writer, {}, (sink, id) => sink.writeCommands(batchOf([command(id, 2, 10, {})])));
    expect([...writer.query("SELECT id, pid FROM command").rows]).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(writer.isFinalized()).toBe(false);
    writer.close();
  });

  it("refuses what is no case, naming the file", () => {
    const text = join(folder, "notes.txt");
    writeFileSync(text, "just some notes, long enough to be no empty file\n".repeat(20));
    expect(refusal(() => openCase(text))).toMatchObject({ code: "not-a-case", exitCode: 2 });
    expect(refusal(() => openCase(text)).message).toContain(text);

    const foreign = join(folder, "other.db");
    new Database(foreign).exec("CREATE TABLE process (pid)").close();
    expect(refusal(() => openCase(foreign)).code).toBe("foreign-database");
    expect(refusal(() => openCase(foreign, { readonly: true })).code).toBe("foreign-database");
  });

  it("brings a case of an older version up to date without losing a command, a name or what a join changed", () => {
    const path = join(folder, "old.case");
    makeVersion3(path);
    expect(refusal(() => openCase(path, { readonly: true })).code).toBe("older-case");
    const caseDb = openCase(path);
    const names = "SELECT id, user, workspace, ip, app, cmd, args, processkey, longest_ms FROM command";
    const first = [1, "7", "ws", "10.0.0.1", null, "user-sync", "//...", "0000000000000005", 20];
    const second = [2, "anna", null, null, "p4", "", null, "0000000000000006.8", 0];
    expect([...caseDb.query(names).rows]).toEqual([first, second]);
    expect(caseDb.isFinalized()).toBe(false);
    addFile(caseDb, {}, (sink, id) => sink.writeCommands(batchOf([command(id, 3, 10, { user: "anna" })])));
    expect([...caseDb.query(`${names} WHERE user IN ('7', 'anna', 'berta') ORDER BY id`).rows]).toEqual([
      [...first.slice(0, 5), "user-edit", ...first.slice(6)], // as it was before the join
      second,
      expect.arrayContaining([3, "anna", "user-sync"]),
    ]);
    caseDb.close();
  });

  it("refuses a case of a newer version, and one of an unreleased build", () => {
    const path = join(folder, "a.case");
    openCase(path).close();
    const change = (sql: string) => new Database(path).exec(sql).close();
    change("UPDATE migration SET sha256 = 'else'");
    expect(refusal(() => openCase(path)).code).toBe("other-build");
    change("PRAGMA user_version = 999");
    expect(refusal(() => openCase(path)).code).toBe("newer-case");
    expect(refusal(() => openCase(path, { readonly: true })).code).toBe("newer-case");
  });

  it("refuses paths that lead nowhere", () => {
    expect(refusal(() => openCase(join(folder, "none.case"), { readonly: true })).code).toBe("no-such-case");
    expect(refusal(() => openCase(join(folder, "none", "a.case"))).code).toBe("no-such-folder");
    expect(refusal(() => openCase(folder)).code).toBe("case-unusable");
    writeFileSync(join(folder, "empty.case"), "");
    expect(refusal(() => openCase(join(folder, "empty.case"), { readonly: true })).code).toBe("older-case");
  });

  it("is one writer's at a time", () => {
    const path = join(folder, "a.case");
    const first = openCase(path);
    expect(refusal(() => openCase(path)).code).toBe("case-in-use");
    first.close();
    openCase(path).close();
  });

  it("removes a file that was not read to its end, with all its rows, and nothing else", () => {
    const path = join(folder, "a.case");
    const caseDb = openCase(path);
    const kept = addFile(caseDb, {}, (sink, id) => sink.writeCommands(batchOf([command(id, 1, 10, {})])));
    const sink = caseDb.sink(() => {});
    const torn = sink.openSource({ path: "logs/torn", storedBytes: null, modifiedMs: null });
    sink.writeCommands(batchOf([command(torn, 2, 10, {})]));
    caseDb.addWarning(torn, { code: "x", text: "x", count: 1, lineNo: null, byteOffset: null });
    caseDb.close();

    const again = openCase(path);
    expect(again.sources().map(({ id, state }) => [id, state])).toEqual([[kept, "done"]]);
    expect([...again.query("SELECT pid FROM command").rows]).toEqual([[1]]);
    expect([...again.query("SELECT * FROM warning").rows]).toEqual([]);
    again.close();
  });

  it("keeps every half-way state readable when opened for reading only", () => {
    const path = join(folder, "a.case");
    const caseDb = openCase(path);
    caseDb.sink(() => {}).openSource({ path: "logs/torn", storedBytes: null, modifiedMs: null });
    caseDb.close();
    const reader = openCase(path, { readonly: true });
    expect(reader.sources().map(({ state }) => state)).toEqual(["open"]);
    expect(() => reader.finalize()).toThrow("reading only");
    reader.close();
  });

  it("takes back what a killed run left in the journal, also when opened for reading only", () => {
    const path = join(folder, "a.case");
    openCase(path).close();
    const writer = new Database(path);
    writer.pragma("journal_mode = PERSIST");
    writer.pragma("cache_size = 1");
    writer.exec("BEGIN; CREATE TABLE half_done (text TEXT)");
    // More than the cache holds: pages are in the file before anybody has committed them.
    for (let i = 0; i < 200; i++) writer.prepare("INSERT INTO half_done VALUES (?)").run("x".repeat(3000));
    for (const suffix of ["", "-journal"]) copyFileSync(path + suffix, `${join(folder, "killed.case")}${suffix}`);
    writer.exec("ROLLBACK");
    writer.close();

    const killed = join(folder, "killed.case");
    expect(() => new Database(killed, { readonly: true }).prepare("SELECT * FROM source").all()).toThrow("readonly");
    const reader = openCase(killed, { readonly: true });
    expect(reader.sources()).toEqual([]);
    expect(() => reader.query("SELECT * FROM half_done")).toThrow("no such table");
    reader.close();
  });
});
