import type Database from "better-sqlite3";

/** Columns of a command whose texts many commands share. */
export const NAMED: readonly string[] = ["user", "workspace", "ip", "app", "cmd"];
/** A log with a workspace of its own for every command must not fill memory with names that come once. */
const MOST_NAMES = 65_536;
/** A shorter text takes no more room than its number would; a longer one than the longest is no name. */
const SHORTEST = 3;
const LONGEST = 512;

/** command_name: names are stored once, the commands hold their numbers. */
export class NameDictionary {
  private ids: Map<string, number> | null = null;
  private readonly all: Database.Statement;
  private readonly add: Database.Statement;

  constructor(db: Database.Database) {
    this.all = db.prepare("SELECT text, id FROM command_name").raw();
    this.add = db.prepare("INSERT INTO command_name (id, text) VALUES (?, ?)");
  }

  /** Number of a name, from 1 on; 0 where the text itself is to be stored. */
  id(text: string): number {
    if (text.length < SHORTEST || text.length > LONGEST) return 0;
    this.ids ??= new Map(this.all.all() as [string, number][]);
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    if (this.ids.size >= MOST_NAMES) return 0;
    const id = this.ids.size + 1;
    this.add.run(id, text);
    this.ids.set(text, id);
    return id;
  }

  /** After a rollback the numbers handed out since the last commit are void. */
  forget(): void {
    this.ids = null;
  }
}
