import { z } from "zod";
import { EXIT, OperatorError } from "../base/errors.js";
import { analysisSchema } from "../contracts/analysis.js";
import { settingsSchema } from "../contracts/settings.js";

const SCHEMAS = { analysis: analysisSchema, config: settingsSchema } as const;

/** JSON Schema (draft 2020-12) of a document p4rca reads or writes. */
export function jsonSchema(name: string): unknown {
  const schema = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name as keyof typeof SCHEMAS] : undefined;
  if (schema === undefined) {
    const known = Object.keys(SCHEMAS).join(", ");
    throw new OperatorError("no-such-schema", `no schema "${name}"`, EXIT.usage, `This version has: ${known}.`);
  }
  return z.toJSONSchema(schema, { target: "draft-2020-12" });
}
