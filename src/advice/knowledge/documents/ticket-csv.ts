import { parse } from "csv-parse/sync";
import { cleanText } from "./clean-text.js";
import { decodeText } from "./decode-text.js";
import {
  type DocumentFormat,
  type FileReading,
  type KnowledgeDocument,
  type KnowledgeFile,
  NO_FACETS,
} from "./document.js";
import { NameMask } from "./mask-names.js";
import { SectionBuilder } from "./section-builder.js";

/** Tickets as ServiceNow and Jira export them: a document a ticket, without the persons. */
export const ticketCsv: DocumentFormat = {
  id: "ticket",
  title: "ticket CSV",
  claims: ({ path }) => (/\.(csv|tsv)$/i.test(path) ? 0.9 : 0),
  read: async (file) => readTickets(file),
};

/** Columns by what they are called in the two systems, lower case, blanks and underlines alike. */
const COLUMNS = {
  key: ["number", "issue key", "key", "id", "ticket"],
  summary: ["short description", "summary", "title", "subject"],
  description: ["description"],
  resolution: ["close notes", "resolution notes", "resolution", "close code", "root cause"],
  comment: ["work notes", "comments", "comment", "additional comments", "comments and work notes"],
  fact: [
    "state",
    "status",
    "priority",
    "opened",
    "opened at",
    "created",
    "resolved",
    "resolved at",
    "cmdb ci",
    "configuration item",
    "component/s",
    "component",
    "components",
  ],
  person: [
    "assignee",
    "assignee id",
    "reporter",
    "reporter id",
    "creator",
    "creator id",
    "opened by",
    "resolved by",
    "closed by",
    "caller",
    "caller id",
    "assigned to",
    "requested for",
  ],
} as const;
type Role = keyof typeof COLUMNS;

const SECTIONS: readonly (readonly [Role, string])[] = [
  ["description", "Description"],
  ["resolution", "Resolution"],
  ["comment", "Comments"],
];

function readTickets({ path, bytes }: KnowledgeFile): FileReading {
  const decoded = decodeText(bytes);
  const warnings = decoded.warning === null ? [] : [`${path}: ${decoded.warning}`];
  const text = decoded.text.replace(/^\ufeff/, "");
  let rows: string[][];
  try {
    rows = parse(text, {
      delimiter: delimiterOf(text),
      relaxColumnCount: true,
      relaxQuotes: true,
      skipEmptyLines: true,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { documents: [], warnings: [...warnings, `${path} is no CSV: ${reason}`] };
  }
  const [head = [], ...tickets] = rows;
  const roles = head.map(roleOf);
  if (!roles.includes("summary") && !roles.includes("description")) {
    const seen = head.slice(0, 6).join(", ").slice(0, 200);
    return { documents: [], warnings: [...warnings, `${path} has no column for a summary or description (${seen})`] };
  }
  const uneven = tickets.filter((row) => row.length !== head.length).length;
  if (uneven > 0)
    warnings.push(`${path}: ${uneven} of ${tickets.length} rows have another number of fields than the first`);
  const documents = tickets.flatMap((row, index) => documentOf(path, head, roles, row, index) ?? []);
  return { documents, warnings };
}

/** Whichever sign the first line has most of. */
function delimiterOf(text: string): string {
  const line = text.slice(0, Math.max(0, text.indexOf("\n")) || 4096);
  const counts = [",", ";", "\t"].map((sign) => [sign, line.split(sign).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

function roleOf(name: string): Role | null {
  const plain = name
    .replaceAll(/[_\s]+/g, " ")
    .trim()
    .toLowerCase();
  const found = (Object.keys(COLUMNS) as Role[]).find((role) => (COLUMNS[role] as readonly string[]).includes(plain));
  return found ?? null;
}

function documentOf(
  path: string,
  head: readonly string[],
  roles: readonly (Role | null)[],
  row: readonly string[],
  index: number,
): KnowledgeDocument | null {
  const mask = new NameMask();
  const values = (role: Role) => row.filter((value, column) => roles[column] === role && value.trim() !== "");
  for (const name of values("person")) mask.name("person", name);
  const shown = (text: string) => cleanText(mask.apply(text));
  const builder = new SectionBuilder();
  row.forEach((value, column) => {
    if (roles[column] === "fact" && value.trim() !== "") builder.add("list", `- ${head[column]}: ${shown(value)}`);
  });
  for (const [role, name] of SECTIONS) {
    const texts = values(role);
    if (texts.length > 0) builder.heading(2, name);
    for (const text of texts) for (const paragraph of shown(text).split(/\n{2,}/)) builder.add("prose", paragraph);
  }
  const summary = shown(values("summary")[0] ?? "")
    .replaceAll(/\s+/g, " ")
    .trim();
  const sections = builder.sections();
  if (summary === "" && sections.length === 0) return null;
  const key = values("key")[0]?.trim() ?? `row ${index + 2}`;
  return {
    ...{ id: `${path}::${key}`, title: summary === "" ? key : `${key}: ${summary}`, kind: "ticket", source: path },
    ...{ version: null, trust: "untrusted", facets: NO_FACETS, sections },
  };
}
