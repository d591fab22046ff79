-- Commands that waited 10 s or more for a lock
-- Join them in time with the recipe blockers: who held the same object when they waited?
SELECT v.label AS server, strftime('%Y/%m/%d %H:%M:%S', c.start_s, 'unixepoch') AS start, strftime('%Y/%m/%d %H:%M:%S', c.end_s, 'unixepoch') AS end, c.pid, c.user, c.cmd, c.args,
  o.name AS object, t.total_read_wait_ms AS read_wait_ms, t.total_write_wait_ms AS write_wait_ms, c.lock_attempts,
  s.path, t.lock_line_no AS line
FROM table_use t
JOIN command c ON c.id = t.id / 4096
JOIN source s ON s.id = c.source_id
LEFT JOIN server v ON v.id = s.server_id
JOIN lock_object o ON o.id = t.lock_object_id
WHERE t.worst_ms >= 100 AND max(coalesce(t.total_read_wait_ms, 0), coalesce(t.total_write_wait_ms, 0)) >= 10000
ORDER BY c.start_s, c.id, t.id
