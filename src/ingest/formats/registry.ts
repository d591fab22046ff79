import type { EvidenceFormat } from "../evidence-format.js";
import { checkpointLogFormat } from "./checkpoint-log.js";
import { brokerLogFormat, proxyLogFormat } from "./companion-log/companion-log.js";
import { dbFilesFormat } from "./db-files.js";
import { dfFormat } from "./df.js";
import { diskspaceFormat } from "./diskspace.js";
import { freeUptimeFormat } from "./free-uptime.js";
import { iostatFormat } from "./iostat.js";
import { lockstatFormat } from "./lockstat.js";
import { log2sqlDbFormat } from "./log2sql/log2sql-db.js";
import { log2sqlJsonFormat } from "./log2sql/log2sql-json.js";
import { lslocksFormat } from "./lslocks.js";
import { lsofFormat } from "./lsof.js";
import { manifestFormat } from "./manifest.js";
import { monitorFormat } from "./monitor-show.js";
import { p4ConfigureFormat } from "./p4-configure.js";
import { p4InfoFormat } from "./p4-info.js";
import { p4dTextFormat } from "./p4d-text/p4d-text.js";
import { pressureFormat } from "./pressure.js";
import { procLocksFormat } from "./proc-locks.js";
import { psFormat } from "./ps.js";
import { pullStateFormat } from "./pull-state.js";
import { realtimeFormat } from "./realtime.js";
import { sdpLayoutFormat } from "./sdp-layout.js";
import { structuredLogFormat } from "./structured-log/structured-log.js";
import { syslogFormat } from "./syslog.js";
import { topFormat } from "./top.js";
import { verifyLogFormat } from "./verify-log.js";
import { vmstatFormat } from "./vmstat.js";

/** Every kind of evidence that can be read. At equal scores the earlier one wins. */
export const FORMATS: readonly EvidenceFormat[] = [
  p4dTextFormat,
  manifestFormat,
  structuredLogFormat,
  log2sqlDbFormat,
  log2sqlJsonFormat,
  proxyLogFormat,
  brokerLogFormat,
  sdpLayoutFormat,
  monitorFormat,
  lslocksFormat,
  lsofFormat,
  p4ConfigureFormat,
  p4InfoFormat,
  pullStateFormat,
  lockstatFormat,
  diskspaceFormat,
  realtimeFormat,
  procLocksFormat,
  psFormat,
  topFormat,
  dfFormat,
  vmstatFormat,
  freeUptimeFormat,
  iostatFormat,
  pressureFormat,
  dbFilesFormat,
  checkpointLogFormat,
  verifyLogFormat,
  syslogFormat,
];
