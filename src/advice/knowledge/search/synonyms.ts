import { termsOf } from "./terms.js";

/**
 * Words that administrators, users and p4d's own texts use for the same thing. A group works in all directions, at a lower
 * weight than the words of the question; a word may be in several. Phrases are found as phrases.
 */
const GROUPS: readonly string[] = [
  "hang, hung, freeze, froze, frozen, stuck, stall, unresponsive, blocked, jammed, unusable, not responding",
  "wait, queue, pile up, backlog",
  "slow, sluggish, crawl, lag, latency, delay, performance, takes forever, timeout",
  "terminate, kill, cancel, abort, end, safe to kill",
  "stop, shutdown, shut, admin stop, take down",
  "restart, reboot, bounce, start again",
  "crash, died, dies, segfault, segmentation fault, core dump, signal 11",
  "checkpoint, dump, backup, p4d -jc, p4d -jd, snapshot",
  "journal, jnl, redo log",
  "rotate, rotation, truncate, roll over, switch, rename, logrotate",
  "replica, standby, mirror, slave, read-only server, forwarding replica",
  "lag, behind, fall behind, catch up, out of date, stale",
  "master, primary, commit server, upstream, central server, headquarters",
  "edge, edge server, remote site, branch office, office, site",
  "workspace, client, clientspec, client spec, ws",
  "submit, check in, checkin, commit, dm-CommitSubmit, user-submit",
  "sync, get latest, download files, update workspace, user-sync",
  "edit, check out, checkout, open for edit, user-edit",
  "changelist, change, cl, changes",
  "label, tag, labelsync",
  "exclusive, exclusive open, +l, locked files, exclusively opened",
  "license, licence, seats",
  "certificate, ssl, tls",
  "login, log in, sign in, logon, authentication, password, ticket, credentials",
  "ldap, active directory, sso, single sign-on, saml, okta, identity provider, auth-check",
  "trigger, hook, server script, extension",
  "disk full, no space left, out of space, enospc, filesystem full, volume full",
  "disk, storage, volume, filesystem, san, nfs, io, i/o",
  "memory, ram, oom, out of memory, rss",
  "swap, swapping, paging, thrashing",
  "cpu, processor, load average, cores",
  "throttle, pressure, resource pressure, paused, pause",
  "network, connection, tcp, wan, vpn, link, bandwidth",
  "broken pipe, connection reset, disconnected, connection lost, partner exited, timed out, dropped",
  "proxy, p4p, p4 proxy",
  "broker, p4broker, reject list, blacklist",
  "protections, protect, permission, access rights, acl, db.protect",
  "limit, quota, maxscanrows, maxresults, maxlocktime, too many rows scanned, request too large",
  "verify, md5, digest, integrity check",
  "corrupt, corruption, damaged, broken, inconsistent, bad",
  "archive, librarian, lbr, versioned files, depot files, rcs file",
  "obliterate, purge, remove permanently, delete history, user-obliterate",
  "monitor, p4 monitor show, running commands, process list",
  "idle, orphan, zombie, abandoned, stale session",
  "ci, jenkins, build machine, build farm, bot, automation, continuous integration, teamcity",
  "script, polling, poller, loop, cron",
  "swarm, review, code review",
  "parallel, threads, parallel sync, db.sendq, transmit",
  "shelve, shelf, shelved, user-shelve",
  "reconcile, status, clean, offline work",
  "integrate, merge, branch, copy, populate, integ",
  "lock, flock, locked, server lock, mutex",
  "read lock, shared lock",
  "write lock, exclusive lock",
  "holder, blocker, culprit, root blocker, who holds, who blocks",
  "victim, blocked command, waiter",
  "lockless, peek, peeking, db.peeking",
  "table, database file, db file, metadata, db.*",
  "scan, table scan, full scan, rows scanned, wildcard, //...",
  "log, p4log, server log, logfile",
  "track, tracking, track output, performance tracking",
  "structured log, serverlog, csv log",
  "configurable, setting, p4 configure, tunable",
  "upgrade, schema upgrade, p4d -xu, db upgrade, new version",
  "have list, db.have, have table",
  "obsolete, deprecated, old version",
  "storm, flood, spike, burst, too many connections, server.maxcommands",
  "retry, resubmit, press again, repeated",
  "counter, p4 counter, db.counters, db.nameval",
  "user, account, person",
  "depot, stream, path, view mapping",
  "view, mapping, exclusionary mapping, overlay, map",
  "transfer, pull thread, pull -u, archive transfer",
  "evidence, capture, collect, diagnostics",
  "prevent, avoid, mitigate, never again",
];

/** A synonym, as the terms that have to follow each other. */
type Phrase = readonly string[];

const byTerm = new Map<string, Phrase[]>();
for (const group of GROUPS) {
  const phrases = group.split(", ").map((words) => phraseOf(words));
  for (const phrase of phrases) {
    const key = phrase.join(" ");
    const others = phrases.filter((other) => other !== phrase && other.length > 0);
    byTerm.set(key, [...(byTerm.get(key) ?? []), ...others]);
  }
}
const longest = Math.max(...[...byTerm.keys()].map((key) => key.split(" ").length));

/** Synonyms of each run of terms that is in a group, by where the run begins and how many terms it has. */
export function synonymsIn(terms: readonly string[]): { from: number; count: number; phrases: readonly Phrase[] }[] {
  const found = [];
  for (let from = 0; from < terms.length; from++) {
    for (let count = Math.min(longest, terms.length - from); count > 0; count--) {
      const phrases = byTerm.get(terms.slice(from, from + count).join(" "));
      if (phrases !== undefined) found.push({ from, count, phrases });
    }
  }
  return found;
}

/** Terms of a synonym; a name stands for itself, without its parts. */
function phraseOf(words: string): Phrase {
  return termsOf(words)
    .filter((term) => term.kind !== "part")
    .map((term) => term.text);
}
