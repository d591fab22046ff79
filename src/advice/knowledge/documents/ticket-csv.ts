import { parse } from "csv-parse/sync";
import { cleanTitle } from "./clean-text.js";
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
import { authorsOf, delimiterOf, type Role, roleOf } from "./ticket-columns.js";

/** Tickets as ServiceNow and Jira export them: a document a ticket, without the persons. */
export const ticketCsv: DocumentFormat = {
  id: "ticket",
  title: "ticket CSV",
  claims: ({ path }) => (/\.(csv|tsv)$/i.test(path) ? 0.9 : 0),
  read: async (file) => readTickets(file),
};

/** What a file of tickets has: what each column is called and holds, and who is named anywhere. */
interface Table {
  readonly path: string;
  readonly head: readonly string[];
  readonly roles: readonly (Role | null)[];
  readonly mask: NameMask;
}

const SECTIONS: readonly (readonly [Role, string])[] = [
  ["description", "Description"],
  ["resolution", "Resolution"],
  ["comment", "Comments"],
];
/** Logs in tickets stand between marks: `{noformat}` or `{code:java}` in Jira, `[code]` in ServiceNow. */
const CODE_MARK = /\{(?:noformat|code)(?::[^{}\n]{0,100})?\}|\[\/?code\]/;

function readTickets({ path, bytes }: KnowledgeFile): FileReading {
  const decoded = decodeText(bytes);
  const warnings = decoded.warning === null ? [] : [`${path}: ${decoded.warning}`];
  const { rows, damage } = rowsOf(decoded.text);
  if (damage !== null) warnings.push(`${path}: ${damage}`);
  const [head = [], ...tickets] = rows;
  const roles = head.map(roleOf);
  if (!roles.includes("summary") && !roles.includes("description")) {
    const seen = head.slice(0, 6).join(", ").slice(0, 200);
    return { documents: [], warnings: [...warnings, `${path} has no column for a summary or description (${seen})`] };
  }
  const uneven = tickets.filter((row) => row.length !== head.length).length;
  if (uneven > 0)
    warnings.push(`${path}: ${uneven} of ${tickets.length} rows have another number of fields than the first`);
  const table = { path, head, roles, mask: maskOf(roles, tickets) };
  const documents = tickets.flatMap((row, index) => documentOf(table, row, index) ?? []);
  return { documents, warnings: documents.length === 0 ? [...warnings, `${path} has no tickets`] : warnings };
}

/** Rows up to where the table is damaged; a quote that is never closed takes the rest with it. */
function rowsOf(text: string): { rows: string[][]; damage: string | null } {
  const table = text.replace(/^sep=.\r?\n/, ""); // sep=;
  const delimiter = delimiterOf(table);
  const rows: string[][] = [];
  const keep = (row: string[]) => {
    rows.push(row);
    return null;
  };
  try {
    parse(table, { delimiter, relaxColumnCount: true, relaxQuotes: true, skipEmptyLines: true, onRecord: keep });
    return { rows, damage: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { rows, damage: `read up to row ${rows.length} only (${reason.slice(0, 200)})` };
  }
}

/** Persons of all tickets: who has one may be spoken of in another. */
function maskOf(roles: readonly (Role | null)[], tickets: readonly (readonly string[])[]): NameMask {
  const mask = new NameMask();
  for (const ticket of tickets)
    for (const [column, value] of ticket.entries()) {
      if (roles[column] === "person") for (const name of value.split(/[;\n]/)) mask.person(name);
      if (roles[column] === "comment") for (const name of authorsOf(value)) mask.person(name);
    }
  return mask;
}

function documentOf(
  { path, head, roles, mask }: Table,
  row: readonly string[],
  index: number,
): KnowledgeDocument | null {
  const values = (role: Role) => row.filter((value, column) => roles[column] === role && value.trim() !== "");
  const builder = new SectionBuilder();
  row.forEach((value, column) => {
    if (roles[column] === "fact" && value.trim() !== "") builder.add("list", `- ${head[column]}: ${mask.apply(value)}`);
  });
  for (const [role, name] of SECTIONS) {
    const texts = values(role);
    if (texts.length > 0) builder.heading(2, name);
    for (const text of texts) builder.addParts(mask.apply(text.replaceAll("\r\n", "\n")).split(CODE_MARK));
  }
  const summary = mask.apply(values("summary")[0] ?? "").trim();
  if (summary === "" && !builder.hasText) return null;
  const key = cleanTitle(values("key")[0] ?? "") || `row ${index + 2}`;
  return {
    id: `${path}::${key}`,
    title: cleanTitle(summary === "" ? key : `${key}: ${summary}`),
    kind: "ticket",
    source: path,
    version: null,
    trust: "untrusted",
    facets: NO_FACETS,
    sections: builder.sections(),
  };
}
