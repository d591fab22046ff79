import type { Cause } from "../cause.js";
import { bigIntegrateCopyPopulate } from "./big-integrate-copy-populate.js";
import { bigSubmit } from "./big-submit.js";
import { checkpointOrDumpOnLiveServer } from "./checkpoint-or-dump-on-live-server.js";
import { clientWorkspaceLockContention } from "./client-workspace-lock-contention.js";
import { dbReadLockBlocksWriters } from "./db-read-lock-blocks-writers.js";
import { dbWriteLockWedge } from "./db-write-lock-wedge.js";
import { expensiveChangesPolling } from "./expensive-changes-polling.js";
import { journalRotationStall } from "./journal-rotation-stall.js";
import { labelHeavyOperation } from "./label-heavy-operation.js";
import { limitsAbsentOrOverridden } from "./limits-absent-or-overridden.js";
import { lockConvoyManyShortHolders } from "./lock-convoy-many-short-holders.js";
import { longScanQuery } from "./long-scan-query.js";
import { mapViewProtectComplexity } from "./map-view-protect-complexity.js";
import { obliterateOnLiveServer } from "./obliterate-on-live-server.js";
import { protectGroupTriggerTableEdit } from "./protect-group-trigger-table-edit.js";
import { reconcileStorm } from "./reconcile-storm.js";
import { sendqParallelSyncContention } from "./sendq-parallel-sync-contention.js";
import { slowClientOrNetwork } from "./slow-client-or-network.js";
import { triggerHangOrSlow } from "./trigger-hang-or-slow.js";
import { verifyOrStorageJobAtPeak } from "./verify-or-storage-job-at-peak.js";

/** Every cause, one line each. Equal scores go to the earlier one: operator actions before users' commands. */
export const causes: readonly Cause[] = [
  obliterateOnLiveServer,
  checkpointOrDumpOnLiveServer,
  journalRotationStall,
  verifyOrStorageJobAtPeak,
  protectGroupTriggerTableEdit,
  triggerHangOrSlow,
  bigSubmit,
  bigIntegrateCopyPopulate,
  labelHeavyOperation,
  longScanQuery,
  expensiveChangesPolling,
  sendqParallelSyncContention,
  reconcileStorm,
  mapViewProtectComplexity,
  slowClientOrNetwork,
  dbWriteLockWedge,
  dbReadLockBlocksWriters,
  lockConvoyManyShortHolders,
  clientWorkspaceLockContention,
  limitsAbsentOrOverridden,
];
