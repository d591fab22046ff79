import type { Detector } from "../../contracts/signal.js";
import { authenticationTime } from "./detectors/authentication-time.js";
import { checkpointUnderLoad } from "./detectors/checkpoint-under-load.js";
import { clientLockContention } from "./detectors/client-lock-contention.js";
import { commandPileUp } from "./detectors/command-pile-up.js";
import { connectionSpike } from "./detectors/connection-spike.js";
import { corruption } from "./detectors/corruption.js";
import { dbWedge } from "./detectors/db-wedge.js";
import { diskSpace } from "./detectors/disk-space.js";
import { edgeCommitLatency } from "./detectors/edge-commit-latency.js";
import { errorBurst } from "./detectors/error-burst.js";
import { idleLeak } from "./detectors/idle-leak.js";
import { licenseOrCertificate } from "./detectors/license-or-certificate.js";
import { logGap } from "./detectors/log-gap.js";
import { loggingMisconfigured } from "./detectors/logging-misconfigured.js";
import { longCompute } from "./detectors/long-compute.js";
import { longLockHold } from "./detectors/long-lock-hold.js";
import { maintenanceUnderLoad } from "./detectors/maintenance-under-load.js";
import { memoryGrowth } from "./detectors/memory-growth.js";
import { parallelSyncStorm } from "./detectors/parallel-sync-storm.js";
import { peerBoundCommand } from "./detectors/peer-bound-command.js";
import { pollingStorm } from "./detectors/polling-storm.js";
import { replicationLag } from "./detectors/replication-lag.js";
import { resourcePressure } from "./detectors/resource-pressure.js";
import { serverRestart } from "./detectors/server-restart.js";
import { serviceTicket } from "./detectors/service-ticket.js";
import { slowCommand } from "./detectors/slow-command.js";
import { storageStall } from "./detectors/storage-stall.js";
import { triggerTime } from "./detectors/trigger-time.js";

/** Every detector, one line each, in the order of the document. */
export const detectors: readonly Detector[] = [
  dbWedge,
  checkpointUnderLoad,
  maintenanceUnderLoad,
  clientLockContention,
  parallelSyncStorm,
  slowCommand,
  longLockHold,
  longCompute,
  triggerTime,
  authenticationTime,
  peerBoundCommand,
  pollingStorm,
  connectionSpike,
  commandPileUp,
  idleLeak,
  corruption,
  diskSpace,
  memoryGrowth,
  storageStall,
  logGap,
  resourcePressure,
  serverRestart,
  licenseOrCertificate,
  replicationLag,
  serviceTicket,
  edgeCommitLatency,
  errorBurst,
  loggingMisconfigured,
] as readonly Detector[];
