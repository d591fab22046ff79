import type { Cause } from "../cause.js";
import { adminStopRestartInProgress } from "./admin-stop-restart-in-progress.js";
import { archiveMissingOrCorrupt } from "./archive-missing-or-corrupt.js";
import { authLdapSsoStall } from "./auth-ldap-sso-stall.js";
import { bigIntegrateCopyPopulate } from "./big-integrate-copy-populate.js";
import { bigSubmit } from "./big-submit.js";
import { checkpointOrDumpOnLiveServer } from "./checkpoint-or-dump-on-live-server.js";
import { clientWorkspaceLockContention } from "./client-workspace-lock-contention.js";
import { connectionStormMaxcommands } from "./connection-storm-maxcommands.js";
import { dbCorruption } from "./db-corruption.js";
import { dbReadLockBlocksWriters } from "./db-read-lock-blocks-writers.js";
import { dbWriteLockWedge } from "./db-write-lock-wedge.js";
import { diskFull } from "./disk-full.js";
import { diskSpaceMin } from "./disk-space-min.js";
import { edgeCommitLatency } from "./edge-commit-latency.js";
import { expensiveChangesPolling } from "./expensive-changes-polling.js";
import { idleOrOrphanSessions } from "./idle-or-orphan-sessions.js";
import { journalRotationStall } from "./journal-rotation-stall.js";
import { labelHeavyOperation } from "./label-heavy-operation.js";
import { licenseOrCertificate } from "./license-or-certificate.js";
import { limitHit } from "./limit-hit.js";
import { limitsAbsentOrOverridden } from "./limits-absent-or-overridden.js";
import { lockConvoyManyShortHolders } from "./lock-convoy-many-short-holders.js";
import { logOrJournalVolumeStall } from "./log-or-journal-volume-stall.js";
import { longScanQuery } from "./long-scan-query.js";
import { mapViewProtectComplexity } from "./map-view-protect-complexity.js";
import { massOpenOrExclusiveLock } from "./mass-open-or-exclusive-lock.js";
import { memoryHog } from "./memory-hog.js";
import { networkLossMassDisconnect } from "./network-loss-mass-disconnect.js";
import { obliterateOnLiveServer } from "./obliterate-on-live-server.js";
import { oomKill } from "./oom-kill.js";
import { pollingStormOrRunawayScript } from "./polling-storm-or-runaway-script.js";
import { protectGroupTriggerTableEdit } from "./protect-group-trigger-table-edit.js";
import { proxyFault } from "./proxy-fault.js";
import { reconcileStorm } from "./reconcile-storm.js";
import { replicaArchivePullStuck } from "./replica-archive-pull-stuck.js";
import { replicaCorruptJournal } from "./replica-corrupt-journal.js";
import { replicaMetadataLag } from "./replica-metadata-lag.js";
import { replicaStalled } from "./replica-stalled.js";
import { resourcePressureThrottling } from "./resource-pressure-throttling.js";
import { retryAmplification } from "./retry-amplification.js";
import { sendqParallelSyncContention } from "./sendq-parallel-sync-contention.js";
import { serverCrashOrForcedRestart } from "./server-crash-or-forced-restart.js";
import { slowClientOrNetwork } from "./slow-client-or-network.js";
import { storageIoStall } from "./storage-io-stall.js";
import { storageUpgradeOrBackgroundJob } from "./storage-upgrade-or-background-job.js";
import { swapThpCpuSaturation } from "./swap-thp-cpu-saturation.js";
import { swarmOrIntegrationFailure } from "./swarm-or-integration-failure.js";
import { telemetryArtefact } from "./telemetry-artefact.js";
import { triggerFailure } from "./trigger-failure.js";
import { triggerHangOrSlow } from "./trigger-hang-or-slow.js";
import { verifyOrStorageJobAtPeak } from "./verify-or-storage-job-at-peak.js";

/** Every cause, one line each. Equal scores go to the earlier one: the host, then operator actions, then users' commands. */
export const causes: readonly Cause[] = [
  dbCorruption,
  diskSpaceMin,
  diskFull,
  oomKill,
  logOrJournalVolumeStall,
  storageIoStall,
  serverCrashOrForcedRestart,
  memoryHog,
  swapThpCpuSaturation,
  resourcePressureThrottling,
  archiveMissingOrCorrupt,
  licenseOrCertificate,
  replicaCorruptJournal,
  replicaStalled,
  replicaArchivePullStuck,
  replicaMetadataLag,
  edgeCommitLatency,
  adminStopRestartInProgress,
  storageUpgradeOrBackgroundJob,
  massOpenOrExclusiveLock,
  limitHit,
  telemetryArtefact,
  obliterateOnLiveServer,
  checkpointOrDumpOnLiveServer,
  journalRotationStall,
  verifyOrStorageJobAtPeak,
  protectGroupTriggerTableEdit,
  authLdapSsoStall,
  networkLossMassDisconnect,
  proxyFault,
  triggerFailure,
  swarmOrIntegrationFailure,
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
  pollingStormOrRunawayScript,
  retryAmplification,
  connectionStormMaxcommands,
  idleOrOrphanSessions,
  dbWriteLockWedge,
  dbReadLockBlocksWriters,
  lockConvoyManyShortHolders,
  clientWorkspaceLockContention,
  limitsAbsentOrOverridden,
];
