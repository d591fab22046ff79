import { readdirSync, readFileSync } from "node:fs";
import type { Recipe } from "../contracts/case-store.js";

/**
 * The queries in recipes/, by name. A file begins with comment lines: the first is the title, the others describe it.
 */
export function readRecipes(): Recipe[] {
  const folder = new URL("./recipes/", import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => parseRecipe(file.slice(0, -".sql".length), readFileSync(new URL(file, folder), "utf8")));
}

function parseRecipe(name: string, text: string): Recipe {
  const lines = text.trimEnd().split("\n");
  const body = lines.findIndex((line) => !line.startsWith("--"));
  const [title = name, ...description] = lines.slice(0, body).map((line) => line.slice(2).trim());
  return { name, title, description: description.join(" "), sql: lines.slice(body).join("\n") };
}
