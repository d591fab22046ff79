import { EXIT, OperatorError } from "../base/errors.js";
import { openCase, recipes } from "../casedb/casedb.js";
import { writeQuery } from "../parquet/parquet.js";

type Cell = string | number | bigint | null | Uint8Array;

export function listRecipes(): { name: string; title: string }[] {
  return recipes().map(({ name, title }) => ({ name, title }));
}

/** Runs a recipe by name, or SQL (anything with a blank in it), read-only; at most `limit` rows. */
export function runQuery(
  casePath: string,
  query: string,
  limit: number,
): { columns: string[]; rows: Cell[][]; more: boolean } {
  const sql = sqlOf(query);
  const caseDb = openCase(casePath, { readonly: true });
  try {
    const result = caseDb.query(sql);
    const rows: Cell[][] = [];
    for (const row of result.rows) {
      if (rows.length === limit) return { columns: [...result.columns], rows, more: true };
      rows.push([...row]);
    }
    return { columns: [...result.columns], rows, more: false };
  } finally {
    caseDb.close();
  }
}

/** The same as one Parquet file, of any size; returns the number of rows. `put` gets its bytes in order. */
export async function queryToParquet(
  casePath: string,
  query: string,
  limit: number,
  put: (bytes: Uint8Array) => void,
  pause: () => Promise<void>,
): Promise<number> {
  const sql = sqlOf(query);
  const caseDb = openCase(casePath, { readonly: true });
  try {
    return await writeQuery(caseDb.exactQuery(sql), limit, put, pause);
  } finally {
    caseDb.close();
  }
}

function sqlOf(query: string): string {
  const recipe = recipes().find(({ name }) => name === query);
  if (recipe === undefined && !/\s/.test(query.trim())) {
    const near = recipes().map(({ name }) => name);
    throw new OperatorError("no-such-recipe", `no recipe "${query}"`, EXIT.usage, `Recipes: ${near.join(", ")}.`);
  }
  return recipe?.sql ?? query;
}
