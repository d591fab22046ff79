-- Views with the columns of log2sql's database, and values that imitate its own, so that existing recipes run unchanged.
-- What differs and why: docs/log2sql-differences.md. The tables keep the truth.

DROP VIEW IF EXISTS command;
DROP VIEW IF EXISTS process;
DROP VIEW IF EXISTS tableUse;
DROP VIEW IF EXISTS events;

-- One row a command: the columns of command_row, with the names as texts. What queries and exports are made on.
CREATE VIEW command AS
SELECT
  id, source_id, line_no, byte_offset, byte_length, flags, pid, start_s, running, key_hash,
  CASE typeof(user) WHEN 'integer' THEN (SELECT text FROM command_name n WHERE n.id = user) ELSE user END AS user,
  CASE typeof(workspace) WHEN 'integer' THEN (SELECT text FROM command_name n WHERE n.id = workspace) ELSE workspace END AS workspace,
  CASE typeof(ip) WHEN 'integer' THEN (SELECT text FROM command_name n WHERE n.id = ip) ELSE ip END AS ip,
  CASE typeof(app) WHEN 'integer' THEN (SELECT text FROM command_name n WHERE n.id = app) ELSE app END AS app,
  CASE typeof(cmd) WHEN 'integer' THEN (SELECT text FROM command_name n WHERE n.id = cmd) ELSE cmd END AS cmd,
  args, end_s, lapse_ms, end_line_no, end_byte_offset, cpu_user_ms, cpu_system_ms, disk_in, disk_out,
  ipc_in, ipc_out, max_rss_kb, page_faults, track_line_no, track_byte_offset, track_lapse_ms, mem_mb,
  mem_peak_mb, rpc_msgs_in, rpc_msgs_out, rpc_size_in_mb, rpc_size_out_mb, rpc_himark_fwd, rpc_himark_rev,
  rpc_snd_ms, rpc_rcv_ms, compute_line_no, compute_byte_offset, compute_s, compute_ms, end_source_id,
  compute_source_id, track_source_id, usage_line_no, paused_line_no, rpc_line_no, paused_ms, rpc_errors,
  lock_attempts, files_sent, files_received, files_sent_mb, files_received_mb, net_files_added, net_files_updated,
  net_files_deleted, net_bytes_added, net_bytes_updated, processkey, longest_ms
FROM command_row;

-- One row a command. `lineNumber` is the line of the block's heading, running on over the logs of a server.
CREATE VIEW process AS
SELECT
  c.processkey AS processkey,
  c.line_no - 1 + s.line_base AS lineNumber,
  coalesce(c.pid, 0) AS pid,
  strftime('%Y/%m/%d %H:%M:%S', coalesce(c.start_s, c.end_s - coalesce(c.lapse_ms, 0) / 1000), 'unixepoch') AS startTime,
  -- Without a completion log2sql takes the lapse of the track block, in whole seconds; kinds that never complete, and
  -- what was removed from the monitor, end where they start. What is still open has an empty text.
  coalesce(strftime('%Y/%m/%d %H:%M:%S', CASE
    WHEN c.end_s IS NOT NULL THEN c.end_s
    WHEN c.flags & 768 THEN c.start_s
    WHEN c.track_lapse_ms > 0 THEN c.start_s + c.track_lapse_ms / 1000 END, 'unixepoch'), '') AS endTime,
  coalesce(c.compute_ms, 0) / 1000.0 AS computedLapse,
  -- The lapse that stands later in the log wins; a track block's 0 does not.
  CASE WHEN coalesce(c.track_lapse_ms, 0) <> 0 AND (c.lapse_ms IS NULL OR c.track_line_no > c.end_line_no)
    THEN c.track_lapse_ms ELSE coalesce(c.lapse_ms, 0) END / 1000.0 AS completedLapse,
  coalesce(c.paused_ms, 0) / 1000.0 AS paused,
  coalesce(c.user, '') AS user,
  coalesce(c.workspace, '') AS workspace,
  coalesce(c.ip, '') AS ip,
  coalesce(c.app, '') AS app,
  coalesce(c.cmd, '') AS cmd,
  -- First line only, and without a JSON document at its end.
  (SELECT CASE WHEN line GLOB '* {*}' THEN (
      SELECT replace(substr(marked, 1, length(rtrim(marked, replace(marked, char(1), ''))) - 1), char(1), ' {')
      FROM (SELECT replace(line, ' {', char(1)) AS marked)) ELSE line END
    FROM (SELECT CASE WHEN instr(c.args, char(10)) > 0 THEN ' ' || substr(c.args, 1, instr(c.args, char(10)) - 1)
      ELSE coalesce(c.args, '') END AS line)) AS args,
  coalesce(c.cpu_user_ms, 0) AS uCpu,
  coalesce(c.cpu_system_ms, 0) AS sCpu,
  coalesce(c.disk_in, 0) AS diskIn,
  coalesce(c.disk_out, 0) AS diskOut,
  coalesce(c.ipc_in, 0) AS ipcIn,
  coalesce(c.ipc_out, 0) AS ipcOut,
  coalesce(c.max_rss_kb, 0) AS maxRss,
  coalesce(c.page_faults, 0) AS pageFaults,
  coalesce(c.mem_mb, 0) AS memMB,
  coalesce(c.mem_peak_mb, 0) AS memPeakMB,
  coalesce(c.rpc_msgs_in, 0) AS rpcMsgsIn,
  coalesce(c.rpc_msgs_out, 0) AS rpcMsgsOut,
  coalesce(c.rpc_size_in_mb, 0) AS rpcSizeIn,
  coalesce(c.rpc_size_out_mb, 0) AS rpcSizeOut,
  coalesce(c.rpc_himark_fwd, 0) AS rpcHimarkFwd,
  coalesce(c.rpc_himark_rev, 0) AS rpcHimarkRev,
  coalesce(c.rpc_snd_ms, 0) / 1000.0 AS rpcSnd,
  coalesce(c.rpc_rcv_ms, 0) / 1000.0 AS rpcRcv,
  coalesce(c.files_sent, 0) AS fileTotalsSnd,
  coalesce(c.files_received, 0) AS fileTotalsRcv,
  coalesce(c.files_sent_mb, 0) AS fileTotalsSndMB,
  coalesce(c.files_received_mb, 0) AS fileTotalsRcvMB,
  coalesce(c.running, 0) + coalesce((SELECT base FROM running_base b WHERE b.source_id = c.source_id
    AND b.from_line_no <= c.line_no ORDER BY b.from_line_no DESC LIMIT 1), 0) AS running,
  coalesce(c.net_files_added, 0) AS netSyncFilesAdded,
  coalesce(c.net_files_updated, 0) AS netSyncFilesUpdated,
  coalesce(c.net_files_deleted, 0) AS netSyncFilesDeleted,
  coalesce(c.net_bytes_added, 0) AS netSyncBytesAdded,
  coalesce(c.net_bytes_updated, 0) AS netSyncBytesUpdated,
  -- Byte counts went through float32 there: x*(2^29+1) - (x*(2^29+1) - x) keeps the 24 leading bits of x.
  coalesce(rcs.opens, 0) AS lbrRcsOpens,
  coalesce(rcs.closes, 0) AS lbrRcsCloses,
  coalesce(rcs.checkins, 0) AS lbrRcsCheckins,
  coalesce(rcs.exists_count, 0) AS lbrRcsExists,
  coalesce(rcs.reads, 0) AS lbrRcsReads,
  coalesce(cast(rcs.read_bytes * 536870913.0 - (rcs.read_bytes * 536870913.0 - rcs.read_bytes) AS INTEGER), 0) AS lbrRcsReadBytes,
  coalesce(rcs.writes, 0) AS lbrRcsWrites,
  coalesce(cast(rcs.write_bytes * 536870913.0 - (rcs.write_bytes * 536870913.0 - rcs.write_bytes) AS INTEGER), 0) AS lbrRcsWriteBytes,
  coalesce(rcs.digests, 0) AS lbrRcsDigests,
  coalesce(rcs.file_sizes, 0) AS lbrRcsFileSizes,
  coalesce(rcs.modtimes, 0) AS lbrRcsModtimes,
  coalesce(rcs.copies, 0) AS lbrRcsCopies,
  coalesce(binary.opens, 0) AS lbrBinaryOpens,
  coalesce(binary.closes, 0) AS lbrBinaryCloses,
  coalesce(binary.checkins, 0) AS lbrBinaryCheckins,
  coalesce(binary.exists_count, 0) AS lbrBinaryExists,
  coalesce(binary.reads, 0) AS lbrBinaryReads,
  coalesce(cast(binary.read_bytes * 536870913.0 - (binary.read_bytes * 536870913.0 - binary.read_bytes) AS INTEGER), 0) AS lbrBinaryReadBytes,
  coalesce(binary.writes, 0) AS lbrBinaryWrites,
  coalesce(cast(binary.write_bytes * 536870913.0 - (binary.write_bytes * 536870913.0 - binary.write_bytes) AS INTEGER), 0) AS lbrBinaryWriteBytes,
  coalesce(binary.digests, 0) AS lbrBinaryDigests,
  coalesce(binary.file_sizes, 0) AS lbrBinaryFileSizes,
  coalesce(binary.modtimes, 0) AS lbrBinaryModtimes,
  coalesce(binary.copies, 0) AS lbrBinaryCopies,
  coalesce(compress.opens, 0) AS lbrCompressOpens,
  coalesce(compress.closes, 0) AS lbrCompressCloses,
  coalesce(compress.checkins, 0) AS lbrCompressCheckins,
  coalesce(compress.exists_count, 0) AS lbrCompressExists,
  coalesce(compress.reads, 0) AS lbrCompressReads,
  coalesce(cast(compress.read_bytes * 536870913.0 - (compress.read_bytes * 536870913.0 - compress.read_bytes) AS INTEGER), 0) AS lbrCompressReadBytes,
  coalesce(compress.writes, 0) AS lbrCompressWrites,
  coalesce(cast(compress.write_bytes * 536870913.0 - (compress.write_bytes * 536870913.0 - compress.write_bytes) AS INTEGER), 0) AS lbrCompressWriteBytes,
  coalesce(compress.digests, 0) AS lbrCompressDigests,
  coalesce(compress.file_sizes, 0) AS lbrCompressFileSizes,
  coalesce(compress.modtimes, 0) AS lbrCompressModtimes,
  coalesce(compress.copies, 0) AS lbrCompressCopies,
  coalesce(uncompress.opens, 0) AS lbrUncompressOpens,
  coalesce(uncompress.closes, 0) AS lbrUncompressCloses,
  coalesce(uncompress.checkins, 0) AS lbrUncompressCheckins,
  coalesce(uncompress.exists_count, 0) AS lbrUncompressExists,
  coalesce(uncompress.reads, 0) AS lbrUncompressReads,
  coalesce(cast(uncompress.read_bytes * 536870913.0 - (uncompress.read_bytes * 536870913.0 - uncompress.read_bytes) AS INTEGER), 0) AS lbrUncompressReadBytes,
  coalesce(uncompress.writes, 0) AS lbrUncompressWrites,
  coalesce(cast(uncompress.write_bytes * 536870913.0 - (uncompress.write_bytes * 536870913.0 - uncompress.write_bytes) AS INTEGER), 0) AS lbrUncompressWriteBytes,
  coalesce(uncompress.digests, 0) AS lbrUncompressDigests,
  coalesce(uncompress.file_sizes, 0) AS lbrUncompressFileSizes,
  coalesce(uncompress.modtimes, 0) AS lbrUncompressModtimes,
  coalesce(uncompress.copies, 0) AS lbrUncompressCopies,
  CASE WHEN c.flags & 128 THEN '1' ELSE '0' END AS error
FROM command c
JOIN source s ON s.id = c.source_id
LEFT JOIN librarian_use rcs ON rcs.id = c.id * 4096
LEFT JOIN librarian_use binary ON binary.id = c.id * 4096 + 1
LEFT JOIN librarian_use compress ON compress.id = c.id * 4096 + 2
LEFT JOIN librarian_use uncompress ON uncompress.id = c.id * 4096 + 3;

-- One row a database table (or trigger) used by a command; what log2sql drops is only in table_use.
CREATE VIEW tableUse AS
SELECT
  c.processkey AS processkey,
  c.line_no - 1 + s.line_base AS lineNumber,
  o.table_name AS tableName,
  coalesce(t.pages_in, 0) AS pagesIn,
  coalesce(t.pages_out, 0) AS pagesOut,
  coalesce(t.pages_cached, 0) AS pagesCached,
  coalesce(t.pages_split_internal, 0) AS pagesSplitInternal,
  coalesce(t.pages_split_leaf, 0) AS pagesSplitLeaf,
  coalesce(t.read_locks, 0) AS readLocks,
  coalesce(t.write_locks, 0) AS writeLocks,
  coalesce(t.get_rows, 0) AS getRows,
  coalesce(t.pos_rows, 0) AS posRows,
  coalesce(t.scan_rows, 0) AS scanRows,
  coalesce(t.put_rows, 0) AS putRows,
  coalesce(t.del_rows, 0) AS delRows,
  coalesce(t.total_read_wait_ms, 0) AS totalReadWait,
  coalesce(t.total_read_held_ms, 0) AS totalReadHeld,
  coalesce(t.total_write_wait_ms, 0) AS totalWriteWait,
  abs(coalesce(t.total_write_held_ms, 0)) AS totalWriteHeld,
  coalesce(t.max_read_wait_ms, 0) AS maxReadWait,
  coalesce(t.max_read_held_ms, 0) AS maxReadHeld,
  coalesce(t.max_write_wait_ms, 0) AS maxWriteWait,
  coalesce(t.max_write_held_ms, 0) AS maxWriteHeld,
  coalesce(t.peek_count, 0) AS peekCount,
  coalesce(t.total_peek_wait_ms, 0) AS totalPeekWait,
  coalesce(t.total_peek_held_ms, 0) AS totalPeekHeld,
  coalesce(t.max_peek_wait_ms, 0) AS maxPeekWait,
  coalesce(t.max_peek_held_ms, 0) AS maxPeekHeld,
  0.0 AS triggerLapse
FROM table_use t
JOIN lock_object o ON o.id = t.lock_object_id AND o.table_name IS NOT NULL
JOIN command c ON c.id = t.id / 4096 AND t.id BETWEEN c.id * 4096 AND c.id * 4096 + 4095
JOIN source s ON s.id = c.source_id
UNION ALL
SELECT c.processkey, c.line_no - 1 + s.line_base, 'trigger_' || t.name,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  t.lapse_ms / 1000.0
FROM trigger_use t
CROSS JOIN command c ON c.id = t.id / 4096
JOIN source s ON s.id = c.source_id
WHERE t.lapse_ms > 0;

-- One row a line about threads or resource pressure; what a line does not say is carried on from the line before.
CREATE VIEW events AS
WITH said AS (
  SELECT e.id, e.source_id, e.line_no, e.time_s,
    CASE e.kind WHEN 'active-threads' THEN e.v1 END AS active,
    CASE e.kind WHEN 'paused-threads' THEN e.v1 END AS paused,
    CASE e.kind WHEN 'pressure' THEN e.id END AS pressure_id
  FROM server_event e WHERE e.kind IN ('active-threads', 'paused-threads', 'pressure')
), numbered AS (
  SELECT *, count(active) OVER so_far AS active_no, count(paused) OVER so_far AS paused_no,
    max(pressure_id) OVER so_far AS last_pressure_id
  FROM said WINDOW so_far AS (PARTITION BY source_id ORDER BY line_no)
), carried AS (
  SELECT *, coalesce(max(paused) OVER (PARTITION BY source_id, paused_no), 0) AS paused_now,
    -- log2sql counts on from the last number the server gave; the newest command's count is the same thing.
    coalesce(active,
      (SELECT c.running FROM command c WHERE c.source_id = numbered.source_id AND c.line_no < numbered.line_no
        ORDER BY c.line_no DESC LIMIT 1),
      max(active) OVER (PARTITION BY source_id, active_no), 0) AS active_now
  FROM numbered
)
SELECT
  n.line_no + s.line_base AS lineNumber,
  strftime('%Y/%m/%d %H:%M:%S', n.time_s, 'unixepoch') AS eventTime,
  n.active_now AS activeThreads,
  max(n.active_now) OVER lately AS activeThreadsMax,
  n.paused_now AS pausedThreads,
  max(n.paused_now) OVER lately AS pausedThreadsMax,
  (SELECT count(*) FROM command f WHERE f.source_id = n.source_id AND f.flags & 16384 AND f.track_line_no < n.line_no) AS pausedErrorCount,
  coalesce(p.v1, 0) AS pauseRateCPU,
  coalesce(p.v2, 0) AS pauseRateMem,
  coalesce(p.v3, 0) AS cpuPressureState,
  coalesce(p.v4, 0) AS memPressureState
FROM carried n
JOIN source s ON s.id = n.source_id
LEFT JOIN server_event p ON p.id = n.last_pressure_id
WINDOW lately AS (PARTITION BY n.source_id ORDER BY n.time_s RANGE BETWEEN 10 PRECEDING AND CURRENT ROW);
