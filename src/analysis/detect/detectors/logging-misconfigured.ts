import { z } from "zod";
import type { CaseReader } from "../../../contracts/case-reader.js";
import type { Detector, Fact } from "../../../contracts/signal.js";
import { fact, hostSignal } from "../host-signal.js";

const settingsSchema = z.strictObject({
  commands: z.number().int().positive().default(100).describe("commands that a log must hold to be judged"),
});
type Settings = z.infer<typeof settingsSchema>;

/** The log cannot answer what it is asked: told as info, and named among what is missing. */
export const loggingMisconfigured: Detector<Settings> = {
  id: "logging-misconfigured",
  title: "Logging misconfigured",
  question: "Does the log leave out what an analysis needs?",
  needs: ["command-start"],
  settings: settingsSchema,
  falseAlarms: "A piece of a log so short or so idle that no command completed in it.",
  source: "p4 help configurables: server=3 logs completions, track=1 what each command did.",
  *detect({ reader }, serverId, settings) {
    const window = reader.window(serverId);
    const facts = reader.commandCount(serverId) < settings.commands ? [] : gapsOf(reader, serverId);
    if (window === null || facts.length === 0) return;
    yield hostSignal({
      detector: "logging-misconfigured",
      serverId,
      category: "unknown",
      kind: "logging",
      fromMs: window.firstMs,
      toMs: window.lastMs,
      resource: { kind: "server", name: "P4LOG" },
      facts,
      severity: "info",
    });
  },
};

function gapsOf(reader: CaseReader, serverId: number): Fact[] {
  const have = reader.capabilities(serverId);
  const window = reader.window(serverId);
  const sample = window === null ? undefined : reader.commandsDuring(serverId, window.firstMs, window.lastMs, 1)[0];
  if (sample === undefined) return [];
  const count = reader.commandCount(serverId);
  const facts: Fact[] = [];
  const say = (words: string, name: string) => {
    const set = reader.configurable(serverId, name);
    const now = set === null ? "" : ` (${name} is ${set.slice(0, 20)})`;
    facts.push(fact(`none of ${count} commands has ${words}${now}`, count, "commands", sample.ref));
  };
  if (!have.has("command-completion")) say("a completion record, which needs server=3", "server");
  if (!have.has("table-track")) say("track output, which needs track=1", "track");
  return facts;
}
