-- The 50 longest waits for a lock
-- Tables and server locks alike.
SELECT v.label AS server, o.name AS object,
  CASE WHEN coalesce(t.total_write_wait_ms, 0) > coalesce(t.total_read_wait_ms, 0) THEN 'write' ELSE 'read' END AS mode,
  max(coalesce(t.total_read_wait_ms, 0), coalesce(t.total_write_wait_ms, 0)) AS wait_ms,
  c.pid, c.user, c.cmd, c.args, strftime('%Y/%m/%d %H:%M:%S', c.start_s, 'unixepoch') AS start, strftime('%Y/%m/%d %H:%M:%S', c.end_s, 'unixepoch') AS end, s.path, t.lock_line_no AS line
FROM table_use t
JOIN command c ON c.id = t.id / 4096
JOIN source s ON s.id = c.source_id
LEFT JOIN server v ON v.id = s.server_id
JOIN lock_object o ON o.id = t.lock_object_id
WHERE t.worst_ms >= 100 AND max(coalesce(t.total_read_wait_ms, 0), coalesce(t.total_write_wait_ms, 0)) > 0
ORDER BY wait_ms DESC, t.id LIMIT 50
