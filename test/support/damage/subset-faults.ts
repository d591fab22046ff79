type Facts = Readonly<Record<string, unknown>>;

/** A command with all it did, from a line of the canonical dump. */
interface Command {
  readonly facts: Facts;
  readonly sections: readonly (readonly [string, Facts])[];
}

/** Depend on what else is known of the pid and of the commands around it, or on a line that may be torn. */
const DEPENDENT = new Set(["flags", "running", "key_hash"]);

/**
 * What a damaged log tells must be part of what the whole one tells: each command is one of the whole log's, says of it
 * nothing else, and has no section or figure that it does not have there. `isExempt`: pids named where bytes are missing.
 */
export function subsetFaults(
  found: readonly string[],
  whole: readonly string[],
  isExempt: (pid: number) => boolean,
): string[] {
  const left = new Map<string, Command[]>();
  for (const command of commandsIn(whole)) left.set(keyOf(command), [...(left.get(keyOf(command)) ?? []), command]);
  const richestFirst = commandsIn(found).sort((a, b) => richness(b) - richness(a));
  return richestFirst.flatMap((command) => {
    const twins = left.get(keyOf(command)) ?? [];
    const at = twins.findIndex((twin) => isPartOf(command, twin));
    if (at >= 0) twins.splice(at, 1);
    else if (!isExempt(Number(command.facts.pid))) return [`not in the log: ${JSON.stringify(command).slice(0, 900)}`];
    return [];
  });
}

function commandsIn(dump: readonly string[]): Command[] {
  return dump
    .map((line) => JSON.parse(line) as [string, Facts, Command["sections"]])
    .filter(([table]) => table === "command")
    .map(([, facts, sections]) => ({ facts, sections }));
}

function keyOf({ facts }: Command): string {
  return `${facts.pid} ${facts.start_s}`;
}

function richness({ facts, sections }: Command): number {
  return Object.keys(facts).length + 100 * sections.length;
}

function isPartOf(command: Command, twin: Command): boolean {
  if (!saysNothingElse(command.facts, twin.facts)) return false;
  const left = [...twin.sections];
  return command.sections.every(([table, facts]) => {
    const at = left.findIndex(([name, theirs]) => name === table && saysNothingElse(facts, theirs));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** Texts may be torn. */
function saysNothingElse(facts: Facts, theirs: Facts): boolean {
  return Object.entries(facts).every(([name, value]) => {
    const other = theirs[name];
    if (DEPENDENT.has(name) || value === other) return true;
    return typeof value === "string" ? String(other).startsWith(value) : isEstimate(name, facts, theirs);
  });
}

/** Without its completion a command's end is told by start and lapse, and without the lapse that is told by the clock. */
function isEstimate(name: string, facts: Facts, theirs: Facts): boolean {
  const off = Math.abs(Number(facts[name]) - Number(theirs[name]));
  if (name === "end_s") return facts.lapse_ms === undefined && off <= 1;
  return name === "lapse_ms" && facts.lapse_ms === (Number(facts.end_s) - Number(facts.start_s)) * 1000 && off <= 1000;
}
