/**
 * Names that may become labels. A label is a time series for ever, and a log holds whatever a client sent: only what p4d
 * itself calls its commands and tables passes, the most frequent of them, and the rest goes together under `other`.
 */
export const OTHER = "other";
/** Series of each kind a server has at most, `other` not counted. */
const MOST_LABELS = 30;

const USER_COMMANDS = new Set(
  `add admin annotate archive attribute bgtask branch branches cachepurge change changelist changelists changes clean client
  clients configure copy counter counters cstat dbschema dbstat dbverify delete depot depots describe diff diff2 dirs
  diskspace edit export extension failback failover failover-status filelog files fix fixes flush fstat grep group groups
  have heartbeat help ignores info integ integrate integrated interchanges istat jobs job jobspec journalcopy
  journaldbchecksums journals key keys label labels labelsync ldap ldaps ldapsync license list lock lockstat logappend
  login login2 logout logparse logrotate logschema logstat logtail merge monitor move obliterate opened passwd ping
  populate print property protect protects proxy prune pubkey pubkeys pull rec reconcile reload rename renameclient
  renameuser reopen replicate repo repos reshelve resolve resolved restore revert review reviews server serverid servers set
  shelve sizes snap spec status storage stream streamlog streams streamspec submit switch sync tag trait traits transmit
  trigger triggers trust tunables typemap undo unload unlock unshelve unsubmit unzip update upgrades user users verify
  where workspace workspaces zip`.split(/\s+/),
);

/** What p4d calls its own functions: dm-CommitSubmit, rmt-FileFetch, lbr-Put, client-Stats */
const FUNCTION = /^(?:dm|rmt|lbr|client|server|proxy|pull|repl)-[A-Za-z0-9]{1,32}$/;
/** db.rev, db.have.rp, rdb.lbr */
const TABLE = /^r?db\.[A-Za-z0-9][A-Za-z0-9._]{0,31}$/;

export function isKnownCommand(name: string): boolean {
  return name.startsWith("user-") ? USER_COMMANDS.has(name.slice("user-".length)) : FUNCTION.test(name);
}

export function isKnownTable(name: string): boolean {
  return TABLE.test(name);
}

/** The first names that may become labels, of names in the order of their weight. */
export function boundedLabels(names: Iterable<string>, isKnown: (name: string) => boolean): string[] {
  const labels: string[] = [];
  for (const name of names) {
    if (isKnown(name)) labels.push(name);
    if (labels.length === MOST_LABELS) break;
  }
  return labels;
}
