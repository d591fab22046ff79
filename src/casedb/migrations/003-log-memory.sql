-- What is kept of a P4LOG that was read from disk as a whole, so that only what is appended later has to be read.
CREATE TABLE log_memory (
  source_id INTEGER PRIMARY KEY, -- source.id
  place TEXT NOT NULL, -- digest of the path on disk
  version TEXT NOT NULL, -- digest of path, size, time of change and how it was read
  last_command_id INTEGER NOT NULL, -- command.id of the last command stored of it; those that were open stand at the end
  state BLOB -- what the parser knew at the end (compressed JSON); NULL where it can't go on
) STRICT;
