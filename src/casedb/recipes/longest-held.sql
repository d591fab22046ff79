-- The 50 longest holds of a table lock
-- Largest single hold where the log names it, else the sum over the command.
SELECT v.label AS server, o.name AS object,
  CASE WHEN coalesce(t.total_write_held_ms, 0) > coalesce(t.total_read_held_ms, 0) THEN 'write' ELSE 'read' END AS mode,
  max(coalesce(t.total_read_held_ms, 0), coalesce(t.total_write_held_ms, 0)) AS held_ms,
  max(coalesce(t.max_read_held_ms, 0), coalesce(t.max_write_held_ms, 0)) AS longest_single_ms,
  c.pid, c.user, c.cmd, c.args, strftime('%Y/%m/%d %H:%M:%S', c.start_s, 'unixepoch') AS start, strftime('%Y/%m/%d %H:%M:%S', c.end_s, 'unixepoch') AS end, s.path, t.lock_line_no AS line
FROM table_use t
JOIN command c ON c.id = t.id / 4096
JOIN source s ON s.id = c.source_id
LEFT JOIN server v ON v.id = s.server_id
JOIN lock_object o ON o.id = t.lock_object_id
WHERE t.worst_ms >= 100 AND (o.name GLOB 'db.*' OR o.name GLOB 'rdb.*')
ORDER BY held_ms DESC, t.id LIMIT 50
