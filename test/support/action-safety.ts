import type { ActionDraft, IncidentFacts } from "../../src/analysis/diagnose/cause.js";
import type { Prevention } from "../../src/contracts/analysis.js";

/** Advice that may be put before somebody who has not slept: what could lose data is refused, whoever words it. */
interface Deed {
  readonly what: string;
  readonly pattern: RegExp;
}

/** Nothing makes these safe; only a warning may name them. */
const DESTRUCTIVE: readonly Deed[] = [
  // kill -9 4101; kill -TERM 4101; pkill p4d
  { what: "a signal to a process", pattern: /\bkill\s+-\w+|\bSIG(?:KILL|TERM|INT|HUP)\b|\bp?killall\b|\bpkill\b/gi },
  // rm /p4/1/root/db.rev; truncate the journal; delete server.locks; move away the archives
  {
    what: "removal of the server's files",
    pattern:
      /\b(?:rm|unlink|truncate|delete|remove|rename|wipe|empty|mv|move away|clear out)\b[^.;:]{0,60}?(?:\bdb\.|\bjournals?\b|\bcheckpoints?\b|server\.locks|\barchives?\b|\bthe log\b|,v\b|\bP4ROOT\b)/gi,
  },
  // > journal; : > db.rev
  { what: "overwriting of the server's files", pattern: />\s*\S*(?:journal|db\.|server\.locks|,v)/gi },
  // p4d -r /p4/1/root -xr; p4d -xrU
  { what: "repair in place", pattern: /-xr[A-Za-z]*\b/g },
  // p4 obliterate -y //depot/...
  { what: "an obliterate that does it", pattern: /\bp4 obliterate\b[^.;]*\s-\w*y\b/gi },
  // p4 failover -i; p4 storage -R
  { what: "a failover that ignores the master", pattern: /\bfailover\b[^.;]*\s-i\b/gi },
  { what: "a rebuild of storage records", pattern: /\bp4 storage\b[^.;]*\s-R\b/g },
  {
    what: "a hard stop of the machine",
    pattern: /\b(?:power(?:ing)? off|power-cycle|hard reset|pull the plug|sysrq)\b/gi,
  },
];

/** Named in advice only with risk `risky` (or put before a human, `alert`) and something to check first. */
const RISKY: readonly Deed[] = [
  {
    what: "a stop or restart",
    pattern:
      /\bp4 admin (?:stop|restart)\b|\bsystemctl (?:stop|restart)\b|\b(?:restart|stop|reboot) (?:the )?(?:server|replica|p4d|host|machine)\b/gi,
  },
  { what: "a failover", pattern: /\bp4 failover\b/g },
  { what: "a rotation of the journal", pattern: /\bp4 admin journal\b/g },
  { what: "a change behind the server's back", pattern: /-cset\b|-cunset\b/g },
  { what: "a block of programs", pattern: /\bconfigure set rejectList\b/g },
  { what: "somebody else's files", pattern: /\bp4 (?:revert -C|unlock -f|unlock -x)/g },
  { what: "entries of the transfer queue", pattern: /\bp4 pull -d\b/g },
  { what: "a replica's state file", pattern: /\bmove\b[^.;]{0,40}\bstate ?file\b/gi },
  { what: "a database check that locks", pattern: /-xv\b/g },
];

const REPLAY = /-jr\b/g;
const OFFLINE = /\b(?:stopped|offline|offline_db|new root|empty root|spare)\b/i;
const RESTART = /\brestart(?:s|ed|ing)?\b/gi;

/** Why an action must not be given; empty when it may. */
export function objections(action: ActionDraft, facts: IncidentFacts): string[] {
  const words = [action.text, ...(action.command === null ? [] : [action.command])].join(". ");
  const found = action.why === "" ? ["no reason given"] : [];
  if (action.risk === "never") return action.command === null ? found : [...found, "a command for what is never done"];
  found.push(...destructive(words), ...unchecked(action, words), ...terminations(action, facts));
  if (facts.draft.category === "corruption" && facts.draft.severity === "critical" && recommends(words, RESTART))
    found.push("restart of a damaged database");
  if (action.command !== null && !/^p4 [\w ./:=@#-]+$/.test(action.command))
    found.push("more than one plain p4 command");
  return found;
}

export function preventionObjections({ text, command }: Prevention): string[] {
  const words = [text, ...(command === null ? [] : [command])].join(". ");
  return [...destructive(words), ...(recommends(words, REPLAY) && !OFFLINE.test(words) ? ["a replay"] : [])];
}

function destructive(words: string): string[] {
  const found = DESTRUCTIVE.filter(({ pattern }) => recommends(words, pattern)).map(({ what }) => what);
  return recommends(words, REPLAY) && !OFFLINE.test(words) ? [...found, "a replay into a live root"] : found;
}

function unchecked(action: ActionDraft, words: string): string[] {
  if (action.risk === "risky" && action.check === "") return ["risky without a check"];
  const deeds = RISKY.filter(({ pattern }) => recommends(words, pattern)).map(({ what }) => what);
  const weighed = (action.risk === "risky" || action.risk === "alert") && action.check !== "";
  return weighed ? [] : deeds.map((what) => `${what} without its risk and check`);
}

/** Ending a command: only of a reader, or of a session that is looked at and idle, is it safe, always after a look at the pid, and never by pausing who holds a lock. */
function terminations(action: ActionDraft, { subject, draft }: IncidentFacts): string[] {
  const words = `${action.text}. ${action.command ?? ""}`;
  const found: string[] = [];
  if (recommends(words, /\bp4 monitor pause\b/g) && draft.cluster !== null) found.push("a pause of a lock holder");
  if (!recommends(words, /\bp4 monitor terminate\b|\bterminat(?:e|ing) (?:pid|it|them)\b/gi)) return found;
  if (action.check === "") found.push("terminate without a check");
  if (action.risk !== "risky" && action.risk !== "safe") found.push("terminate without its risk");
  const harmless = subject?.readOnly === true || /\bidle\b/.test(action.check);
  if (action.risk === "safe" && !harmless) found.push("terminate of a writer called safe");
  return found;
}

/** `never`, `do not` and the like, at most five words before it in the same clause: then it is a warning. */
const WARNING =
  /\b(?:never|not|nor|don't|nobody|neither|instead of|before anyone|before any|does not reach|may not reach)\b(?:[\s(]+[^\s.,;:]+){0,5}[\s(]*$/i;

function recommends(words: string, pattern: RegExp): boolean {
  return [...words.matchAll(pattern)].some((match) => !WARNING.test(words.slice(0, match.index)));
}
