import { existsSync, readFileSync } from "node:fs";
import { EXIT, OperatorError } from "../base/errors.js";
import { isZone } from "../base/time.js";
import type { Settings } from "../contracts/settings.js";

const PLACES = ["/p4/common/config/p4rca.yaml", "/etc/p4rca/p4rca.yaml"];

/** Variables by the setting they stand for; empty ones count as unset. P4RCA_CONFIG names the file itself. */
const LIMIT_VARIABLES = {
  maxEntries: "P4RCA_MAX_ENTRIES",
  maxDepth: "P4RCA_MAX_DEPTH",
  maxFileBytes: "P4RCA_MAX_FILE_BYTES",
  maxTotalBytes: "P4RCA_MAX_TOTAL_BYTES",
  maxRatio: "P4RCA_MAX_RATIO",
  maxLineBytes: "P4RCA_MAX_LINE_BYTES",
} as const;

const KNOWLEDGE_VARIABLES = {
  file: "P4RCA_KNOWLEDGE",
  site: "P4RCA_SITE",
  embedding: "P4RCA_EMBEDDING",
  reranker: "P4RCA_RERANKER",
  chroma: "P4RCA_CHROMA",
} as const;

type KnowledgeFlags = Partial<Record<keyof typeof KNOWLEDGE_VARIABLES, string | undefined>>;

/**
 * Settings of this run: flags win over the environment (P4RCA_TZ, P4RCA_FAIL_ON, P4RCA_MAX_..., P4RCA_KNOWLEDGE, ...), that over the file,
 * that over the defaults. Throws OperatorError (usage) naming where the wrong value stands. Flags about limits come
 * later, in cli, because they are no settings of the file.
 */
export async function loadSettings(
  flags: {
    config?: string | undefined;
    tz?: string | undefined;
    failOn?: string | undefined;
    knowledge?: KnowledgeFlags;
  },
  environment: NodeJS.ProcessEnv,
): Promise<Settings> {
  const wanted = flags.config ?? variable(environment, "P4RCA_CONFIG");
  const file = wanted ?? PLACES.find((place) => existsSync(place));
  const fromFile = file === undefined ? {} : await readFile(file);
  const limits = limitsFrom(environment);
  const knowledge = knowledgeFrom(flags.knowledge ?? {}, environment);
  const merged = {
    ...fromFile,
    ...defined({
      tz: flags.tz ?? variable(environment, "P4RCA_TZ"),
      failOn: flags.failOn ?? variable(environment, "P4RCA_FAIL_ON"),
      limits: limits === null ? undefined : { ...(fromFile.limits as object | undefined), ...limits },
      knowledge: knowledge === null ? undefined : { ...(fromFile.knowledge as object | undefined), ...knowledge },
    }),
  };
  if (Object.keys(merged).length === 0) return {}; // loading the schema takes longer than all of this
  const { settingsSchema } = await import("../contracts/settings.js");
  const result = settingsSchema.safeParse(merged);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "settings"}: ${issue.message}`);
    const where = file === undefined ? "settings" : `settings (${file} and P4RCA_... variables)`;
    throw new OperatorError("bad-setting", `${where}: ${problems.join("; ")}`, EXIT.usage);
  }
  if (result.data.tz !== undefined && !isZone(result.data.tz)) {
    throw new OperatorError(
      "bad-zone",
      `unknown time zone "${result.data.tz}"`,
      EXIT.usage,
      "Use UTC, +01:00 or Europe/Berlin.",
    );
  }
  return result.data;
}

function variable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  return environment[name] || undefined;
}

/** Values that are no numbers are kept as they are: the schema says what is wrong with them. */
function limitsFrom(environment: NodeJS.ProcessEnv): Record<string, unknown> | null {
  const set = Object.entries(LIMIT_VARIABLES).flatMap(([key, name]) => {
    const text = variable(environment, name);
    return text === undefined ? [] : [[key, Number.isNaN(Number(text)) ? text : Number(text)] as const];
  });
  return set.length === 0 ? null : Object.fromEntries(set);
}

function knowledgeFrom(flags: KnowledgeFlags, environment: NodeJS.ProcessEnv): Record<string, string> | null {
  const set = Object.entries(KNOWLEDGE_VARIABLES).flatMap(([key, name]) => {
    const text = flags[key as keyof KnowledgeFlags] ?? variable(environment, name);
    return text === undefined ? [] : [[key, text] as const];
  });
  return set.length === 0 ? null : Object.fromEntries(set);
}

async function readFile(file: string): Promise<Record<string, unknown>> {
  const { parse } = await import("yaml");
  try {
    return asObject(parse(readFileSync(file, "utf8")) ?? {});
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new OperatorError("bad-config", `cannot read settings ${file}: ${reason}`, EXIT.usage);
  }
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error("not a list of `name: value`");
}

function defined<T extends Record<string, unknown>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
