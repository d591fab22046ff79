import { z } from "zod";
import type { DetectContext, Detector, Fact, Signal } from "../../../contracts/signal.js";
import { effectOf, lockQueues, standstills } from "../felt-effects.js";
import { hostSignal, near, reach } from "../host-signal.js";
import { PRESSURE_LIMITS, pressureSigns } from "../pressure-signs.js";
import { type SlowStretch, slowFact, slowStretches } from "../slow-stretch.js";
import { type StorageSign, storageSigns } from "../storage-evidence.js";

const settingsSchema = z.strictObject({
  awaitMs: z.number().positive().default(100).describe("ms that an access to a device takes, in two samples"),
  pressurePercent: z.number().positive().default(30).describe("io_full_avg10 of /proc/pressure from here on"),
  ioWaitPercent: z.number().positive().default(40).describe("io wait of vmstat, in two samples"),
  blockedProcesses: z.number().int().positive().default(3).describe("p4d processes in state D in one capture"),
  apartMs: z
    .number()
    .int()
    .nonnegative()
    .default(150_000)
    .describe("how far a kernel line may be from the trouble it explains: hung tasks are reported after 120 s"),
});
type Settings = z.infer<typeof settingsSchema>;

/** Processor time above this share of all lapse: they computed, no disk was waited for. */
const COMPUTING = 0.3;

/** Slow or failing disks: everybody is slow and nobody holds the lock that would explain it. */
export const storageStall: Detector<Settings> = {
  id: "storage-stall",
  title: "Storage stall",
  question: "Did p4d wait for its disks?",
  needs: [],
  needsAny: ["command-completion", "syslog", "io-statistics", "pressure", "vm-statistics", "process-list"],
  clearNeedsAny: ["syslog", "io-statistics", "pressure", "process-list"],
  settings: settingsSchema,
  falseAlarms:
    "A disk in trouble at the same time that p4d does not use and df does not show. Never counted: a disk in trouble while p4d is fine, a removable drive, a busy device with short access times. Without host evidence it cannot be told from a machine that stood still, so confidence stays medium.",
  source:
    "Kernel documentation of hung tasks and /proc/pressure; flock waits are interruptible sleep, so state D is the disk. KB: commands slow all at once without lock waits.",
  *detect(context, serverId, settings) {
    const short = pressureSigns(context.reader, serverId, PRESSURE_LIMITS);
    const swapping = short.some((sign) => sign.kind === "swap");
    // A machine that swaps waits for its disks, too: then only what names a disk or p4d counts.
    const signs = storageSigns(context.reader, serverId, settings).filter((sign) => !swapping || !sign.general);
    const slow = slowStretches(context.reader, serverId).filter((one) => one.cpuShare < COMPUTING);
    const fired = withSigns(context, serverId, signs, slow, settings);
    if (fired !== null) yield fired;
    for (const stretch of slow) {
      const told = [...(fired === null ? [] : [fired]), ...short].some((one) => near(stretch, one, settings.apartMs));
      if (!told) yield stall(serverId, "all-slow", stretch, "storage", [slowFact(stretch)]);
    }
  },
};

/** A host's trouble counts only where p4d suffered at that time; p4d's own suffering counts by itself. */
function withSigns(
  context: DetectContext,
  serverId: number,
  signs: readonly StorageSign[],
  slow: readonly SlowStretch[],
  settings: Settings,
): Signal | null {
  const own = signs.filter((sign) => sign.of === "server");
  // A holder that stalls in I/O makes a queue like any other: it needs more than one sign to count as the disk's effect.
  const queues = weightOf(signs) < 4 ? [] : lockQueues(context, serverId);
  const effects = [...slow.map(effectOf), ...standstills(context.reader, serverId), ...queues];
  const felt = (sign: StorageSign) =>
    [...effects, ...own].some((effect) => near(sign, effect, settings.apartMs) && effect !== sign);
  const believed = signs.filter((sign) => sign.of === "server" || felt(sign));
  const first = believed[0];
  if (first === undefined) return null;
  const hurt = effects.filter((effect) => believed.some((sign) => near(sign, effect, settings.apartMs)));
  const resource = believed.find((sign) => sign.resource !== "storage")?.resource ?? "storage";
  const facts = [...believed, ...hurt].map((one) => one.fact);
  return stall(serverId, "host-evidence", reach([...believed, ...hurt]), resource, facts);
}

function weightOf(signs: readonly StorageSign[]): number {
  return signs.reduce((sum, sign) => sum + (sign.fact.unit === "lines" ? Number(sign.fact.value) : 2), 0);
}

function stall(
  serverId: number,
  kind: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  name: string,
  facts: readonly Fact[],
): Signal {
  return hostSignal({
    detector: "storage-stall",
    serverId,
    category: "storage-stall",
    kind,
    fromMs,
    toMs,
    resource: { kind: "host", name },
    facts,
    severity: "major",
  });
}
