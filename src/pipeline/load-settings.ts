import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { EXIT, OperatorError } from "../base/errors.js";
import { isZone } from "../base/time.js";
import { type Settings, settingsSchema } from "../contracts/settings.js";

const PLACES = ["/p4/common/config/p4rca.yaml", "/etc/p4rca/p4rca.yaml"];

/**
 * Settings of this run: flags win over the environment (P4RCA_TZ, P4RCA_FAIL_ON, P4RCA_CONFIG), that over the file,
 * that over the defaults. Throws OperatorError (usage) naming the file and the key that is wrong.
 */
export function loadSettings(
  flags: { config?: string | undefined; tz?: string | undefined; failOn?: string | undefined },
  environment: NodeJS.ProcessEnv,
): Settings {
  const wanted = flags.config ?? environment.P4RCA_CONFIG;
  const file = wanted ?? PLACES.find((place) => existsSync(place));
  const fromFile = file === undefined ? {} : readFile(file);
  const merged = {
    ...(fromFile as Record<string, unknown>),
    ...defined({ tz: flags.tz ?? environment.P4RCA_TZ, failOn: flags.failOn ?? environment.P4RCA_FAIL_ON }),
  };
  const result = settingsSchema.safeParse(merged);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "settings"}: ${issue.message}`);
    throw new OperatorError("bad-setting", `${file ?? "settings"}: ${problems.join("; ")}`, EXIT.usage);
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

function readFile(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8")) ?? {};
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new OperatorError("bad-config", `cannot read settings ${file}: ${reason}`, EXIT.usage);
  }
}

function defined<T extends Record<string, unknown>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
