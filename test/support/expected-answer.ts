import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const FIXTURES = fileURLToPath(new URL("../../fixtures", import.meta.url));

/**
 * What a fixture is expected to answer: a part of the analysis document. A number may be a range `{min, max}`, any value
 * may be a choice `{oneOf: [...]}`, everything else must be equal. What the expectation does not name is not compared,
 * except that `incidents` lists, in order, every incident of severity warning or above.
 */
const range = z.strictObject({ min: z.number(), max: z.number() });
const amount = z.union([z.number(), range]);
const choice = z.strictObject({ oneOf: z.array(z.union([z.string(), z.null()])).min(2) });
const word = z.union([z.string(), z.null(), choice]);

const expectedIncident = z.strictObject({
  category: word,
  cause: word.optional(),
  severity: word.optional(),
  /** serverId of the server the incident happened on. */
  serverId: z.string().optional(),
  resource: z.strictObject({ kind: word.optional(), name: word.optional(), mode: word.optional() }).optional(),
  suspect: z
    .strictObject({
      pid: z.number(),
      user: z.string(),
      cmd: z.string(),
      workspace: z.string().optional(),
      inFlight: z.boolean().optional(),
    })
    .nullable()
    .optional(),
  impact: z
    .strictObject({
      blockedCommands: amount.optional(),
      blockedUsers: amount.optional(),
      blockedSeconds: amount.optional(),
      longestWaitSeconds: amount.optional(),
    })
    .optional(),
});

const expectedAnswerSchema = z.strictObject({
  verdict: z.enum(["incident", "no-incident", "insufficient-evidence"]),
  incidents: z.array(expectedIncident),
  coverage: z.strictObject({ monitor: amount, lslocks: amount, lsof: amount, syslog: amount }).partial().optional(),
  timeZone: z.strictObject({ assumed: z.string(), from: z.string() }).optional(),
  servers: z.array(z.strictObject({ serverId: z.string(), role: z.string() })).optional(),
});
export type ExpectedAnswer = z.infer<typeof expectedAnswerSchema>;

/** Folders under fixtures/, by number: `001-alder` ... */
export function fixtureNames(): string[] {
  return readdirSync(FIXTURES)
    .filter((name) => /^\d{3}-/.test(name)) // 001-alder
    .sort();
}

/** Path of a fixture's archive; `name` is the folder's. */
export function fixtureArchive(name: string): string {
  return join(FIXTURES, name, "incident.tar.gz");
}

/** Reads and checks the expected.json of a fixture. */
export function loadExpectedAnswer(name: string): ExpectedAnswer {
  return expectedAnswerSchema.parse(JSON.parse(readFileSync(join(FIXTURES, name, "expected.json"), "utf8")));
}

/** The parts of an analysis document that an expectation can name. */
export interface AnsweredDocument {
  readonly verdict: string;
  readonly incidents: readonly { readonly server: string; readonly severity: string }[];
  readonly case: {
    readonly servers: readonly { readonly id: string; readonly serverId: string | null; readonly role: string }[];
    readonly coverage: object;
    readonly timeZone: object;
  };
}

/** Every difference as one line, `incidents[0].suspect.pid: expected 4101, got 4117`; empty when the answer is right. */
export function differences(document: AnsweredDocument, expected: ExpectedAnswer): string[] {
  const found: string[] = [];
  compare("verdict", expected.verdict, document.verdict, found);
  compare("case.coverage", expected.coverage, document.case.coverage, found);
  compare("case.timeZone", expected.timeZone, document.case.timeZone, found);
  const serverIds = new Map(document.case.servers.map((server) => [server.id, server.serverId]));
  for (const server of expected.servers ?? []) {
    const match = document.case.servers.find(({ serverId }) => serverId === server.serverId);
    compare(`case.servers(${server.serverId})`, server, match, found);
  }
  const serious = document.incidents.filter(({ severity }) => severity !== "info");
  compare("incidents.length", expected.incidents.length, serious.length, found);
  expected.incidents.forEach((incident, index) => {
    const actual = serious[index];
    const withServer = actual === undefined ? undefined : { ...actual, serverId: serverIds.get(actual.server) ?? null };
    compare(`incidents[${index}]`, incident, withServer, found);
  });
  return found;
}

function compare(path: string, expected: unknown, actual: unknown, found: string[]): void {
  if (expected === undefined) return;
  const differs = () => found.push(`${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  if (expected === null || typeof expected !== "object") {
    if (expected !== actual) differs();
  } else if ("oneOf" in expected) {
    if (!(expected.oneOf as unknown[]).includes(actual)) differs();
  } else if ("min" in expected && "max" in expected) {
    if (typeof actual !== "number" || actual < Number(expected.min) || actual > Number(expected.max)) differs();
  } else if (actual === null || typeof actual !== "object") {
    differs();
  } else {
    for (const [key, value] of Object.entries(expected)) {
      compare(`${path}.${key}`, value, (actual as Record<string, unknown>)[key], found);
    }
  }
}
