-- Commands that scanned a million rows of a table or more
-- Peeks block nobody, however long, but cost memory and CPU.
SELECT v.label AS server, strftime('%Y/%m/%d %H:%M:%S', c.start_s, 'unixepoch') AS start, c.pid, c.user, c.cmd, c.args, o.name AS object, t.scan_rows,
  t.pages_in, t.total_read_held_ms AS read_held_ms, t.total_peek_held_ms AS peek_held_ms, s.path, t.line_no AS line
FROM table_use t
JOIN command c ON c.id = t.id / 4096
JOIN source s ON s.id = c.source_id
LEFT JOIN server v ON v.id = s.server_id
JOIN lock_object o ON o.id = t.lock_object_id
WHERE t.scan_rows >= 1000000
ORDER BY t.scan_rows DESC, t.id LIMIT 100
