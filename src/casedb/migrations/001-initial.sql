-- The case database, version 1. Frozen: a change is a new file, never an edit of this one.
--
-- Instants are whole seconds of the server's local clock, counted as if it were UTC (`_s`), unless a column says UTC.
-- Durations are integer milliseconds (`_ms`). NULL means "not logged", 0 means "logged as 0".
-- command.id numbers commands; the id of a child row is command.id * 4096 + ordinal, so that the children of one
-- command are one id range and need no index.

-- Versions of this schema that were applied to the file.
CREATE TABLE migration (
  version INTEGER PRIMARY KEY, -- number of the migration file
  name TEXT NOT NULL, -- its file name
  sha256 TEXT NOT NULL -- digest of its text, to notice a file that was made by another build
) STRICT;

-- Named values that belong to the case as a whole.
CREATE TABLE meta (
  name TEXT PRIMARY KEY, -- name of the value, e.g. views-sha256
  value TEXT NOT NULL -- the value
) STRICT, WITHOUT ROWID;

-- Runs of p4rca that wrote to this case.
CREATE TABLE tool_run (
  id INTEGER PRIMARY KEY, -- number of the run
  started_utc_ms INTEGER NOT NULL, -- start of the run, epoch ms UTC
  version TEXT NOT NULL, -- version of p4rca
  command TEXT NOT NULL -- what was asked for, e.g. "analyze"
) STRICT;

-- The servers the evidence is about; pids of different servers never join.
CREATE TABLE server (
  id INTEGER PRIMARY KEY, -- number of the server
  label TEXT NOT NULL, -- s1, s2 ... as in the analysis document
  server_id TEXT, -- p4d's own serverId
  instance TEXT, -- SDP instance
  role TEXT NOT NULL, -- standard, commit, edge, replica, proxy, broker or unknown
  version TEXT, -- version text of `p4 info`
  time_zone TEXT NOT NULL, -- zone of the log's clock: UTC, +05:30, Europe/Berlin
  time_zone_from TEXT NOT NULL -- default, option or capture
) STRICT;

-- One row a file of the evidence, read or not.
CREATE TABLE source (
  id INTEGER PRIMARY KEY, -- number of the file; stands in every record of it
  path TEXT NOT NULL, -- path inside the archive or relative to the given folder
  kind TEXT NOT NULL DEFAULT 'unknown', -- p4log, monitor, lslocks ...; unknown when refused or not yet read
  server_id INTEGER, -- server.id it belongs to
  sha256 TEXT, -- digest of the decompressed bytes
  stored_bytes INTEGER, -- size as stored, possibly compressed
  modified_ms INTEGER, -- last modification, epoch ms UTC
  bytes INTEGER NOT NULL DEFAULT 0, -- decompressed size
  lines INTEGER NOT NULL DEFAULT 0, -- number of lines
  records INTEGER NOT NULL DEFAULT 0, -- number of records made of it
  bytes_parsed INTEGER NOT NULL DEFAULT 0, -- bytes of lines that became records
  bytes_noise INTEGER NOT NULL DEFAULT 0, -- bytes known to carry nothing
  bytes_unknown INTEGER NOT NULL DEFAULT 0, -- bytes of lines nobody recognised
  bytes_skipped INTEGER NOT NULL DEFAULT 0, -- bytes not read on purpose
  first_s INTEGER, -- first timestamp in the file
  last_s INTEGER, -- last timestamp in the file
  state TEXT NOT NULL, -- open (being read), done, duplicate or refused
  reason TEXT, -- why it was refused
  notes TEXT NOT NULL DEFAULT '[]', -- JSON array of notes for people
  duplicate_of INTEGER, -- source.id with the same content
  line_base INTEGER NOT NULL DEFAULT 0 -- lines of the P4LOGs before it, so that the views count lines over all files
) STRICT;

-- Counted problems with their first position.
CREATE TABLE warning (
  id INTEGER PRIMARY KEY, -- number of the warning
  source_id INTEGER, -- source.id, NULL when no file is to blame
  code TEXT NOT NULL, -- stable kebab-case word
  text TEXT NOT NULL, -- the same for people
  count INTEGER NOT NULL, -- how often it happened
  line_no INTEGER, -- line of the first occurrence
  byte_offset INTEGER -- byte of the first occurrence
) STRICT;

-- Raw bytes at the ends of a P4LOG that only its neighbours can explain; kept, since a rotation may be added later.
CREATE TABLE log_edge (
  id INTEGER PRIMARY KEY, -- number of the fragment, in file order
  source_id INTEGER NOT NULL, -- source.id
  position TEXT NOT NULL, -- head or tail
  line_no INTEGER NOT NULL, -- line it begins on
  byte_offset INTEGER NOT NULL, -- byte it begins at
  bytes BLOB NOT NULL, -- the bytes
  continuation INTEGER NOT NULL, -- 1: begins in the middle of a block or line
  running INTEGER -- commands running in the file before it; NULL for a continuation
) STRICT;

-- What joining the rotations changed, newest last: taken back before evidence is added, then they are joined anew.
CREATE TABLE join_undo (
  id INTEGER PRIMARY KEY, -- number of the change, in order
  table_name TEXT NOT NULL, -- table of the row that changed
  row_key TEXT NOT NULL, -- its primary key, a JSON array
  old_row TEXT -- its columns before the change, a JSON array; NULL when there was no such row
) STRICT;

-- Commands of earlier rotations that were still open: what to add to command.running.
CREATE TABLE running_base (
  source_id INTEGER NOT NULL, -- source.id the step belongs to
  from_line_no INTEGER NOT NULL, -- first line of that source the step holds for
  base INTEGER NOT NULL, -- commands to add
  PRIMARY KEY (source_id, from_line_no)
) STRICT, WITHOUT ROWID;

-- One row a command of a P4LOG. What is often NULL stands behind what is not: NULLs at the end of a row take no room.
CREATE TABLE command (
  id INTEGER PRIMARY KEY, -- number of the command
  source_id INTEGER NOT NULL, -- source.id of the file the command was first seen in
  line_no INTEGER, -- line of its start (of the first line known of it)
  byte_offset INTEGER, -- byte of that line
  byte_length INTEGER, -- length of that line in bytes
  flags INTEGER NOT NULL, -- bits: 1 start, 2 completion, 4 track block, 8 tables in it, 16 same text as an earlier one, 32 multi-line arguments, 64 line cut, 128 error, 256 kind without completion, 512 removed from monitor, 1024 pid taken over, 2048 may go on in a later file, 4096 identity unknown, 8192 failed authentication, 16384 fatal error
  pid INTEGER, -- process id; a thread id on Windows
  start_s INTEGER, -- second of the start line
  running INTEGER, -- commands open when it started, within its own file; see running_base
  key_hash INTEGER, -- hash of the start line: equal for equal lines
  user TEXT, -- Perforce user
  workspace TEXT, -- client workspace
  ip TEXT, -- address, intermediary/client
  app TEXT, -- client program
  cmd TEXT, -- function, e.g. user-sync
  args TEXT, -- arguments, all lines
  end_s INTEGER, -- second of the completion line
  lapse_ms INTEGER, -- lapse of the completion line, cut likewise
  end_line_no INTEGER, -- line of `completed`, in end_source_id
  end_byte_offset INTEGER, -- byte of that line
  cpu_user_ms INTEGER, -- user CPU time
  cpu_system_ms INTEGER, -- system CPU time
  disk_in INTEGER, -- blocks read (512 bytes)
  disk_out INTEGER, -- blocks written (512 bytes)
  ipc_in INTEGER, -- messages received
  ipc_out INTEGER, -- messages sent
  max_rss_kb INTEGER, -- largest resident size of the process
  page_faults INTEGER, -- major page faults
  track_line_no INTEGER, -- first line of its track block
  track_byte_offset INTEGER, -- byte of that line
  track_lapse_ms INTEGER, -- lapse of the track block
  mem_mb INTEGER, -- memory of the command
  mem_peak_mb INTEGER, -- peak memory of its process
  rpc_msgs_in INTEGER, -- rpc messages received
  rpc_msgs_out INTEGER, -- rpc messages sent
  rpc_size_in_mb INTEGER, -- megabytes received
  rpc_size_out_mb INTEGER, -- megabytes sent
  rpc_himark_fwd INTEGER, -- forward flow-control window in bytes
  rpc_himark_rev INTEGER, -- reverse flow-control window in bytes
  rpc_snd_ms INTEGER, -- time blocked sending to the peer
  rpc_rcv_ms INTEGER, -- time waiting for the peer
  compute_line_no INTEGER, -- line of the last `compute end`
  compute_byte_offset INTEGER, -- byte of that line
  compute_s INTEGER, -- second of the last `compute end` line
  compute_ms INTEGER, -- last `compute end`, cut to three digits by p4d
  end_source_id INTEGER, -- source.id of the completion, when it stands in a later rotation
  compute_source_id INTEGER, -- source.id of the `compute end`, when it stands in a later rotation
  track_source_id INTEGER, -- source.id of the track block, when it stands in a later rotation
  usage_line_no INTEGER, -- line of `usage` in the track block, where it is worth citing
  paused_line_no INTEGER, -- line of `paused` in the track block, where it is worth citing
  rpc_line_no INTEGER, -- line of `rpc` in the track block, where it is worth citing
  paused_ms INTEGER, -- time paused for resource pressure
  rpc_errors INTEGER, -- network errors reported
  lock_attempts INTEGER, -- N of `locks acquired by blocking after N non-blocking attempts`
  files_sent INTEGER, -- files sent (filetotals)
  files_received INTEGER, -- files received
  files_sent_mb INTEGER, -- megabytes of files sent
  files_received_mb INTEGER, -- megabytes of files received
  net_files_added INTEGER, -- network estimate: files added
  net_files_updated INTEGER, -- network estimate: files updated
  net_files_deleted INTEGER, -- network estimate: files deleted
  net_bytes_added INTEGER, -- network estimate: bytes added
  net_bytes_updated INTEGER, -- network estimate: bytes updated
  processkey TEXT GENERATED ALWAYS AS (printf('%016x', key_hash) || CASE WHEN flags & 16 THEN '.' || (line_no - 1) ELSE '' END) VIRTUAL, -- key of the compatibility views
  longest_ms INTEGER GENERATED ALWAYS AS (max(coalesce(lapse_ms, 0), coalesce(track_lapse_ms, 0))) VIRTUAL -- the larger of the two lapses
) STRICT;

-- Names of lock objects, once each.
CREATE TABLE lock_object (
  id INTEGER PRIMARY KEY, -- number of the object
  name TEXT NOT NULL, -- db.rev, rdb.lbr, meta/db, clients/my.ws (decoded), change/1234 ...
  mode TEXT NOT NULL, -- R or W for server locks, empty for tables
  table_name TEXT GENERATED ALWAYS AS (CASE WHEN name GLOB 'db.*' THEN substr(name, 4) WHEN name = 'rdb.lbr' THEN name WHEN name GLOB 'storageup/*' THEN substr(name, 11) || '_' || mode END) STORED, -- name in the view tableUse, NULL where log2sql has none
  UNIQUE (name, mode)
) STRICT;

-- One row a section of a track block: a table or server lock used by a command.
CREATE TABLE table_use (
  id INTEGER PRIMARY KEY, -- command.id * 4096 + position of the section
  source_id INTEGER, -- source.id of the track block
  line_no INTEGER, -- line of the section's heading, or its first line in that file
  byte_offset INTEGER, -- byte of that line
  lock_object_id INTEGER NOT NULL, -- lock_object.id
  worst_ms INTEGER NOT NULL, -- largest wait or hold of the section (lock totals, at least 0)
  pages_in INTEGER, -- database pages read
  pages_out INTEGER, -- database pages written
  pages_cached INTEGER, -- size of its page cache
  read_locks INTEGER, -- read locks taken
  write_locks INTEGER, -- write locks taken
  get_rows INTEGER, -- keyed gets
  pos_rows INTEGER, -- cursor positionings
  scan_rows INTEGER, -- rows scanned
  put_rows INTEGER, -- rows written
  del_rows INTEGER, -- rows deleted
  lock_line_no INTEGER, -- line of `total lock`
  lock_byte_offset INTEGER, -- byte of that line
  total_read_wait_ms INTEGER, -- waiting for read locks, sum
  total_read_held_ms INTEGER, -- holding read locks, sum
  total_write_wait_ms INTEGER, -- waiting for write locks, sum
  total_write_held_ms INTEGER, -- holding write locks, sum; p4d may print it negative
  max_line_no INTEGER, -- line of `max lock`
  max_read_wait_ms INTEGER, -- longest wait for a read lock
  max_read_held_ms INTEGER, -- longest hold of a read lock
  max_write_wait_ms INTEGER, -- longest wait for a write lock
  max_write_held_ms INTEGER, -- longest hold of a write lock
  peek_count INTEGER, -- lockless reads
  total_peek_wait_ms INTEGER, -- their waits, sum
  total_peek_held_ms INTEGER, -- their length, sum
  max_peek_wait_ms INTEGER, -- their longest wait
  max_peek_held_ms INTEGER, -- the longest of them
  rows_line_no INTEGER, -- line of `locks read/write ... rows`, where its rows are worth citing
  pages_split_internal INTEGER, -- internal pages split
  pages_split_leaf INTEGER, -- leaf pages split
  pages_reordered_internal INTEGER, -- internal pages moved
  pages_reordered_leaf INTEGER -- leaf pages moved
) STRICT;

-- One row a finished trigger.
CREATE TABLE trigger_use (
  id INTEGER PRIMARY KEY, -- command.id * 4096 + position among its triggers
  source_id INTEGER, -- source.id
  line_no INTEGER, -- line of the trigger
  byte_offset INTEGER, -- byte of that line
  lapse_ms INTEGER, -- how long it ran
  name TEXT -- name of the trigger
) STRICT;

-- Archive access of a command, one row a storage type.
CREATE TABLE librarian_use (
  id INTEGER PRIMARY KEY, -- command.id * 4096 + 0 Rcs, 1 Binary, 2 Compress, 3 Uncompress, 4 and up: others
  source_id INTEGER, -- source.id
  line_no INTEGER, -- line of the section's heading
  byte_offset INTEGER, -- byte of that line
  opens INTEGER, -- files opened
  closes INTEGER, -- files closed
  checkins INTEGER, -- revisions checked in
  exists_count INTEGER, -- existence checks
  reads INTEGER, -- reads
  read_bytes INTEGER, -- bytes read
  writes INTEGER, -- writes
  write_bytes INTEGER, -- bytes written
  digests INTEGER, -- digests computed
  file_sizes INTEGER, -- size queries
  modtimes INTEGER, -- modification time queries
  copies INTEGER, -- copies
  type TEXT -- Rcs, Binary, Compress, Uncompress
) STRICT;

-- Traffic of a command to other servers.
CREATE TABLE remote_rpc (
  id INTEGER PRIMARY KEY, -- command.id * 4096 + position
  source_id INTEGER, -- source.id
  line_no INTEGER, -- line
  byte_offset INTEGER, -- byte of that line
  msgs_in INTEGER, -- messages received
  msgs_out INTEGER, -- messages sent
  size_in_mb INTEGER, -- megabytes received
  size_out_mb INTEGER, -- megabytes sent
  himark_fwd INTEGER, -- forward flow-control window in bytes
  himark_rev INTEGER, -- reverse flow-control window in bytes
  snd_ms INTEGER, -- time blocked sending
  rcv_ms INTEGER, -- time waiting for the other server
  address TEXT -- host:port
) STRICT;

-- Header-less lines of the server: threads, resource pressure, life-cycle.
CREATE TABLE server_event (
  id INTEGER PRIMARY KEY, -- number of the row
  source_id INTEGER NOT NULL, -- source.id
  line_no INTEGER, -- line
  byte_offset INTEGER, -- byte of that line
  time_s INTEGER, -- second of the event
  nanos INTEGER, -- nanoseconds within the second
  pid INTEGER, -- process that wrote it
  v1 INTEGER, -- first number; its meaning depends on kind
  v2 INTEGER, -- second number
  v3 INTEGER, -- third number
  v4 INTEGER, -- fourth number
  kind TEXT, -- what happened
  text TEXT -- text of the line
) STRICT;

-- `Perforce server error:` blocks.
CREATE TABLE server_error (
  id INTEGER PRIMARY KEY, -- number of the row
  source_id INTEGER NOT NULL, -- source.id
  line_no INTEGER, -- line
  byte_offset INTEGER, -- byte of that line
  time_s INTEGER, -- its Date
  pid INTEGER, -- its Pid
  operation TEXT, -- its Operation
  text TEXT -- the message lines
) STRICT;

-- Verbatim text of lines that a finding may cite.
CREATE TABLE evidence_line (
  source_id INTEGER NOT NULL, -- source.id
  line_no INTEGER NOT NULL, -- line
  byte_offset INTEGER, -- byte of that line
  byte_length INTEGER, -- its length in bytes
  text TEXT, -- its text
  PRIMARY KEY (source_id, line_no)
) STRICT, WITHOUT ROWID;

-- Runs of capturing commands; one file may hold several.
CREATE TABLE capture (
  id INTEGER PRIMARY KEY, -- number of the row
  source_id INTEGER NOT NULL, -- source.id
  capture_no INTEGER NOT NULL, -- number within the file
  line_no INTEGER, -- first line
  byte_offset INTEGER, -- byte of that line
  taken_s INTEGER, -- when, if known
  taken_is_utc INTEGER, -- 1: taken_s is UTC, 0: the server's local clock
  kind TEXT, -- monitor, lslocks, lsof ...
  taken_from TEXT -- where the time was found
) STRICT;

-- Rows of `p4 monitor show`.
CREATE TABLE monitor_row (
  id INTEGER PRIMARY KEY, -- number of the row
  source_id INTEGER NOT NULL, -- source.id
  capture_no INTEGER NOT NULL, -- capture.capture_no
  line_no INTEGER, -- line
  byte_offset INTEGER, -- byte of that line
  pid INTEGER, -- process id
  elapsed_s INTEGER, -- running time
  state TEXT, -- R, T, P, B, I, F
  user TEXT, -- Perforce user
  workspace TEXT, -- client workspace
  cmd TEXT, -- command as monitor names it
  args TEXT, -- arguments
  app TEXT, -- client program
  ip TEXT, -- address
  text TEXT -- the line
) STRICT;

-- Locks of the operating system, and lock lines of `p4 monitor show -L`.
CREATE TABLE os_lock (
  id INTEGER PRIMARY KEY, -- number of the row
  source_id INTEGER NOT NULL, -- source.id
  capture_no INTEGER NOT NULL, -- capture.capture_no
  line_no INTEGER, -- line
  byte_offset INTEGER, -- byte of that line
  pid INTEGER, -- holder or waiter
  waiting INTEGER, -- 1: waits, 0: holds
  blocker_pid INTEGER, -- pid it waits for, where the tool says so
  inode INTEGER, -- inode of the file
  command TEXT, -- program name
  type TEXT, -- FLOCK, POSIX ...
  mode TEXT, -- READ, WRITE, R or W
  path TEXT, -- file
  object TEXT, -- p4d's name of it, e.g. db.rev
  text TEXT -- the line
) STRICT;

-- Rows of lsof.
CREATE TABLE open_file (
  id INTEGER PRIMARY KEY, -- number of the row
  source_id INTEGER NOT NULL, -- source.id
  capture_no INTEGER NOT NULL, -- capture.capture_no
  line_no INTEGER, -- line
  byte_offset INTEGER, -- byte of that line
  pid INTEGER, -- process id
  command TEXT, -- program name
  user TEXT, -- operating system user
  fd TEXT, -- file descriptor
  lock TEXT, -- lock letter of lsof
  path TEXT, -- file
  object TEXT, -- p4d's name of it
  text TEXT -- the line
) STRICT;

-- Lines of syslog or the journal that matter.
CREATE TABLE syslog_line (
  id INTEGER PRIMARY KEY, -- number of the row
  source_id INTEGER NOT NULL, -- source.id
  line_no INTEGER, -- line
  byte_offset INTEGER, -- byte of that line
  time_s INTEGER, -- its time
  time_is_utc INTEGER, -- 1: time_s is UTC, 0: the host's local clock
  pid INTEGER, -- process id in the tag
  host TEXT, -- host name
  tag TEXT, -- program
  class TEXT, -- oom-kill, io-error ...
  text TEXT -- the line
) STRICT;

-- Lines of `p4 info`, `p4 configure show` and the collector's manifest.
CREATE TABLE server_fact (
  id INTEGER PRIMARY KEY, -- number of the row
  source_id INTEGER NOT NULL, -- source.id
  line_no INTEGER, -- line
  byte_offset INTEGER, -- byte of that line
  kind TEXT, -- which command it came from
  name TEXT, -- name of the value
  value TEXT, -- the value
  origin TEXT -- where a configurable was set
) STRICT;
