import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Measurement, measure } from "../ingest/measure.js";
import type { BenchCase } from "./cases.js";

/** p4rca as a user runs it, from dist/. */
export const BIN = fileURLToPath(new URL("../../bin/p4rca.js", import.meta.url));

export interface Answer {
  readonly question: string;
  readonly aim: string;
  readonly runs: readonly Measurement[];
  readonly note: string;
}

/** Detectors, lock graph and report of a case. */
export async function askReport(one: BenchCase, runs: number): Promise<Answer> {
  const out = `${one.path}.report`;
  const command = [process.execPath, BIN, "report", "--case", one.path, "--format", "html", "--output", out];
  const measured = await repeat(command, runs);
  rmSync(out, { force: true });
  const share = (one.caseBytes / one.logBytes).toFixed(2);
  return { question: `report: ${one.name}`, aim: "5 s, 500 MB", runs: measured, note: `case / log ${share}` };
}

export async function askHelp(): Promise<Answer> {
  return { question: "--help", aim: "0.15 s", runs: await repeat([process.execPath, BIN, "--help"], 15), note: "" };
}

/** The blocking graph, each kind of crowd in a process of its own; the compiler's time and that of making the crowd are in the figures, the note has the graph's own. */
export async function askGraph(waiters: number, kind: string): Promise<Answer> {
  const tsx = fileURLToPath(new URL("../../node_modules/tsx/dist/cli.mjs", import.meta.url));
  const script = fileURLToPath(new URL("../graphs.ts", import.meta.url));
  const command = [process.execPath, tsx, script, "--waiters", String(waiters), "--only", kind];
  const runs = await repeat(command, 3);
  const own = runs.map((run) => Number(/ in (\d+) ms/.exec(run.stdout)?.[1])).sort((a, b) => a - b); // star: 20000 waiters in 669 ms, …
  const note = `graph alone ${((own[1] ?? Number.NaN) / 1000).toFixed(2)} s; the rest is tsx and making the crowd`;
  return { question: `graph of ${waiters}: ${kind}`, aim: "2 s", runs, note };
}

/** Twenty minutes of a plain log from this instant on. */
export async function askWindow(log: string, folder: string, fromMs: number): Promise<Answer> {
  const at = (ms: number) => new Date(ms).toISOString().slice(0, 16).replaceAll("-", "/").replace("T", " ");
  const window = ["--from", at(fromMs), "--to", at(fromMs + 1_200_000)];
  const path = join(folder, "window.sqlite");
  const outputs = ["--case", path, "--json", "--output", `${path}.json`, "--quiet"];
  const runs = await repeat([process.execPath, BIN, "analyze", log, ...window, ...outputs], 1);
  for (const file of [path, `${path}.json`]) rmSync(file, { force: true });
  return { question: "window of 20 minutes in its middle", aim: "10 s for 10 GB", runs, note: "" };
}

async function repeat(command: readonly string[], runs: number): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  for (let run = 0; run < runs; run++) measured.push(await measure(command));
  return measured;
}
