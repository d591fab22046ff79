/** Columns by what they are called in ServiceNow and Jira: lower case, blanks and underlines alike. */
const COLUMNS = {
  key: ["number", "issue key", "key", "id", "ticket"],
  summary: ["short description", "summary", "title", "subject"],
  description: ["description"],
  resolution: ["close notes", "resolution notes", "resolution", "close code", "root cause"],
  comment: ["work notes", "comments", "comment", "additional comments", "comments and work notes"],
  fact: [
    ...["state", "status", "priority", "severity", "opened", "opened at", "created", "resolved", "resolved at"],
    ...["cmdb ci", "configuration item", "component/s", "component", "components", "category"],
  ],
  person: [
    ...["assignee", "assignee id", "reporter", "reporter id", "creator", "creator id", "opened by", "resolved by"],
    ...["closed by", "caller", "caller id", "assigned to", "requested for", "watchers", "watch list", "updated by"],
  ],
} as const;
export type Role = keyof typeof COLUMNS;

const ROLES = new Map(
  (Object.keys(COLUMNS) as Role[]).flatMap((role) => COLUMNS[role].map((name): [string, Role] => [name, role])),
);
/** A field that a site added to Jira has its name in brackets: `Custom field (Root cause)` */
const CUSTOM = /^custom field \((.{1,200})\)$/;

/** What a column holds; null for what tells nothing of the trouble. */
export function roleOf(column: string): Role | null {
  const plain = column
    .replaceAll(/[_\s]+/g, " ")
    .trim()
    .toLowerCase();
  return ROLES.get(CUSTOM.exec(plain)?.[1] ?? plain) ?? null;
}

/** Whichever sign stands most in the first line; Excel may name it there: `sep=;` */
export function delimiterOf(text: string): string {
  const line = text.slice(0, 65_536).split("\n", 1)[0] ?? "";
  const counts = [",", ";", "\t"].map((sign) => [sign, line.split(sign).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** A comment as Jira exports it: `05/Mar/24 10:15 AM;ada;Restarted the replica.` */
const JIRA_COMMENT = /^([^;\n]{6,40});([^;\n]{1,100});/;
/** The head of a note as ServiceNow exports it: `2024-03-05 10:15:00 - Ada Miller (Work notes)` */
const NOTE_HEAD = /^(\d{2,4}[-/.]\d\d[-/.]\d{2,4} [\d: ]{4,9}(?:[AP]M)?) - ([^\n()]{1,100}) \([^\n()]{1,40}\)$/gm;

/** Who wrote the notes of a ticket, by the heads that the systems put above them. */
export function authorsOf(comment: string): string[] {
  const jira = JIRA_COMMENT.exec(comment)?.[2];
  const notes = [...comment.matchAll(NOTE_HEAD)].map(([, , name = ""]) => name);
  return jira !== undefined && /\d/.test(comment.slice(0, 6)) ? [jira, ...notes] : notes;
}
