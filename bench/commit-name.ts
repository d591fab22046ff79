import { execFileSync } from "node:child_process";

/** The commit that was measured, `2463b23`, and whether the checkout differs from it; recorded results don't count. */
export function commitName(): string {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--", ".", ":!eval/results", ":!bench/results") !== "";
  return git("rev-parse", "--short", "HEAD") + (changed ? " with changes" : "");
}
