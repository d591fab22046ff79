import { EXIT, OperatorError } from "../base/errors.js";
import { openCase, recipes } from "../casedb/casedb.js";

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
  const recipe = recipes().find(({ name }) => name === query);
  if (recipe === undefined && !/\s/.test(query.trim())) {
    const near = recipes().map(({ name }) => name);
    throw new OperatorError("no-such-recipe", `no recipe "${query}"`, EXIT.usage, `Recipes: ${near.join(", ")}.`);
  }
  const caseDb = openCase(casePath, { readonly: true });
  try {
    const result = caseDb.query(recipe?.sql ?? query);
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
