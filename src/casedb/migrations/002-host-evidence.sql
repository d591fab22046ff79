-- One figure of a capture: df, diskspace, vmstat, iostat, pressure, realtime counters, pull state.
CREATE TABLE measurement (
  id INTEGER PRIMARY KEY, -- number of the row
  source_id INTEGER NOT NULL, -- source.id
  capture_no INTEGER NOT NULL, -- capture.capture_no
  line_no INTEGER, -- line
  byte_offset INTEGER, -- byte of that line
  time_s INTEGER, -- when, where the line itself tells; else that of its capture
  time_is_utc INTEGER, -- 1: time_s is UTC, 0: the server's local clock
  value REAL, -- the figure
  kind TEXT, -- kind of evidence, e.g. df
  subject TEXT, -- volume, device, counter or replica
  name TEXT, -- what was measured, e.g. free_bytes
  unit TEXT, -- bytes, ms, percent, count
  text TEXT -- the line
) STRICT;

-- Rows of ps and top.
CREATE TABLE os_process (
  id INTEGER PRIMARY KEY, -- number of the row
  source_id INTEGER NOT NULL, -- source.id
  capture_no INTEGER NOT NULL, -- capture.capture_no
  line_no INTEGER, -- line
  byte_offset INTEGER, -- byte of that line
  pid INTEGER, -- process id
  parent_pid INTEGER, -- its parent
  cpu_percent REAL, -- share of one core
  memory_percent REAL, -- share of the machine's memory
  rss_kb INTEGER, -- resident memory in kB
  elapsed_s INTEGER, -- running time
  cpu_s INTEGER, -- CPU time used
  state TEXT, -- R, S, D, Z ...
  user TEXT, -- operating system user
  command TEXT, -- program and arguments
  wait_channel TEXT, -- kernel function it sleeps in
  text TEXT -- the line
) STRICT;

-- Files of the server by inode: from lists of its files, and from lsof.
CREATE TABLE db_file (
  id INTEGER PRIMARY KEY, -- number of the row
  source_id INTEGER NOT NULL, -- source.id
  line_no INTEGER, -- line
  byte_offset INTEGER, -- byte of that line
  inode INTEGER, -- inode of the file
  bytes INTEGER, -- its size, where the list has it
  path TEXT, -- file
  object TEXT -- p4d's name of it, e.g. db.rev
) STRICT;
