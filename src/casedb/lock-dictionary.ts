import type Database from "better-sqlite3";

/** Names kept in memory; more than this many (every change number is one) are looked up in the file again. */
const CACHE_LIMIT = 50_000;

/** lock_object: a name is stored once, the millions of rows that use it hold its number. */
export class LockDictionary {
  private readonly byMode = new Map<string, Map<string, number>>();
  private size = 0;
  private readonly find: Database.Statement;
  private readonly add: Database.Statement;

  constructor(db: Database.Database) {
    this.find = db.prepare("SELECT id FROM lock_object WHERE name = ? AND mode = ?").pluck();
    this.add = db.prepare("INSERT INTO lock_object (name, mode) VALUES (?, ?)");
  }

  id(name: string, mode: string): number {
    const known = this.byMode.get(mode)?.get(name);
    if (known !== undefined) return known;
    const stored = this.find.get(name, mode) as number | undefined;
    const id = stored ?? Number(this.add.run(name, mode).lastInsertRowid);
    this.remember(name, mode, id);
    return id;
  }

  /** After a rollback the numbers handed out since the last commit are void. */
  forget(): void {
    this.byMode.clear();
    this.size = 0;
  }

  private remember(name: string, mode: string, id: number): void {
    if (this.size >= CACHE_LIMIT) this.forget();
    let names = this.byMode.get(mode);
    if (names === undefined) {
      names = new Map();
      this.byMode.set(mode, names);
    }
    names.set(name, id);
    this.size++;
  }
}
