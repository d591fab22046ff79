/** The parser that p4rca is measured against, and that its records are compared with. */
export interface Reference {
  readonly name: string;
  /** What exactly it is. */
  readonly about: string;
  /** Puts a log into a database with the tables of log2sql. */
  databaseCommand(log: string, database: string, server: 1 | 3): string[];
  /** Prints the records of a log as JSON, one a line. */
  jsonCommand(log: string, server: 1 | 3): string[];
}

export type Found = { readonly reference: Reference } | { readonly reference: null; readonly reason: string };
