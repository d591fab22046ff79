/**
 * What an error of the server means. The wording is that of the P4API 2023.2 message source; text that other programs or
 * web pages invent is not here. `user`: a person's own mistake, which a log with server=4 shows all day and which hurts nobody.
 */
export type ServerMessage =
  | "space-min"
  | "no-space"
  | "io-fault"
  | "memory"
  | "limit"
  | "max-commands"
  | "pressure"
  | "corruption"
  | "journal-replay"
  | "pull-position"
  | "standby-stall"
  | "archive-transfer"
  | "archive"
  | "ticket"
  | "license"
  | "certificate"
  | "exclusive"
  | "descriptors"
  | "trigger"
  | "ldap"
  | "peer-lost"
  | "stopped"
  | "user"
  | "other";

/** In order: the first list with a fragment of the text names it. Lower case; each with the message it comes from. */
const FRAGMENTS: readonly (readonly [ServerMessage, readonly string[]])[] = [
  // 'swarm.changesave' validation failed: ...      Unexpected return code from trigger!
  // First, because a trigger's own words follow: curl: (60) SSL certificate problem, no space left, whatever.
  ["trigger", ["' validation failed", "unexpected return code from trigger"]],
  // The filesystem 'P4ROOT' has only 112M free, but the server configuration requires at least 250M available.
  // ... but the command estimates it needs at least 3G available.
  ["space-min", [" free, but the server configuration requires", " free, but the command estimates"]],
  // write: /p4/1/logs/journal: No space left on device      write: db.rev: Disk quota exceeded
  ["no-space", ["no space left on device", "disk quota exceeded"]],
  // BTree is corrupt!      Database get error on db.rev!      Corrupt tree      Page 0x12 is not allocated
  ["corruption", ["btree is corrupt", "btree could not be opened", "corrupt tree", "generation number on page"]],
  ["corruption", ["database open error on", "database write error on", "database get error on"]],
  ["corruption", ["database scan error on", "database delete error on", "database put error on"]],
  // read: /p4/1/root/db.rev: Input/output error      write: journal: Read-only file system
  // Database locking error on db.rev!
  ["io-fault", ["database locking error on"]],
  ["io-fault", ["input/output error", "read-only file system", "stale file handle", "stale nfs file handle"]],
  // Journal file 'journal.12' replay failed at line 1!      Bad opcode '1765553439' journal record!
  ["journal-replay", ["replay failed at line", "bad opcode '", "bad transaction marker", "fatal journal processing"]],
  // Pull request for 3443/9912345 is past LEOF
  ["pull-position", ["is past leof", "past end of journal"]],
  // Replication to this server is stalled because one or more mandatory standby servers ...
  ["standby-stall", ["replication to this server is stalled"]],
  // Transfer of librarian file '//depot/a.bin 1.7' failed.
  ["archive-transfer", ["transfer of librarian file"]],
  // Librarian checkout //depot/a.c 1.4 failed.      Error opening librarian file x revision 1.2.      RCS checkout x#1 failed!
  ["archive", ["librarian checkout", "error opening librarian file", "rcs checkout", "corrupted during transfer"]],
  // Request too large for server memory (try later?).      Not enough OS memory available      malloc: Cannot allocate memory
  ["memory", ["request too large for server memory", "cannot allocate memory"]],
  // Server low on resources (MEM), command terminated.      Waited too long (300s) while command paused;  terminated.
  ["pressure", ["server low on resources", "while command paused", "too many commands paused", "not enough os memory"]],
  // Request refused: this server is configured to run a maximum of 500 simultaneous commands.
  ["max-commands", ["is configured to run a maximum of"]],
  // Request too large (over 50000); see 'p4 help maxresults'.      Operation took too long (over 30.0 seconds)
  // Too many rows scanned (over 250000); see 'p4 help maxscanrows'.      Opening too many files (over 10000)
  // Too much memory used (over 4096); see 'p4 help maxmemory'.      --- killed by MaxLockTime
  ["limit", ["request too large (over", "too many rows scanned (over", "operation took too long (over"]],
  ["limit", ["opening too many files (over", "too much memory used (over", "killed by max"]],
  // License expired.      Maximum licensed files (1000) exceeded.      Licensing error -- invalid server IP address
  // TCP connection not licensed from 10.0.0.9      Can't create a new user - over license quota.
  ["license", ["license expired", "maximum licensed files", "licensing error", "connection not licensed"]],
  ["license", ["support expired", "over license quota"]],
  // SSL certificate date range invalid.      ... certificate has expired      ... The server certificate is not valid
  [
    "certificate",
    ["certificate date range", "certificate has expired", "certificate expired", "certificate not valid"],
  ],
  ["certificate", ["ssl handshake failed", "certificate verify failed", "failed ssl handshake"]],
  // Perforce password (P4PASSWD) invalid or unset.      Your session has expired, please login again.
  ["ticket", ["(p4passwd) invalid or unset", "your session has expired", "your session was logged out"]],
  // //depot/a.uasset - can't edit exclusive file already opened
  ["exclusive", ["exclusive file already opened", "already locked by", "exclusively opened by"]],
  // accept: Too many open files      fork: Resource temporarily unavailable
  ["descriptors", ["too many open files", "resource temporarily unavailable"]],
  // LDAP search failed: ...      Failed to initialize LDAP connection to: dir:636      Authentication as cn=x failed.
  ["ldap", ["ldap search failed", "ldap connection to", "authentication as ", "ldap bind"]],
  // Connection from 10.1.2.3 broken.      Partner exited unexpectedly.      TCP receive failed.
  [
    "peer-lost",
    ["broken.", "partner exited unexpectedly", "tcp receive failed", "tcp send failed", "ssl receive failed"],
  ],
  ["peer-lost", ["ssl send failed", "connection reset by peer", "broken pipe", "client disconnected", "client closed"]],
  ["peer-lost", ["receive interrupted", "maximum configured duration", "handshake failed"]],
  // Command terminated by 'p4 monitor terminate'.
  ["stopped", ["terminated by 'p4 monitor terminate'", "command has been canceled", "client side operation(s) failed"]],
  // //depot/x/... - no such file(s).      ... - file(s) up-to-date.      Path '/tmp/x' is not under client's root
  // Client 'old' unknown - use 'client' command to create it.      Password invalid.
  ["user", ["no such file", "no file(s)", "up-to-date", "file(s) not ", "is not under client's root"]],
  ["user", ["not in client view", "password invalid", "login invalid", "must resolve", "must be resolved"]],
  ["user", ["unknown - use", "doesn't exist", "missing/wrong number", "no files to ", "is already opened"]],
  ["user", ["out of date files", "can't clobber", "not opened on this client", "no revisions", "no target file"]],
  ["user", ["no differing files", "no such label", "no such changelist", "no such user", "merges still pending"]],
  ["user", ["no changes", "submit aborted"]],
];

/** The words that tell stand near the beginning. */
const HEAD = 2000;

/** What an error text is about; `other` for what is not in the list. */
export function serverMessage(text: string): ServerMessage {
  const head = text.slice(0, HEAD).toLowerCase();
  for (const [kind, fragments] of FRAGMENTS) if (fragments.some((fragment) => head.includes(fragment))) return kind;
  return "other";
}

/** The text without what differs from one occurrence to the next: numbers, paths, quoted names. At most 160 characters. */
export function messageSignature(text: string): string {
  const line = text.slice(0, HEAD).split("\n", 1)[0] ?? "";
  const words = line.replace(/'[^']{0,200}'/g, "'…'").split(" ");
  return words
    .map((word) => (word.includes("/") ? "…" : word.replace(/\d+/g, "#"))) // //depot/main/a.c#7, 10.1.2.3:1666
    .join(" ")
    .slice(0, 160);
}
