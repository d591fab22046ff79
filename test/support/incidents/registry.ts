import type { IncidentKind } from "./incident-kind.js";
import { AUTH_STALLS } from "./kinds/auth-stalls.js";
import { CHECKPOINTS } from "./kinds/checkpoints.js";
import { DAMAGE } from "./kinds/damage.js";
import { DISK_SPACE } from "./kinds/disk-space.js";
import { EDGE_LATENCY } from "./kinds/edge-latency.js";
import { ERROR_BURSTS } from "./kinds/error-bursts.js";
import { HEALTHY_DAYS } from "./kinds/healthy-days.js";
import { HOST_NEAR_MISSES } from "./kinds/host-near-misses.js";
import { HOST_PRESSURE } from "./kinds/host-pressure.js";
import { LOCK_CROWDS } from "./kinds/lock-crowds.js";
import { LOCK_READERS } from "./kinds/lock-readers.js";
import { LOCK_WRITERS } from "./kinds/lock-writers.js";
import { NETWORK_STALLS } from "./kinds/network-stalls.js";
import { REPLICATION_STALLS } from "./kinds/replication-stalls.js";
import { RESTARTS } from "./kinds/restarts.js";
import { SERVER_NEAR_MISSES } from "./kinds/server-near-misses.js";
import { SEVERAL_WEDGES } from "./kinds/several-wedges.js";
import { SLOW_COMMANDS } from "./kinds/slow-commands.js";
import { STORAGE_STALLS } from "./kinds/storage-stalls.js";
import { TELEMETRY_ARTEFACTS } from "./kinds/telemetry-artefacts.js";
import { TRIGGER_STALLS } from "./kinds/trigger-stalls.js";
import { UNANSWERABLE } from "./kinds/unanswerable.js";
import { USAGE_STORMS } from "./kinds/usage-storms.js";

/** Every kind, in the order of the table that `npm run bench:rca` prints. Add a family's list here. */
export const KINDS: readonly IncidentKind[] = [
  ...LOCK_WRITERS,
  ...LOCK_READERS,
  ...LOCK_CROWDS,
  ...SEVERAL_WEDGES,
  ...CHECKPOINTS,
  ...SLOW_COMMANDS,
  ...USAGE_STORMS,
  ...TRIGGER_STALLS,
  ...AUTH_STALLS,
  ...STORAGE_STALLS,
  ...NETWORK_STALLS,
  ...HOST_PRESSURE,
  ...DISK_SPACE,
  ...REPLICATION_STALLS,
  ...EDGE_LATENCY,
  ...RESTARTS,
  ...DAMAGE,
  ...ERROR_BURSTS,
  ...HEALTHY_DAYS,
  ...HOST_NEAR_MISSES,
  ...SERVER_NEAR_MISSES,
  ...TELEMETRY_ARTEFACTS,
  ...UNANSWERABLE,
];
