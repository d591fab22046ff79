import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type Database from "better-sqlite3";
import { EXIT, OperatorError } from "../base/errors.js";

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

let loaded: Migration[] | null = null;

/** migrations/NNN-name.sql in order; each is applied once and never edited after a release. */
function migrations(): readonly Migration[] {
  if (loaded === null) {
    const folder = new URL("./migrations/", import.meta.url);
    loaded = readdirSync(folder)
      .filter((name) => name.endsWith(".sql"))
      .sort()
      .map((name) => {
        const sql = readFileSync(new URL(name, folder), "utf8");
        return { version: Number(name.slice(0, 3)), name, sql, sha256: digest(sql) };
      });
  }
  return loaded;
}

export function newestVersion(): number {
  return migrations().at(-1)?.version ?? 0;
}

/**
 * Brings the schema to the newest version. Throws OperatorError when an applied migration is not the one this build
 * has: such a file was made by an unreleased build, and nobody knows what its columns mean.
 */
export function applyMigrations(db: Database.Database, path: string): void {
  const current = db.pragma("user_version", { simple: true }) as number;
  if (current > 0) refuseStranger(db, path);
  for (const migration of migrations()) {
    if (migration.version <= current) continue;
    db.exec(migration.sql);
    db.prepare("INSERT INTO migration (version, name, sha256) VALUES (?, ?, ?)").run(
      migration.version,
      migration.name,
      migration.sha256,
    );
    db.pragma(`user_version = ${migration.version}`);
  }
}

function refuseStranger(db: Database.Database, path: string): void {
  const applied = db.prepare("SELECT version, sha256 FROM migration").all() as { version: number; sha256: string }[];
  const known = new Map(migrations().map(({ version, sha256 }) => [version, sha256]));
  if (applied.every(({ version, sha256 }) => known.get(version) === sha256)) return;
  throw new OperatorError(
    "other-build",
    `${path} was made by an unreleased build of p4rca`,
    EXIT.usage,
    "Make a new case from the evidence.",
  );
}

/** Views belong to the program, not to the file: they are made anew whenever their text has changed. */
export function applyViews(db: Database.Database): void {
  const sql = readFileSync(new URL("./views.sql", import.meta.url), "utf8");
  const wanted = digest(sql);
  const stored = db.prepare("SELECT value FROM meta WHERE name = 'views-sha256'").pluck().get();
  if (stored === wanted) return;
  db.exec(sql);
  db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('views-sha256', ?)").run(wanted);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
