import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { causes } from "../../src/analysis/diagnose/causes/registry.js";
import { CATEGORIES } from "../../src/contracts/analysis.js";

const FOLDER = fileURLToPath(new URL("../../corpus/", import.meta.url));
const PATHS = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".md") && path.includes("/"))
  .sort();
const KEYS = ["id", "title", "tables", "commands", "categories", "configurables", "versions", "sources"];

interface Article {
  readonly path: string;
  readonly front: Record<string, unknown>;
  readonly body: string;
}

const ARTICLES = PATHS.map((path): Article => {
  const [, front = "", body = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(readFileSync(FOLDER + path, "utf8")) ?? [];
  return { path, front: parse(front) as Record<string, unknown>, body };
});

describe("the shipped articles", () => {
  it("are at least 60, on everything that an administrator asks about", () => {
    expect(ARTICLES.length).toBeGreaterThanOrEqual(60);
    const folders = new Set(PATHS.map((path) => dirname(path)));
    const topics = [
      "actions",
      "captures",
      "causes",
      "configuration",
      "locking",
      "logging",
      "operations",
      "replication",
      "tables",
    ];
    expect([...folders].sort()).toEqual(topics);
  });

  it("explain every cause that p4rca can name", () => {
    const explained = new Set(PATHS.filter((path) => path.startsWith("causes/")).map((path) => path.slice(7, -3)));
    const missing = causes.map(({ id }) => id).filter((id) => !explained.has(id));
    expect(missing).toEqual([]);
  });

  it.each(ARTICLES.map((article) => [article.path, article] as const))("%s is complete", (path, { front, body }) => {
    expect(Object.keys(front).filter((key) => key !== "asked")).toEqual(KEYS);
    expect(`${front.id}.md`).toBe(path.split("/")[1]);
    for (const key of KEYS.slice(2)) expect(Array.isArray(front[key]), key).toBe(true);
    for (const category of front.categories as string[]) expect(CATEGORIES).toContain(category);
    const sources = front.sources as string[];
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) expect(source).toMatch(/^https?:\/\/\S+$/);
    expect(body.trimStart().split("\n")[0]).toBe(`# ${front.title}`);
    expect(body.match(/^## /gm)?.length).toBeGreaterThanOrEqual(path.startsWith("causes/") ? 6 : 1);
    expect(body.split(/\s+/).length).toBeGreaterThanOrEqual(180);
    expect((body.match(/^```/gm)?.length ?? 0) % 2).toBe(0);
  });

  it("refer to articles that exist", () => {
    const dead = ARTICLES.flatMap(({ path, body }) =>
      [...body.matchAll(/\]\(([^)]+\.md)\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => !existsSync(resolve(join(FOLDER, dirname(path)), target)))
        .map((target) => `${path} -> ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it("name the sources that everybody asks for", () => {
    const sources = ARTICLES.flatMap(({ front }) => front.sources as string[]);
    for (const number of ["2514", "3088", "5470"])
      expect(sources.some((source) => source.endsWith(`/KB/${number}`))).toBe(true);
  });

  it("name no place or tool of those who wrote them", () => {
    for (const { path, body } of ARTICLES) expect(`${path} ${body}`).not.toMatch(/\/work\/|\.\.\/shared|helper-\d/);
  });
});
