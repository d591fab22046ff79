import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { emitFact } from "./server-facts.js";

/** `export P4MASTERPORT=ssl:1666`, `SDP_INSTANCE=1`, `export P4USER="perforce"` */
const SETTING = /^\s{0,20}(?:export |readonly |declare -x )?([A-Z][A-Z0-9_]{1,60})=(.*)$/;
/** Settings that only the SDP's p4_vars and instance files have. */
const TELLING = new Set([
  "SDP_INSTANCE",
  "SDP_ROOT",
  "SDP_ADMIN_PASSWORD_FILE",
  "P4MASTER_ID",
  "P4MASTERHOST",
  "P4MASTERPORT",
  "P4PORTNUM",
  "P4BROKERPORTNUM",
  "P4BROKERPORT",
  "P4DBIN",
  "P4DBROOT",
  "P4SERVERID",
  "OFFLINE_DB",
  "KEEPCKPS",
  "KEEPJNLS",
  "KEEPLOGS",
  "CASE_SENSITIVE",
  "CHECKPOINTS",
  "DEPOTS",
  "SSL_PREFIX",
  "SHAREDDATA",
  "EDGESERVER",
  "STANDBYSERVER",
]);
/** Nothing that may be a secret goes into the case. */
const SECRET = /PASS|TICKET|TOKEN|SECRET|KEY$/;

export const sdpLayoutFormat: EvidenceFormat = {
  id: "sdp-layout",
  title: "settings of the Server Deployment Package (p4_vars, p4_N.vars, env)",
  sniff(head) {
    const names = headLines(head).map((line) => SETTING.exec(line)?.[1] ?? "");
    const telling = new Set(names.filter((name) => TELLING.has(name)));
    if (telling.has("SDP_INSTANCE") && telling.size >= 2) return 0.9;
    return telling.size >= 3 ? 0.9 : 0;
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new SdpHandler(context)),
};

/** One `server_fact` of kind `sdp` a setting. The rest of a shell script is noise. */
class SdpHandler implements LineHandler {
  constructor(private readonly context: LineContext) {}

  line(line: Line): Fate {
    const m = SETTING.exec(line.text);
    const name = m?.[1] ?? "";
    if (m === null || SECRET.test(name) || !(TELLING.has(name) || name.startsWith("P4"))) return "noise";
    const value = (m[2] ?? "").trim().replace(/^(["'])(.*)\1$/, "$2"); // "perforce", 'a b'
    emitFact(this.context, line, { kind: "sdp", name, value: value.slice(0, 1000), origin: null });
    return "parsed";
  }
}
