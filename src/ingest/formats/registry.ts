import type { EvidenceFormat } from "../evidence-format.js";
import { lslocksFormat } from "./lslocks.js";
import { lsofFormat } from "./lsof.js";
import { manifestFormat } from "./manifest.js";
import { monitorFormat } from "./monitor-show.js";
import { p4ConfigureFormat } from "./p4-configure.js";
import { p4InfoFormat } from "./p4-info.js";
import { p4dTextFormat } from "./p4d-text/p4d-text.js";
import { syslogFormat } from "./syslog.js";

/** Every kind of evidence that can be read. At equal scores the earlier one wins. */
export const FORMATS: readonly EvidenceFormat[] = [
  p4dTextFormat,
  manifestFormat,
  monitorFormat,
  lslocksFormat,
  lsofFormat,
  p4ConfigureFormat,
  p4InfoFormat,
  syslogFormat,
];
