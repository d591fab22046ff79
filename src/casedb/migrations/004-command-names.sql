-- Names that many commands share are stored once: on a log of starts they were more than a third of the case.

-- Names of users, workspaces, addresses, programs and functions, in the order in which they were met; those beyond the
-- first 65,536 stand in the commands themselves.
CREATE TABLE command_name (
  id INTEGER PRIMARY KEY, -- number of the name
  text TEXT NOT NULL -- the name
) STRICT;

-- One row a command of a P4LOG, as it is stored; the view `command` shows it with its names. In a column of ANY type a number is command_name.id,
-- and a text the name itself. What is often NULL stands behind what is not: NULLs at the end of a row take no room.
CREATE TABLE command_row (
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
  user ANY, -- Perforce user
  workspace ANY, -- client workspace
  ip ANY, -- address, intermediary/client
  app ANY, -- client program
  cmd ANY, -- function, e.g. user-sync
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

INSERT INTO command_row (id, source_id, line_no, byte_offset, byte_length, flags, pid, start_s,
  running, key_hash, user, workspace, ip, app, cmd, args,
  end_s, lapse_ms, end_line_no, end_byte_offset, cpu_user_ms, cpu_system_ms, disk_in, disk_out,
  ipc_in, ipc_out, max_rss_kb, page_faults, track_line_no, track_byte_offset, track_lapse_ms, mem_mb,
  mem_peak_mb, rpc_msgs_in, rpc_msgs_out, rpc_size_in_mb, rpc_size_out_mb, rpc_himark_fwd, rpc_himark_rev, rpc_snd_ms,
  rpc_rcv_ms, compute_line_no, compute_byte_offset, compute_s, compute_ms, end_source_id, compute_source_id, track_source_id,
  usage_line_no, paused_line_no, rpc_line_no, paused_ms, rpc_errors, lock_attempts, files_sent, files_received,
  files_sent_mb, files_received_mb, net_files_added, net_files_updated, net_files_deleted, net_bytes_added, net_bytes_updated)
SELECT id, source_id, line_no, byte_offset, byte_length, flags, pid, start_s,
  running, key_hash, user, workspace, ip, app, cmd, args,
  end_s, lapse_ms, end_line_no, end_byte_offset, cpu_user_ms, cpu_system_ms, disk_in, disk_out,
  ipc_in, ipc_out, max_rss_kb, page_faults, track_line_no, track_byte_offset, track_lapse_ms, mem_mb,
  mem_peak_mb, rpc_msgs_in, rpc_msgs_out, rpc_size_in_mb, rpc_size_out_mb, rpc_himark_fwd, rpc_himark_rev, rpc_snd_ms,
  rpc_rcv_ms, compute_line_no, compute_byte_offset, compute_s, compute_ms, end_source_id, compute_source_id, track_source_id,
  usage_line_no, paused_line_no, rpc_line_no, paused_ms, rpc_errors, lock_attempts, files_sent, files_received,
  files_sent_mb, files_received_mb, net_files_added, net_files_updated, net_files_deleted, net_bytes_added, net_bytes_updated FROM command;
DROP TABLE command;
UPDATE join_undo SET table_name = 'command_row' WHERE table_name = 'command';
-- The indexes went with the table: an ingest makes them again.
DELETE FROM meta WHERE name = 'finalized';
