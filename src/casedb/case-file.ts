import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { EXIT, OperatorError } from "../base/errors.js";
import { keepNative } from "./keep-native.js";
import { applyMigrations, applyViews, newestVersion } from "./migrate.js";

/** "p4rc" in the SQLite header: tells a case from any other database. */
const APPLICATION_ID = 0x70347263;

/**
 * Opens or creates a case file and brings its schema up to date. Throws OperatorError (usage) when the path is no case,
 * was made by a newer version, can't be written, or is in use by another p4rca.
 */
export function openCaseFile(path: string, readonly: boolean): Database.Database {
  if (readonly && path !== ":memory:" && !existsSync(path)) {
    throw new OperatorError("no-such-case", `there is no case at ${path}`, EXIT.usage, "Make one with p4rca ingest.");
  }
  try {
    return opened(path, readonly);
  } catch (error) {
    if (!readonly || !isLeftHalfWritten(error)) throw explainSqliteError(error, path);
  }
  try {
    rollBack(path);
    return opened(path, readonly);
  } catch (error) {
    throw explainSqliteError(error, path);
  }
}

function opened(path: string, readonly: boolean): Database.Database {
  const db = new Database(path, { readonly: readonly && path !== ":memory:", timeout: 2000 });
  try {
    keepNative(db);
    db.unsafeMode(false);
    prepare(db, path, readonly);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A run was killed in the middle of a transaction, which only a writer can take back. */
function isLeftHalfWritten(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code === "SQLITE_READONLY_ROLLBACK";
}

/** Takes back the transaction that a killed run left in the journal beside the case. */
function rollBack(path: string): void {
  const db = new Database(path, { fileMustExist: true, timeout: 2000 });
  try {
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
  } finally {
    db.close();
  }
}

/** Rows are appended: a larger cache would only hold what nobody reads again. Negative: KiB. */
const FILLING_CACHE_KB = -16_384;
/** For whoever reads the case afterwards. */
export const READING_CACHE_KB = -65_536;

/**
 * A rollback journal with synchronous NORMAL: a kill or a power cut at any moment leaves whole transactions. New rows go
 * to the end of the file, so that hardly a page has to be kept in the journal, and none is written twice as it would be
 * with a write-ahead log. One writer at a time keeps the file to itself, so that a second run can't take the first one's
 * unfinished sources for leftovers.
 */
function prepare(db: Database.Database, path: string, readonly: boolean): void {
  checkIdentity(db, path);
  if (readonly && path !== ":memory:") {
    requireCurrent(db, path);
    return;
  }
  db.pragma("locking_mode = EXCLUSIVE");
  db.pragma("journal_mode = PERSIST");
  db.pragma("synchronous = NORMAL");
  db.pragma(`cache_size = ${FILLING_CACHE_KB}`);
  db.pragma("foreign_keys = OFF");
  db.transaction(() => {
    db.pragma(`application_id = ${APPLICATION_ID}`);
    applyMigrations(db, path);
    applyViews(db);
  })();
}

function checkIdentity(db: Database.Database, path: string): void {
  const id = db.pragma("application_id", { simple: true }) as number;
  const objects = db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() as number;
  if (id !== APPLICATION_ID && (id !== 0 || objects > 0)) {
    throw new OperatorError("foreign-database", `${path} is a database, but not a p4rca case`, EXIT.usage);
  }
  const version = db.pragma("user_version", { simple: true }) as number;
  if (version > newestVersion()) {
    throw new OperatorError(
      "newer-case",
      `${path} was made by a newer p4rca (case version ${version}, this one knows ${newestVersion()})`,
      EXIT.usage,
      "Install that version, or make a new case from the evidence.",
    );
  }
}

function requireCurrent(db: Database.Database, path: string): void {
  const version = db.pragma("user_version", { simple: true }) as number;
  if (version === newestVersion()) return;
  const what = version === 0 ? "is an empty file, not a case" : `was made by an older p4rca (case version ${version})`;
  throw new OperatorError(
    "older-case",
    `${path} ${what}`,
    EXIT.usage,
    "Run p4rca ingest on it to bring it up to date.",
  );
}

/** Turns what SQLite says about the file itself into something the operator can act on; other errors pass unchanged. */
export function explainSqliteError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) {
    // better-sqlite3 refuses a missing folder with a TypeError of its own.
    if (error instanceof TypeError && error.message.includes("directory does not exist")) {
      return new OperatorError("no-such-folder", `the folder of ${path} does not exist`, EXIT.usage);
    }
    return error;
  }
  const code = error.code;
  if (code === "SQLITE_NOTADB") return new OperatorError("not-a-case", `${path} is not a p4rca case`, EXIT.usage);
  if (code.startsWith("SQLITE_BUSY")) {
    return new OperatorError("case-in-use", `${path} is in use by another p4rca`, EXIT.usage, "Wait for it to finish.");
  }
  if (code === "SQLITE_FULL") {
    return new OperatorError(
      "disk-full",
      `no space left to write ${path}`,
      EXIT.usage,
      "Free space, then run it again.",
    );
  }
  if (code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_IOERR")) {
    return new OperatorError("case-unusable", `cannot open or write ${path}: ${error.message}`, EXIT.usage);
  }
  if (code.startsWith("SQLITE_CORRUPT")) {
    return new OperatorError("case-damaged", `${path} is damaged: ${error.message}`, EXIT.usage, "Make a new case.");
  }
  return error;
}

/** Leaves one plain file behind: no -journal. */
export function closeCaseFile(db: Database.Database): void {
  if (!db.open) return;
  try {
    if (db.inTransaction) db.exec("ROLLBACK");
    if (!db.readonly) db.pragma("journal_mode = DELETE");
  } catch (error) {
    throw explainSqliteError(error, db.name);
  } finally {
    db.close();
  }
}
