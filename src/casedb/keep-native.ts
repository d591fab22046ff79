import type Database from "better-sqlite3";

/** From here on node::ObjectWrap registers a cleanup hook, and better-sqlite3 12 aborts when its objects are collected. */
const FIRST_BROKEN = [24, 19] as const;

type Prepare = (this: object, ...args: unknown[]) => { iterate: (...args: unknown[]) => object };

const kept: object[] = [];
const patched = new WeakSet<object>();

/**
 * Keeps the native objects of a database alive until the process ends where their garbage collection would abort it.
 * better-sqlite3 13 has the repair, and does not run on Node 20. A run prepares a few hundred statements.
 */
export function keepNative(db: Database.Database, node: string = process.versions.node): void {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  if (major < FIRST_BROKEN[0] || (major === FIRST_BROKEN[0] && minor < FIRST_BROKEN[1])) return;
  // The wrapper holds the native database under a symbol; pragmas and transactions prepare on it directly.
  const native = Object.getOwnPropertySymbols(db)
    .map((symbol) => (db as unknown as Record<symbol, unknown>)[symbol])
    .find(
      (value): value is { prepare: Prepare } => typeof (value as { prepare?: unknown } | null)?.prepare === "function",
    );
  if (native === undefined) return;
  kept.push(db, native);
  keepResults(Object.getPrototypeOf(native), "prepare");
  keepResults(Object.getPrototypeOf(db.prepare("SELECT 1")), "iterate");
}

function keepResults(prototype: Record<string, (...args: unknown[]) => object>, method: string): void {
  const original = prototype[method];
  if (original === undefined || patched.has(prototype)) return;
  patched.add(prototype);
  prototype[method] = function keeping(...args: unknown[]): object {
    const made = original.apply(this, args);
    kept.push(made);
    return made;
  };
}
