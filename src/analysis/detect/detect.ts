import type { ZodError } from "zod";
import { EXIT, OperatorError } from "../../base/errors.js";
import type { Capability } from "../../contracts/evidence.js";
import type { DetectContext, Detector, DetectorRun } from "../../contracts/signal.js";
import { detectors } from "./registry.js";

/**
 * Asks every detector its question on every server. One detector's failure does not stop the others.
 *
 * `settings` holds the settings of detectors by id (`{ "db-wedge": { waitMs: 2000 } }`); what is absent has the default of
 * docs/detectors.md. An unknown id or a wrong value is an OperatorError (usage).
 */
export function runDetectors(
  context: DetectContext,
  settings: Readonly<Record<string, unknown>>,
  registry: readonly Detector[] = detectors,
): DetectorRun[] {
  const ready = prepare(settings, registry);
  return context.reader
    .servers()
    .flatMap((server) => ready.map(({ detector, values }) => ask(detector, values, context, server.id)));
}

interface ReadyDetector {
  readonly detector: Detector;
  readonly values: unknown;
}

function prepare(settings: Readonly<Record<string, unknown>>, registry: readonly Detector[]): ReadyDetector[] {
  const known = new Set(registry.map((detector) => detector.id));
  for (const id of Object.keys(settings)) {
    if (known.has(id)) continue;
    const hint = `Known detectors: ${[...known].join(", ")}.`;
    throw new OperatorError("bad-setting", `There is no detector "${id}"`, EXIT.usage, hint);
  }
  return registry.map((detector) => {
    const parsed = detector.settings.safeParse(settings[detector.id] ?? {});
    if (!parsed.success) throw wrongSetting(detector.id, parsed.error);
    return { detector, values: parsed.data };
  });
}

function wrongSetting(id: string, error: ZodError): OperatorError {
  const issue = error.issues[0];
  const where = ["detectors", id, ...(issue?.path ?? [])].join(".");
  return new OperatorError("bad-setting", `Setting ${where}: ${issue?.message}`, EXIT.usage, "See docs/detectors.md.");
}

function ask(detector: Detector, values: unknown, context: DetectContext, serverId: number): DetectorRun {
  const head = { detector: detector.id, serverId };
  try {
    const have = context.reader.capabilities(serverId);
    const missing = uncovered(detector, have);
    if (missing.length > 0) return { ...head, status: "skipped", missing };
    const signals = [...detector.detect(context, serverId, values)];
    if (signals.length > 0) return { ...head, status: "fired", signals };
    const unseen = detector.clearNeedsAny ?? [];
    if (unseen.length > 0 && !unseen.some((need) => have.has(need)))
      return { ...head, status: "skipped", missing: unseen };
    return { ...head, status: "clear" };
  } catch (error) {
    return { ...head, status: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

function uncovered(detector: Detector, have: ReadonlySet<Capability>): Capability[] {
  const missing = detector.needs.filter((need) => !have.has(need));
  const alternatives = detector.needsAny ?? [];
  if (alternatives.length > 0 && !alternatives.some((need) => have.has(need))) missing.push(...alternatives);
  return missing;
}
